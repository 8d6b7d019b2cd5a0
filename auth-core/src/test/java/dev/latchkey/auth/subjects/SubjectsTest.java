package dev.latchkey.auth.subjects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Random histories of two users of the same names in two tenants at two issuers, with two sessions each, of an application
 * and of grants, over one store and three nodes: nobody ever sees another's token, and who is signed in gets one.
 *
 * <p>A history that fails is told with its seed, and with those of its steps that are needed for it.
 */
class SubjectsTest {

    private static final int NODES = 3;
    private static final int STEPS = 80;
    private static final int HISTORIES = 150;

    @Test
    void s4_nobodySeesAnothersToken() {
        long first = Long.getLong("latchkey.subjects.seed", 20_261_124L);
        for (long seed = first; seed < first + HISTORIES; seed++) {
            List<Step> history = history(seed);
            Optional<String> wrong = run(history);
            if (wrong.isPresent()) {
                List<Step> needed = shrunk(history);
                assertThat(run(needed)).as("seed %d, steps %s", seed, needed).isEmpty();
                assertThat(wrong).as("seed %d, not repeated: %s", seed, history).isEmpty();
            }
        }
    }

    @Test
    void nobodySeesAnothersTokenThoughAllActAtOnce() throws Exception {
        for (long seed = 1; seed <= 20; seed++) {
            Queue<String> wrong = new ConcurrentLinkedQueue<>();
            try (World world = new World(false)) {
                CountDownLatch ended = new CountDownLatch(4);
                for (int i = 0; i < 4; i++) {
                    List<Step> history = history(seed * 1_000 + i);
                    Thread thread = new Thread(() -> {
                        try {
                            history.forEach(step -> world.make(step).ifPresent(wrong::add));
                        } catch (RuntimeException | AssertionError e) {
                            wrong.add(e.toString());
                        } finally {
                            ended.countDown();
                        }
                    });
                    thread.setDaemon(true);
                    thread.start();
                }
                assertThat(ended.await(2, TimeUnit.MINUTES)).isTrue();
            }
            assertThat(wrong).as("seed %d", seed).isEmpty();
        }
    }

    private static List<Step> history(long seed) {
        Random random = new Random(seed);
        List<Step> history = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            history.add(Step.draw(random, NODES));
        }
        return history;
    }

    private static Optional<String> run(List<Step> history) {
        try (World world = new World(true)) {
            for (Step step : history) {
                Optional<String> wrong = world.make(step);
                if (wrong.isPresent()) {
                    return Optional.of(step + ": " + wrong.get());
                }
            }
            return Optional.empty();
        }
    }

    /** Leaves out step after step as long as the history still fails. */
    private static List<Step> shrunk(List<Step> history) {
        List<Step> needed = new ArrayList<>(history);
        for (int i = needed.size() - 1; i >= 0; i--) {
            Step left = needed.remove(i);
            if (run(needed).isEmpty()) {
                needed.add(i, left);
            }
        }
        return needed;
    }
}
