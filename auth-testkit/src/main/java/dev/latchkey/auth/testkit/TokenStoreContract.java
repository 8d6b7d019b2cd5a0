package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link TokenStore}. The test class of an adapter extends this one, and says how an empty store is made, how
 * another node would use the same records, and how time passes.
 */
public abstract class TokenStoreContract extends StoreRaces {

    /** For subclasses. */
    protected TokenStoreContract() {}

    @Test
    void findsNothingWhereNothingIs() throws Exception {
        assertEquals(Optional.empty(), found(store(), KEY));
        assertFalse(store().remove(KEY, RecordVersion.of("1")));
        assertFalse(store().remove(KEY, RecordVersion.ABSENT));
        assertEquals(Optional.empty(), store().replace(KEY, RecordVersion.of("1"), record("a")));
        assertEquals(Optional.empty(), found(store(), KEY), "A refused write leaves nothing behind");
    }

    @Test
    void findsWhatWasWritten() throws Exception {
        for (int size : new int[] {0, 1, 256, 5_000, 200_000}) {
            byte[] content = new byte[size];
            new Random(size).nextBytes(content);
            StoreKey key = StoreKey.of(PARTITION, "size-" + size);
            StoreRecord record =
                    StoreRecord.of(content, now().plusSeconds(3_600).truncatedTo(ChronoUnit.MILLIS));

            RecordVersion version = created(key, record);

            StoreEntry entry = anotherUser().find(key).orElseThrow();
            assertEquals(version, entry.version());
            assertArrayEquals(content, entry.record().content());
            assertEquals(record.usableUntil(), entry.record().usableUntil());
        }
    }

    @Test
    void keepsARecordForEver() throws Exception {
        created(KEY, StoreRecord.of(new byte[] {1}, StoreRecord.FOREVER));

        assertEquals(
                StoreRecord.FOREVER, store().find(KEY).orElseThrow().record().usableUntil());
    }

    @Test
    void createsOnlyWhereNothingIs() throws Exception {
        created(KEY, record("first"));

        assertEquals(Optional.empty(), store().replace(KEY, RecordVersion.ABSENT, record("second")));
        assertEquals(Optional.of("first"), found(store(), KEY));
    }

    @Test
    void replacesOnlyTheExpectedVersion() throws Exception {
        RecordVersion first = created(KEY, record("first"));

        RecordVersion second = written(anotherUser().replace(KEY, first, record("second")));

        assertNotEquals(first, second);
        assertEquals(Optional.empty(), store().replace(KEY, first, record("third")));
        assertEquals(Optional.of("second"), found(store(), KEY));
        assertEquals(second, store().find(KEY).orElseThrow().version());
    }

    @Test
    void aSecondWriteOfTheSameContentIsAnotherVersion() throws Exception {
        StoreRecord record = record("same");
        RecordVersion first = created(KEY, record);

        assertNotEquals(first, written(store().replace(KEY, first, record)));
    }

    @Test
    void removesOnlyTheExpectedVersion() throws Exception {
        RecordVersion first = created(KEY, record("first"));
        RecordVersion second = written(store().replace(KEY, first, record("second")));

        assertFalse(store().remove(KEY, first));
        assertFalse(store().remove(KEY, RecordVersion.ABSENT));
        assertEquals(Optional.of("second"), found(store(), KEY));
        assertTrue(anotherUser().remove(KEY, second));
        assertFalse(store().remove(KEY, second));
        assertEquals(Optional.empty(), found(store(), KEY));
    }

    /** Otherwise a node that slept through a logout could write the logged-out session back. */
    @Test
    void aVersionNeverComesBackAfterRemoval() throws Exception {
        Set<RecordVersion> versions = new HashSet<>();
        RecordVersion first = created(KEY, record("first"));
        versions.add(first);
        assertTrue(store().remove(KEY, first));

        for (int i = 0; i < 20; i++) {
            RecordVersion again = created(KEY, record("again"));
            assertTrue(versions.add(again), "A version came back");
            assertEquals(Optional.empty(), store().replace(KEY, first, record("from the dead")));
            assertFalse(store().remove(KEY, first));
            assertEquals(Optional.of("again"), found(store(), KEY));
            assertTrue(store().remove(KEY, again));
        }
    }

    @Test
    void aRecordWhoseTimeHasPassedIsAbsent() throws Exception {
        RecordVersion version = created(KEY, record("short-lived", Duration.ofSeconds(2)));
        assertEquals(Optional.of("short-lived"), found(store(), KEY));

        pass(Duration.ofSeconds(4));

        assertEquals(Optional.empty(), found(store(), KEY));
        assertEquals(List.of(), allKeys(store(), PARTITION, 10));
        assertEquals(Optional.empty(), store().replace(KEY, version, record("late")));
        assertFalse(store().remove(KEY, version));
        RecordVersion again = created(KEY, record("again"));
        assertNotEquals(version, again);
        assertEquals(Optional.of("again"), found(store(), KEY));
    }

