package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.token.Scopes;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // What a flight gives is not the point of most of these.
class FlightsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final SessionKey ALICE = SessionKey.ofApplication("https://issuer.example", "alice", "");
    private static final SessionKey BOB = SessionKey.ofApplication("https://issuer.example", "bob", "");
    private static final AskedFor READ = AskedFor.of(Scopes.of("read"), RequestOptions.NONE);
    private static final AskedFor WRITE = AskedFor.of(Scopes.of("write"), RequestOptions.NONE);

    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final Flights flights = new Flights(waiting::add);

    private void runAll() {
        while (!waiting.isEmpty()) {
            waiting.remove().run();
        }
    }

    @Test
    void everybodyJoinsTheOneFlight() {
        AtomicInteger number = new AtomicInteger();
        CompletableFuture<Integer> first = flights.join(ALICE, READ, number::incrementAndGet);
        CompletableFuture<Integer> second = flights.join(ALICE, READ, number::incrementAndGet);
        assertThat(second).isSameAs(first).isNotDone();
        runAll();
        assertThat(first).isCompletedWithValue(1);
        CompletableFuture<Integer> later = flights.join(ALICE, READ, number::incrementAndGet);
        runAll();
        assertThat(later).isCompletedWithValue(2);
    }

    @Test
    void flightsOfOneSessionFollowEachOtherAndThoseOfTwoDoNot() {
        List<String> order = new ArrayList<>();
        flights.join(ALICE, READ, () -> order.add("alice read"));
        flights.join(ALICE, WRITE, () -> order.add("alice write"));
        flights.join(BOB, READ, () -> order.add("bob read"));
        assertThat(waiting).as("started: the first of each session").hasSize(2);
        waiting.removeLast().run();
        assertThat(order).containsExactly("bob read");
        runAll();
        assertThat(order).containsExactly("bob read", "alice read", "alice write");
    }

    /** The first one, when it lands, must not take the second one's place in the row from it. */
    @Test
    void aThirdJoinerWaitsForTheSecondThoughTheFirstHasLanded() {
        List<String> order = new ArrayList<>();
        flights.join(ALICE, READ, () -> order.add("first"));
        flights.join(ALICE, WRITE, () -> order.add("second"));
        waiting.remove().run();
        assertThat(waiting).as("handed over: the second").hasSize(1);

        flights.join(ALICE, "third", () -> order.add("third"));

        assertThat(waiting).as("handed over: still the second alone").hasSize(1);
        waiting.remove().run();
        assertThat(order).containsExactly("first", "second");
        runAll();
        assertThat(order).containsExactly("first", "second", "third");
    }

    /** The same on threads, the third one coming while the second one runs and after the first one has left the sky. */
    @Test
    void threeJoinersOnThreadsOfTheirOwnFollowEachOther() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        try {
            AtomicInteger handedOver = new AtomicInteger();
            Flights real = new Flights(work -> {
                handedOver.incrementAndGet();
                pool.execute(work);
            });
            Gate first = new Gate();
            Gate second = new Gate();
            CompletableFuture<String> one = real.join(ALICE, READ, () -> first.pass("one"));
            first.awaitSomebody();
            CompletableFuture<String> two = real.join(ALICE, WRITE, () -> second.pass("two"));
            assertThat(handedOver).hasValue(1);
            first.open();
            second.awaitSomebody();

            CompletableFuture<String> three = real.join(ALICE, "third", () -> "three");

            assertThat(handedOver).as("flights that may run").hasValue(2);
            second.open();
            assertThat(three.get(10, TimeUnit.SECONDS)).isEqualTo("three");
            assertThat(one).isCompletedWithValue("one");
            assertThat(two).isCompletedWithValue("two");
            assertThat(handedOver).hasValue(3);
            assertThat(real.close(PATIENCE)).isZero();
        } finally {
            pool.shutdownNow();
        }
    }

    /** Where a flight stands still until a test says go. */
    private static final class Gate {

        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        String pass(String what) {
            reached.countDown();
            await(opened);
            return what;
        }

        void awaitSomebody() {
            await(reached);
        }

        void open() {
            opened.countDown();
        }

        private static void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** What it kept of a session that has nothing under way would be there for ever. */
    @Test
    void theLastOneToLandLeavesNothingBehind() throws Exception {
        for (Object what : List.of(READ, WRITE, "third")) {
            flights.join(ALICE, what, () -> "done");
        }
        runAll();
        for (String name : List.of("flights", "tails", "underWay")) {
            Field field = Flights.class.getDeclaredField(name);
            field.setAccessible(true);
            assertThat(field.get(flights)).as(name).hasToString(name.equals("underWay") ? "[]" : "{}");
        }
    }

    @Test
    void aFlightThatFailsLetsTheNextOneStart() {
        CompletableFuture<String> first = flights.join(ALICE, READ, () -> {
            throw new IllegalArgumentException("broken");
        });
        CompletableFuture<String> second = flights.join(ALICE, WRITE, () -> "done");
        runAll();
        assertThatThrownBy(() -> Flights.await(first, PATIENCE)).isInstanceOf(IllegalArgumentException.class);
        assertThat(second).isCompletedWithValue("done");
    }

    @Test
    void whoeverGivesUpCancelsNothing() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<String> flight = flights.join(ALICE, READ, () -> {
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return "done";
        });
        Thread thread = new Thread(this::runAll);
        thread.start();
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> Flights.await(flight, Duration.ofMillis(1)))
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("1 ms")
                .hasMessageContaining("goes on");
        goOn.countDown();
        thread.join(10_000);
        assertThat(flight).isCompletedWithValue("done");
    }

    @Test
    void aFlightThatTheExecutorLosesDoesNotWedgeItsSession() {
        AtomicInteger runs = new AtomicInteger();
        CompletableFuture<Integer> lost = flights.join(ALICE, READ, runs::incrementAndGet);
        Runnable found = waiting.remove();
        CompletableFuture<String> other = flights.join(ALICE, WRITE, () -> "other");
        CompletableFuture<String> elsewhere = flights.join(BOB, READ, () -> "bob");
        assertThatThrownBy(() -> Flights.await(lost, Duration.ofMillis(1)))
                .isInstanceOfSatisfying(
                        TemporaryFailureException.class,
                        e -> assertThat(e.safeToRetry()).isTrue())
                .hasMessageContaining("executor");
        assertThat(lost).isCompletedExceptionally();
        runAll();
        assertThat(other).isCompletedWithValue("other");
        assertThat(elsewhere).isCompletedWithValue("bob");
        CompletableFuture<Integer> again = flights.join(ALICE, READ, runs::incrementAndGet);
        runAll();
        assertThat(again).isCompletedWithValue(1);
        found.run();
        assertThat(runs).as("what was given up never runs").hasValue(1);
        assertThat(flights.close(Duration.ZERO)).isZero();
    }

    @Test
    void whoeverWaitsBehindALostFlightSetsTheSessionFreeToo() {
        flights.join(ALICE, READ, () -> "in the background, for nobody");
        waiting.clear();
        CompletableFuture<String> behind = flights.join(ALICE, WRITE, () -> "behind");
        assertThatThrownBy(() -> Flights.await(behind, Duration.ofMillis(1)))
                .isInstanceOf(TemporaryFailureException.class);
        runAll();
        assertThat(behind).isCompletedWithValue("behind");
    }

    @Test
    void aFlightThatWaitsBehindOneUnderWayIsNotGivenUp() {
        CompletableFuture<String> first = flights.join(ALICE, READ, () -> {
            CompletableFuture<String> second = flights.join(ALICE, WRITE, () -> "second");
            assertThatThrownBy(() -> Flights.await(second, Duration.ofMillis(1)))
                    .isInstanceOf(TemporaryFailureException.class)
                    .hasMessageContaining("goes on");
            assertThat(second).isNotDone();
            return "first";
        });
        runAll();
        assertThat(first).isCompletedWithValue("first");
        assertThat(flights.join(ALICE, WRITE, () -> "third")).isNotDone();
    }

    @Test
    void anExecutorThatRefusesDoesNotWedgeTheSession() {
        Flights refused = new Flights(work -> {
            throw new java.util.concurrent.RejectedExecutionException("full");
        });
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> Flights.await(refused.join(ALICE, READ, () -> "never"), PATIENCE))
                    .isInstanceOf(TemporaryFailureException.class);
        }
        assertThat(refused.close(Duration.ZERO)).isZero();
    }

    @Test
    void nothingStartsAfterClosing() {
        flights.close(Duration.ZERO);
        assertThatThrownBy(() -> Flights.await(flights.start(() -> "late"), PATIENCE))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> Flights.await(flights.join(ALICE, READ, () -> "late"), PATIENCE))
                .isInstanceOf(ConfigurationException.class);
        assertThat(waiting).isEmpty();
    }

    @Test
    void closingWhileAFlightIsHandedOverSeesTheFlight() {
        AtomicInteger remaining = new AtomicInteger(-1);
        List<Flights> sky = new ArrayList<>();
        // Closed by another thread at the very moment when the executor is given the flight.
        sky.add(new Flights(work -> remaining.set(sky.get(0).close(Duration.ZERO))));
        CompletableFuture<String> flight = sky.get(0).start(() -> "under way");
        assertThat(remaining).hasValue(1);
        assertThat(flight).isNotDone();
    }

    @Test
    void noFlightStartsAfterClosingHasSaidThatNoneIsUnderWay() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 2_000; round++) {
                AtomicInteger remaining = new AtomicInteger(-1);
                AtomicInteger late = new AtomicInteger();
                Flights sky = new Flights(work -> {
                    if (remaining.get() == 0) {
                        late.incrementAndGet();
                    }
                });
                CountDownLatch start = new CountDownLatch(1);
                Future<?> starting = pool.submit(() -> {
                    start.await();
                    return sky.start(() -> "late");
                });
                Future<?> closing = pool.submit(() -> {
                    start.await();
                    remaining.set(sky.close(Duration.ZERO));
                    return null;
                });
                start.countDown();
                starting.get(10, TimeUnit.SECONDS);
                closing.get(10, TimeUnit.SECONDS);
                assertThat(late).as("round " + round).hasValue(0);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void closingTellsHowManyHaveNotEnded() {
        flights.join(ALICE, READ, () -> "alice");
        flights.join(BOB, READ, () -> "bob");
        waiting.remove().run();
        assertThat(flights.close(Duration.ZERO)).isEqualTo(1);
        runAll();
        assertThat(flights.close(Duration.ZERO)).isZero();
    }

    @Test
    void aSessionsFlightsNeverOverlapHoweverManyThreadsAsk() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        try {
            Flights real = new Flights(pool);
            AtomicInteger underWay = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            for (int round = 0; round < 300; round++) {
                CountDownLatch start = new CountDownLatch(1);
                List<Future<CompletableFuture<Integer>>> joined = new ArrayList<>();
                for (int thread = 0; thread < 4; thread++) {
                    AskedFor asked = thread % 2 == 0 ? READ : WRITE;
                    joined.add(pool.submit(() -> {
                        start.await();
                        return real.join(ALICE, asked, () -> {
                            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                            return underWay.decrementAndGet();
                        });
                    }));
                }
                start.countDown();
                for (Future<CompletableFuture<Integer>> each : joined) {
                    assertThat(each.get(10, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS))
                            .isZero();
                }
            }
            assertThat(most.get()).isEqualTo(1);
            assertThat(real.close(PATIENCE)).isZero();
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void whatComesTooLateIsRefusedAndNotCounted() throws Exception {
        for (int round = 0; round < 300; round++) {
            Flights closing = new Flights(work -> new Thread(work).start());
            CountDownLatch started = new CountDownLatch(1);
            Thread late = new Thread(() -> {
                started.countDown();
                for (int i = 0; i < 200 && !closing.isClosed(); i++) {
                    var unused = closing.start(() -> "done");
                }
                var unused = closing.start(() -> "too late");
            });
            late.start();
            started.await();

            assertThat(closing.close(Duration.ofSeconds(10))).isZero();
            late.join();
        }
    }
}
