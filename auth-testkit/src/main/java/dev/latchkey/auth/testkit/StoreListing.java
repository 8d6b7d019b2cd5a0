package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The keys of a partition, page by page, while others write. */
abstract class StoreListing extends StoreFuzz {

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
            assertTrue(page < 100, "The listing ends");
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

    /** A cursor that is a position, or the name of a key that must still be there, skips or repeats here. */
    @Test
    void goesOnBehindKeysThatWereRemoved() throws Exception {
        Set<StoreKey> left = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            StoreKey key = StoreKey.of(PARTITION, "key-" + i);
            created(key, record("listed"));
            left.add(key);
        }

        Optional<String> cursor = Optional.of("");
        while (cursor.isPresent()) {
            KeyPage page = store().keys(PARTITION, cursor.get(), 3);
            for (StoreKey key : page.keys()) {
                assertTrue(left.remove(key), "Listed once: " + key);
                RecordVersion version = store().find(key).orElseThrow().version();
                assertTrue(anotherUser().remove(key, version));
            }
            cursor = page.next();
        }

        assertEquals(Set.of(), left, "Keys that were skipped");
        assertEquals(List.of(), allKeys(store(), PARTITION, 3));
    }

    /** A listing in the order of the writes skips or repeats here. */
    @Test
    void listsOnceWhatIsReplacedMeanwhile() throws Exception {
        Set<StoreKey> keys = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            StoreKey key = StoreKey.of(PARTITION, "key-" + i);
            created(key, record("listed"));
            keys.add(key);
        }

        List<StoreKey> listed = new ArrayList<>();
        Optional<String> cursor = Optional.of("");
        for (int page = 0; cursor.isPresent(); page++) {
            assertTrue(page < 100, "The listing ends");
            KeyPage found = store().keys(PARTITION, cursor.get(), 3);
            listed.addAll(found.keys());
            cursor = found.next();
            for (int i = page % 2; i < 20; i += 2) {
                StoreKey key = StoreKey.of(PARTITION, "key-" + i);
                RecordVersion version = store().find(key).orElseThrow().version();
                written(store().replace(key, version, record("replaced")));
            }
        }

        assertEquals(20, listed.size());
        assertEquals(keys, new HashSet<>(listed));
    }

    @Test
    void listsWhatStaysWhileAnotherUserWritesAllTheTime() throws Exception {
        Set<StoreKey> staying = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            StoreKey key = StoreKey.of(PARTITION, "staying-" + i);
            created(key, record("stays"));
            staying.add(key);
        }
        TokenStore writer = anotherUser();
        AtomicBoolean enough = new AtomicBoolean();
        Attempt writing = Attempt.start(() -> {
            for (int i = 0; !enough.get(); i++) {
                StoreKey key = StoreKey.of(PARTITION, (i % 2 == 0 ? "a-" : "z-") + i % 10);
                RecordVersion version = written(writer.replace(key, RecordVersion.ABSENT, record("goes")));
                assertTrue(writer.remove(key, version));
            }
        });

        for (int listing = 0; listing < Math.max(5, rounds() / 10); listing++) {
            List<StoreKey> listed = allKeys(store(), PARTITION, 1 + listing % 7);
            listed.removeIf(key -> !staying.contains(key));
            assertEquals(staying.size(), listed.size(), "Keys that stay are listed once");
            assertEquals(staying, new HashSet<>(listed));
        }
        enough.set(true);
        assertNull(writing.outcome(Duration.ofMinutes(1)));
    }

    @Test
    void refusesAPageOfAnotherSize() {
        assertThrows(IllegalArgumentException.class, () -> store().keys(PARTITION, "", 0));
        assertThrows(IllegalArgumentException.class, () -> store().keys(PARTITION, "", -1));
        assertThrows(IllegalArgumentException.class, () -> store().keys(PARTITION, "", 1_001));
    }
}
