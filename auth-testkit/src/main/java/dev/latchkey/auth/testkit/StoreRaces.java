package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many writers at one record: one of them wins, and everybody learns who. */
abstract class StoreRaces extends StoreFixture {

    private static final int WRITERS = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * Tells how often each race is run.
     *
     * @return 300 by default; a store that is slow may do with fewer
     */
    protected int rounds() {
        return 300;
    }

    @Test
    void oneOfManyWritersWins() throws Exception {
        List<RecordVersion> expected = new ArrayList<>();
        for (int round = 0; round < rounds(); round++) {
            expected.add(created(key(round), record("start")));
        }

        List<List<RecordVersion>> won = race(
                (store, writer, round) -> store.replace(key(round), expected.get(round), record("writer " + writer)));

        for (int round = 0; round < rounds(); round++) {
            assertEquals(1, won.get(round).size(), "Winners of round " + round);
            assertEquals(
                    won.get(round).get(0),
                    store().find(key(round)).orElseThrow().version());
        }
    }

    @Test
    void oneOfManyCreatorsWins() throws Exception {
        List<List<RecordVersion>> won = race(
                (store, writer, round) -> store.replace(key(round), RecordVersion.ABSENT, record("writer " + writer)));

        for (int round = 0; round < rounds(); round++) {
            assertEquals(1, won.get(round).size(), "Winners of round " + round);
        }
    }

    @Test
    void aRemoverAndAWriterNeverBothWin() throws Exception {
        List<RecordVersion> expected = new ArrayList<>();
        for (int round = 0; round < rounds(); round++) {
            expected.add(created(key(round), record("start")));
        }
        RecordVersion removed = RecordVersion.of("removed");

        List<List<RecordVersion>> won = race((store, writer, round) -> {
            if (writer % 2 == 0) {
                return store.replace(key(round), expected.get(round), record("writer " + writer));
            }
            return store.remove(key(round), expected.get(round)) ? Optional.of(removed) : Optional.empty();
        });

        for (int round = 0; round < rounds(); round++) {
            assertEquals(1, won.get(round).size(), "Winners of round " + round);
            boolean there = store().find(key(round)).isPresent();
            assertEquals(!won.get(round).get(0).equals(removed), there);
        }
    }

    @Test
    void countingByCompareAndSetLosesNothing() throws Exception {
        created(KEY, record("0"));
        Set<RecordVersion> versions = ConcurrentHashMap.newKeySet();
        List<Attempt> attempts = new ArrayList<>();
        int each = Math.max(1, rounds() / 10);
        for (int writer = 0; writer < WRITERS; writer++) {
            TokenStore store = anotherUser();
            attempts.add(Attempt.start(() -> {
                for (int i = 0; i < each; i++) {
                    versions.add(countUp(store));
                }
            }));
        }

        attempts.forEach(attempt -> assertNull(attempt.outcome(PATIENCE)));
        assertEquals(Optional.of(Integer.toString(WRITERS * each)), found(store(), KEY));
        assertEquals(WRITERS * each, versions.size(), "Versions that were given only once");
    }

    private RecordVersion countUp(TokenStore store) throws Exception {
        while (true) {
            StoreEntry entry = store.find(KEY).orElseThrow();
            int count = Integer.parseInt(new String(entry.record().content(), StandardCharsets.UTF_8));
            Optional<RecordVersion> version = store.replace(KEY, entry.version(), record(Integer.toString(count + 1)));
            if (version.isPresent()) {
                return version.orElseThrow();
            }
        }
    }

    @Test
    void versionsNeverComeBackWhileRecordsComeAndGo() throws Exception {
        Set<RecordVersion> versions = ConcurrentHashMap.newKeySet();
        ConcurrentLinkedQueue<RecordVersion> twice = new ConcurrentLinkedQueue<>();
        List<Attempt> attempts = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            TokenStore store = anotherUser();
            attempts.add(Attempt.start(() -> {
                for (int i = 0; i < rounds() / 3; i++) {
                    Optional<RecordVersion> version = store.replace(KEY, RecordVersion.ABSENT, record("here"));
                    if (version.isPresent()) {
                        if (!versions.add(version.get())) {
                            twice.add(version.get());
                        }
                        assertTrue(store.remove(KEY, version.get()), "The creator alone knows the version");
                    }
                }
            }));
        }

        attempts.forEach(attempt -> assertNull(attempt.outcome(PATIENCE)));
        assertEquals(List.of(), new ArrayList<>(twice), "Versions that came back");
    }

    final List<List<RecordVersion>> race(Move move) throws Exception {
        List<ConcurrentLinkedQueue<RecordVersion>> won = new ArrayList<>();
        for (int round = 0; round < rounds(); round++) {
            won.add(new ConcurrentLinkedQueue<>());
        }
        CyclicBarrier together = new CyclicBarrier(WRITERS);
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            TokenStore store = anotherUser();
            attempts.add(Attempt.start(() -> {
                for (int round = 0; round < won.size(); round++) {
                    together.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                    move.make(store, writer, round).ifPresent(won.get(round)::add);
                }
            }));
        }
        attempts.forEach(attempt -> assertNull(attempt.outcome(PATIENCE)));
        List<List<RecordVersion>> winners = new ArrayList<>();
        won.forEach(each -> winners.add(new ArrayList<>(each)));
        return winners;
    }

    static StoreKey key(int round) {
        return StoreKey.of(PARTITION, "round-" + round);
    }

    @FunctionalInterface
    interface Move {
        Optional<RecordVersion> make(TokenStore store, int writer, int round) throws Exception;
    }
}
