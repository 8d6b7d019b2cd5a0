package dev.latchkey.it.nodes;

import dev.latchkey.auth.session.Flights;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/**
 * The single flight under a model checker, which goes through the orders in which threads can interleave. Here, and not
 * beside its other tests: the checker wants Kotlin, an agent and the class path.
 */
class FlightsModelTest {

    private static final int INTERLEAVINGS = Integer.getInteger("latchkey.it.interleavings", 1_000);

    @Test
    void whoJoinsOneKeyAtOnceSeesOneExecutionAndNobodyIsLost() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Sky sky = new Sky();
            run(() -> sky.join("read"), () -> sky.join("read"));
            sky.check(2);
        });
    }

    @Test
    void flightsOfOneSessionFollowEachOtherWhateverTheyAreFor() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Sky sky = new Sky();
            run(() -> sky.join("read"), () -> sky.join("write"));
            sky.check(2);
        });
    }

    @Test
    void whoComesWhileAFlightLandsJoinsItOrStartsTheNext() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Sky sky = new Sky();
            run(() -> sky.join("read"), () -> {
                sky.join("write");
                sky.join("read");
            });
            sky.check(3);
        });
    }

    private static void run(Runnable first, Runnable second) {
        Thread one = new Thread(first);
        Thread two = new Thread(second);
        one.start();
        two.start();
        try {
            one.join();
            two.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** One session's flights, which run on the thread that finds the way free. */
    private static final class Sky {

        private final Flights flights = new Flights(Runnable::run);
        private final AtomicInteger underWay = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private final AtomicInteger readsBegun = new AtomicInteger();
        private final AtomicInteger readsEnded = new AtomicInteger();
        private final Queue<Join> joins = new ConcurrentLinkedQueue<>();

        Join join(String what) {
            Join join = new Join();
            join.outcome = flights.join("alice", what, () -> {
                most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                if (what.equals("read")) {
                    join.place = readsBegun.incrementAndGet();
                    underWay.decrementAndGet();
                    readsEnded.incrementAndGet();
                } else {
                    underWay.decrementAndGet();
                }
                return what;
            });
            join.endedAtReturn = readsEnded.get();
            joins.add(join);
            return join;
        }

        void check(int joiners) {
            require(joins.size() == joiners, "everybody has joined");
            require(most.get() == 1, "one flight at a time");
            for (Join join : joins) {
                require(join.outcome.isDone() && !join.outcome.isCompletedExceptionally(), "a joiner is answered");
                require(
                        join.endedAtReturn >= join.place - 1,
                        "a second flight of one key is made after the first has ended, and not behind it");
            }
            // Nothing is left behind: whoever comes next starts a flight of his own, which ends.
            Join next = join("read");
            require(next.place == readsEnded.get(), "a flight of his own");
            require(next.outcome.isDone(), "it ends");
        }
    }

    /** Plain, since the checker looks into everything that is called. */
    private static void require(boolean what, String otherwise) {
        if (!what) {
            throw new AssertionError("broken: " + otherwise);
        }
    }

    /** Somebody who joined; if it was his work that was done, which place it had among those of its key. */
    private static final class Join {
        private CompletableFuture<String> outcome;
        private volatile int place;
        private int endedAtReturn;
    }
}
