package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Records are kept until their time has passed, and are as if they had never been from then on. */
abstract class StoreLifetimes extends StoreListing {

    @Test
    void keepsARecordForEver() throws Exception {
        created(KEY, StoreRecord.of(new byte[] {1}, StoreRecord.FOREVER));

        assertEquals(
                StoreRecord.FOREVER, store().find(KEY).orElseThrow().record().usableUntil());
    }

    /** A coarser clock would forget records too early or keep them too long. */
    @Test
    void keepsTheTimeToTheMillisecond() throws Exception {
        Instant until = now().plusSeconds(3_600).plusNanos(123_456_789);
        created(KEY, StoreRecord.of(new byte[] {1}, until));

        Instant found = store().find(KEY).orElseThrow().record().usableUntil();
        Duration difference = Duration.between(until, found).abs();
        assertTrue(difference.compareTo(Duration.ofMillis(1)) <= 0, "Off by " + difference);
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
    void aReplacedRecordLivesNoLongerThanTheNewOneSays() throws Exception {
        RecordVersion first = created(KEY, record("long-lived"));
        RecordVersion second = written(store().replace(KEY, first, record("short-lived", Duration.ofSeconds(2))));

        pass(Duration.ofSeconds(4));

        assertEquals(Optional.empty(), found(store(), KEY));
        assertEquals(Optional.empty(), store().replace(KEY, first, record("from the dead")));
        assertEquals(Optional.empty(), store().replace(KEY, second, record("from the dead")));
    }

    @Test
    void aRecordThatIsWrittenTooLateIsAbsentAtOnce() throws Exception {
        store().replace(KEY, RecordVersion.ABSENT, record("too late", Duration.ofSeconds(-5)));
        assertEquals(Optional.empty(), found(store(), KEY));
        assertEquals(List.of(), allKeys(store(), PARTITION, 10));

        RecordVersion first = created(KEY, record("in time"));
        store().replace(KEY, first, record("too late", Duration.ofSeconds(-5)));
        assertEquals(Optional.empty(), found(anotherUser(), KEY), "What was replaced is gone, too");
        assertEquals(Optional.empty(), store().replace(KEY, first, record("from the dead")));
        RecordVersion again = created(KEY, record("again"));
        assertNotEquals(first, again);
        assertFalse(store().remove(KEY, first));
    }

    @Test
    void listsWhatIsLeftAmongRecordsWhoseTimeHasPassed() throws Exception {
        Set<StoreKey> left = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            StoreKey key = StoreKey.of(PARTITION, "key-" + i);
            if (i % 5 == 4) {
                created(key, record("long-lived"));
                left.add(key);
            } else {
                created(key, record("short-lived", Duration.ofSeconds(1)));
            }
        }

        pass(Duration.ofSeconds(3));

        for (int limit : new int[] {1, 3, 6, 1_000}) {
            List<StoreKey> keys = allKeys(anotherUser(), PARTITION, limit);
            assertEquals(left.size(), keys.size(), "Keys in pages of " + limit);
            assertEquals(left, new HashSet<>(keys));
        }
    }

    @Test
    void oneOfManyCreatorsWinsWhereARecordsTimeHasPassed() throws Exception {
        for (int round = 0; round < rounds(); round++) {
            created(key(round), record("short-lived", Duration.ofSeconds(1)));
        }
        pass(Duration.ofSeconds(3));

        List<List<RecordVersion>> won = race(
                (store, writer, round) -> store.replace(key(round), RecordVersion.ABSENT, record("writer " + writer)));

        for (int round = 0; round < rounds(); round++) {
            assertEquals(1, won.get(round).size(), "Winners of round " + round);
            assertEquals(
                    won.get(round).get(0),
                    store().find(key(round)).orElseThrow().version());
        }
    }
}