    @Test
    void aReplacedRecordLivesAsLongAsTheNewOneSays() throws Exception {
        RecordVersion first = created(KEY, record("short-lived", Duration.ofSeconds(2)));
        written(store().replace(KEY, first, record("long-lived")));

        pass(Duration.ofSeconds(4));

        assertEquals(Optional.of("long-lived"), found(store(), KEY));
    }

    @Test
    void keysDifferInEveryLetterAndInCase() throws Exception {
        List<StoreKey> keys = List.of(
                StoreKey.of("Partition", "Key"),
                StoreKey.of("Partition", "key"),
                StoreKey.of("partition", "Key"),
                StoreKey.of("partition", "key"),
                StoreKey.of("-", "_"),
                StoreKey.of("_", "-"),
                StoreKey.of("partition-", "key"),
                StoreKey.of("partition", "-key"),
                StoreKey.of("p".repeat(64), "k".repeat(64)),
                StoreKey.of("p".repeat(64), "k".repeat(63) + "K"));
        for (StoreKey key : keys) {
            created(key, record(key.toString()));
        }

        for (StoreKey key : keys) {
            assertEquals(Optional.of(key.toString()), found(store(), key));
        }
        assertEquals(Set.of(keys.get(2), keys.get(3), keys.get(7)), new HashSet<>(allKeys(store(), "partition", 10)));
    }

    @Test
    void listsEachKeyOnceOverAllPages() throws Exception {
        assertEquals(List.of(), allKeys(store(), PARTITION, 10), "An empty partition");
        Set<StoreKey> expected = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            StoreKey key = StoreKey.of(PARTITION, "key-" + Integer.toHexString(i * 7919));
            created(key, record("listed"));
            expected.add(key);
        }
        created(StoreKey.of("another", "key"), record("not listed"));

        for (int limit : new int[] {1, 7, 30, 59, 60, 61, 1_000}) {
            List<StoreKey> keys = allKeys(anotherUser(), PARTITION, limit);
            assertEquals(60, keys.size(), "Keys in pages of " + limit);
            assertEquals(expected, new HashSet<>(keys));
        }
    }

    @Test
    void listsWhatStaysWhileOthersComeAndGo() throws Exception {
        Set<StoreKey> staying = new HashSet<>();
        List<StoreKey> going = new ArrayList<>();
        List<RecordVersion> versions = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            StoreKey key = StoreKey.of(PARTITION, "key-" + i);
            RecordVersion version = created(key, record("listed"));
            if (i % 4 == 0) {
                going.add(key);
                versions.add(version);
            } else {
                staying.add(key);
            }
        }

        List<StoreKey> listed = new ArrayList<>();
        Optional<String> cursor = Optional.of("");
        for (int page = 0; cursor.isPresent(); page++) {
            KeyPage keys = store().keys(PARTITION, cursor.get(), 4);
            listed.addAll(keys.keys());
            cursor = keys.next();
            if (page < going.size()) {
                assertTrue(store().remove(going.get(page), versions.get(page)));
                created(StoreKey.of(PARTITION, "new-" + page), record("new"));
            }
        }

        for (StoreKey key : staying) {
            assertEquals(1, listed.stream().filter(key::equals).count(), key.toString());
        }
        assertEquals(listed.size(), new HashSet<>(listed).size(), "No key is listed twice");
    }

    @Test
    void refusesAPageOfAnotherSize() {
        assertThrows(IllegalArgumentException.class, () -> store().keys(PARTITION, "", 0));
        assertThrows(IllegalArgumentException.class, () -> store().keys(PARTITION, "", -1));
        assertThrows(IllegalArgumentException.class, () -> store().keys(PARTITION, "", 1_001));
    }

    @Test
    void tellsOfChangesIfItOffersTo() throws Exception {
        List<StoreKey> told = new CopyOnWriteArrayList<>();
        Optional<TokenStore.Subscription> subscription = store().changes(told::add);
        assumeTrue(subscription.isPresent(), "This store does not tell of changes");

        RecordVersion version = written(anotherUser().replace(KEY, RecordVersion.ABSENT, record("created")));
        TransportFixture.await("told of the creation", Duration.ofSeconds(10), () -> told.contains(KEY));
        told.clear();
        RecordVersion replaced = written(store().replace(KEY, version, record("replaced")));
        TransportFixture.await("told of the replacement", Duration.ofSeconds(10), () -> told.contains(KEY));
        told.clear();
        assertTrue(anotherUser().remove(KEY, replaced));
        TransportFixture.await("told of the removal", Duration.ofSeconds(10), () -> told.contains(KEY));

        subscription.orElseThrow().close();
        subscription.orElseThrow().close();
    }
}
