package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.token.Scopes;
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
    void whoeverGivesUpCancelsNothing() {
        CompletableFuture<String> flight = flights.join(ALICE, READ, () -> "done");
        assertThatThrownBy(() -> Flights.await(flight, Duration.ofMillis(1)))
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("1 ms");
        runAll();
        assertThat(flight).isCompletedWithValue("done");
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
            assertThat(real.close(PATIENCE)).isTrue();
        } finally {
            pool.shutdownNow();
        }
    }
}
