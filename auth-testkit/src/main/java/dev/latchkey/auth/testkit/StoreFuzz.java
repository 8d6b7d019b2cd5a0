package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.testkit.StoreHistory.Act;
import dev.latchkey.auth.testkit.StoreHistory.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Random acts of several users on a few keys, of which one order must explain all.
 *
 * <p>A run's seed is published and named in a failure; {@code -Dlatchkey.store.seed=…} gives each user the same acts
 * again, though not the same interleaving.
 */
abstract class StoreFuzz extends StoreRaces {

    private static final int USERS = 4;
    private static final int KEYS = 3;
    private static final Duration LONGEST = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void oneOrderExplainsWhatAllUsersSaw(TestReporter reporter) throws Exception {
        long seed = Long.getLong("latchkey.store.seed", System.nanoTime());
        reporter.publishEntry("latchkey.store.seed", Long.toString(seed));
        StoreHistory history = new StoreHistory();
        Seen seen = new Seen();
        long deadline = System.nanoTime() + LONGEST.toNanos();
        List<Attempt> attempts = new ArrayList<>();
        CyclicBarrier together = new CyclicBarrier(USERS);
        for (int i = 0; i < USERS; i++) {
            User user = new User("user " + i, anotherUser(), new Random(seed + i), history, seen);
            attempts.add(Attempt.start(() -> {
                together.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                for (int act = 0; act < rounds() * 10 && System.nanoTime() < deadline; act++) {
                    user.act(act);
                }
            }));
        }

        attempts.forEach(attempt -> assertNull(attempt.outcome(PATIENCE), "Seed " + seed));
        User last = new User("the last user", store(), new Random(seed), history, seen);
        for (int i = 0; i < KEYS; i++) {
            last.find(i);
        }
        int acts = history.size();
        List<String> faults = history.faults();
        assertEquals(List.of(), faults.subList(0, Math.min(5, faults.size())), "Seed " + seed + ", " + acts + " acts");
        assertTrue(acts > USERS * 10, "The store is too slow: " + acts + " acts in " + LONGEST);
    }

    /** The versions that the users know of. */
    private static final class Seen {

        private final AtomicReferenceArray<RecordVersion> newest = new AtomicReferenceArray<>(KEYS);
        private final Queue<RecordVersion> old = new ConcurrentLinkedQueue<>();

        private void add(int key, RecordVersion version) {
            RecordVersion before = newest.getAndSet(key, version);
            if (before != null && !before.equals(version)) {
                old.add(before);
                if (old.size() > 64) {
                    old.poll();
                }
            }
        }

        private RecordVersion newest(int key) {
            RecordVersion version = newest.get(key);
            return version == null ? RecordVersion.of("1") : version;
        }

        private RecordVersion old(Random random) {
            List<RecordVersion> all = new ArrayList<>(old);
            return all.isEmpty() ? RecordVersion.of("1") : all.get(random.nextInt(all.size()));
        }
    }

    private final class User {

        private final String name;
        private final TokenStore store;
        private final Random random;
        private final StoreHistory history;
        private final Seen seen;

        private User(String name, TokenStore store, Random random, StoreHistory history, Seen seen) {
            this.name = name;
            this.store = store;
            this.random = random;
            this.history = history;
            this.seen = seen;
        }

        private void act(int number) throws TokenStoreException {
            int key = random.nextInt(KEYS);
            int dice = random.nextInt(100);
            if (random.nextInt(20) == 0) {
                // Lets others in where one processor would run a user from its first act to its last.
                LockSupport.parkNanos(1_000);
            }
            if (dice < 25) {
                find(key);
            } else if (dice < 45) {
                replace(Kind.CREATE, key, RecordVersion.ABSENT, number);
            } else if (dice < 80) {
                replace(Kind.REPLACE, key, expected(key, dice), number);
            } else {
                remove(key, expected(key, dice));
            }
        }

        /** Mostly the newest version, now and then one from the past or another key's. */
        private RecordVersion expected(int key, int dice) {
            if (dice % 7 == 0) {
                return seen.newest((key + 1) % KEYS);
            }
            return dice % 5 == 0 ? seen.old(random) : seen.newest(key);
        }

        private void find(int key) throws TokenStoreException {
            Act act = new Act(name, Kind.FIND, key(key), RecordVersion.ABSENT, "");
            var entry = store.find(key(key));
            act.ended();
            entry.ifPresent(it -> {
                act.found(it.version(), new String(it.record().content(), StandardCharsets.UTF_8));
                seen.add(key, it.version());
            });
            history.add(act);
        }

        private void replace(Kind kind, int key, RecordVersion expected, int number) throws TokenStoreException {
            String content = name + ", act " + number;
            Act act = new Act(name, kind, key(key), expected, content);
            Optional<RecordVersion> version = store.replace(key(key), expected, record(content));
            act.ended();
            version.ifPresent(it -> {
                act.produced(it);
                seen.add(key, it);
            });
            history.add(act);
        }

        private void remove(int key, RecordVersion expected) throws TokenStoreException {
            Act act = new Act(name, Kind.REMOVE, key(key), expected, "");
            boolean removed = store.remove(key(key), expected);
            act.ended();
            if (removed) {
                act.removed();
            }
            history.add(act);
        }
    }
}
