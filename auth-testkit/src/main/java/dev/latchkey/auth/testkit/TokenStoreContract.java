package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link TokenStore}. The test class of an adapter extends this one, and says how an empty store is made, how
 * another node would use the same records, and how time passes.
 */
public abstract class TokenStoreContract extends StoreLifetimes {

    private static final int MEBIBYTE = 1 << 20;

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
        for (int size : new int[] {0, 1, 256, 5_000, MEBIBYTE}) {
            byte[] content = content(size);
            StoreKey key = StoreKey.of(PARTITION, "size-" + size);
            StoreRecord record =
                    StoreRecord.of(content, now().plusMillis(3_600_789).truncatedTo(ChronoUnit.MILLIS));

            RecordVersion version = created(key, record);

            StoreEntry entry = anotherUser().find(key).orElseThrow();
            assertEquals(version, entry.version());
            assertArrayEquals(content, entry.record().content());
            assertEquals(record.usableUntil(), entry.record().usableUntil());
        }
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

    /** Otherwise a record could be written over that its writer has never seen. */
    @Test
    void aVersionOfOneKeyIsNoneOfAnother() throws Exception {
        List<StoreKey> keys =
                List.of(KEY, StoreKey.of(PARTITION, "another-key"), StoreKey.of("another-partition", KEY.name()));
        List<List<RecordVersion>> versions = new ArrayList<>();
        for (StoreKey key : keys) {
            List<RecordVersion> ofKey = new ArrayList<>();
            ofKey.add(created(key, record("0")));
            for (int i = 1; i < 5; i++) {
                ofKey.add(written(store().replace(key, ofKey.get(i - 1), record(Integer.toString(i)))));
            }
            versions.add(ofKey);
        }

        for (int i = 0; i < keys.size(); i++) {
            for (RecordVersion foreign : versions.get((i + 1) % keys.size())) {
                assertEquals(Optional.empty(), store().replace(keys.get(i), foreign, record("foreign")));
                assertFalse(store().remove(keys.get(i), foreign));
            }
            assertEquals(Optional.of("4"), found(store(), keys.get(i)));
        }
    }

    @Test
    void aVersionOfNobodysIsJustNotThere() throws Exception {
        created(KEY, record("first"));
        for (String text :
                List.of("-1", "no number", "' or 1=1 --", "9".repeat(40), "\u00e9\n\u0000", "x".repeat(5_000))) {
            assertEquals(Optional.empty(), store().replace(KEY, RecordVersion.of(text), record("second")));
            assertFalse(store().remove(KEY, RecordVersion.of(text)));
        }
        assertEquals(Optional.of("first"), found(store(), KEY));
    }

    @Test
    void replacesMuchByNothingAndNothingByMuch() throws Exception {
        RecordVersion empty = created(KEY, StoreRecord.of(new byte[0], StoreRecord.FOREVER));
        RecordVersion full =
                written(store().replace(KEY, empty, StoreRecord.of(content(MEBIBYTE), StoreRecord.FOREVER)));
        assertArrayEquals(
                content(MEBIBYTE),
                anotherUser().find(KEY).orElseThrow().record().content());

        written(store().replace(KEY, full, StoreRecord.of(new byte[0], StoreRecord.FOREVER)));
        assertArrayEquals(
                new byte[0], anotherUser().find(KEY).orElseThrow().record().content());
    }

    @Test
    void keepsEveryByte() throws Exception {
        byte[] content = new byte[256];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) i;
        }
        created(KEY, StoreRecord.of(content, StoreRecord.FOREVER));

        assertArrayEquals(
                content, anotherUser().find(KEY).orElseThrow().record().content());
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
    void aKeyMayHaveEveryCharacterOfItsAlphabet() throws Exception {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        Set<StoreKey> keys = new HashSet<>();
        for (int i = 0; i < alphabet.length(); i++) {
            keys.add(StoreKey.of(alphabet, alphabet.substring(i, i + 1)));
        }
        // Names with a meaning to some file system, shell, database or pattern.
        for (String name : List.of(alphabet, "CON", "nul", "-rf", "--", "__", "_a", "null", "0", "00", "1e3")) {
            keys.add(StoreKey.of(alphabet, name));
        }
        for (StoreKey key : keys) {
            created(key, record(key.name()));
        }

        for (StoreKey key : keys) {
            assertEquals(Optional.of(key.name()), found(anotherUser(), key));
        }
        for (int limit : new int[] {1, 10, 1_000}) {
            List<StoreKey> listed = allKeys(store(), alphabet, limit);
            assertEquals(keys.size(), listed.size(), "Keys in pages of " + limit);
            assertEquals(keys, new HashSet<>(listed));
        }
        assertEquals(List.of(), allKeys(store(), alphabet.toLowerCase(Locale.ROOT), 10));
    }

    @Test
    void keysThatDifferInCaseLiveApart() throws Exception {
        StoreKey upper = StoreKey.of(PARTITION, "A-KEY");
        RecordVersion first = created(KEY, record("lower"));
        RecordVersion second = created(upper, record("upper"));

        written(store().replace(KEY, first, record("lower again")));
        assertEquals(Optional.of("upper"), found(store(), upper));
        assertTrue(store().remove(upper, second));
        assertEquals(Optional.of("lower again"), found(store(), KEY));
        assertEquals(List.of(KEY), allKeys(store(), PARTITION, 1));
    }

    @Test
    void usersSeeEachOthersWritesAtOnce() throws Exception {
        TokenStore another = anotherUser();
        assertEquals(Optional.empty(), found(another, KEY));
        RecordVersion version = created(KEY, record("0"));
        for (int i = 1; i <= 20; i++) {
            // Each writes twice in a row: what the other has found in between is out of date.
            TokenStore writer = i % 4 < 2 ? store() : another;
            TokenStore reader = i % 4 < 2 ? another : store();
            assertEquals(version, writer.find(KEY).orElseThrow().version());
            version = written(writer.replace(KEY, version, record(Integer.toString(i))));
            assertEquals(Optional.of(Integer.toString(i)), found(reader, KEY));
            assertEquals(List.of(KEY), allKeys(reader, PARTITION, 10));
        }
        assertTrue(another.remove(KEY, version));
        assertEquals(Optional.empty(), found(store(), KEY));
        assertEquals(List.of(), allKeys(store(), PARTITION, 10));
    }

    @Test
    void aUserThatLeavesTakesNothingAway() throws Exception {
        TokenStore another = anotherUser();
        assumeTrue(another != store(), "This store has one user");
        RecordVersion version = written(another.replace(KEY, RecordVersion.ABSENT, record("left behind")));

        another.close();

        assertEquals(Optional.of("left behind"), found(store(), KEY));
        written(store().replace(KEY, version, record("and used")));
        assertEquals(Optional.of("and used"), found(anotherUser(), KEY));
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

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }
}
