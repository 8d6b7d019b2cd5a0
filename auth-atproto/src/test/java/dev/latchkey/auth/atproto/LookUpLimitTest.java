package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.HANDLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.testkit.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Handles that do not answer, and those who wait for others meanwhile. */
@Timeout(30)
class LookUpLimitTest {

    private static final int HOSTILE = 200;
    // While nobody else is there.
    private static final int HALF = LookUpLimit.MOST / 2;

    private final Internet internet = new Internet();
    private final List<Runnable> tasks = new ArrayList<>();

    private AtprotoIdentities impatient() {
        return internet.identities()
                .executor(tasks::add)
                .timeout(Duration.ofMillis(1))
                .build();
    }

    private static void assertNoAnswer(AtprotoIdentities identities, String handle, String why) {
        assertThatThrownBy(() -> identities.resolve(Handle.of(handle)))
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining(why);
    }

    /** One owner of a domain types, or has others type, handles whose name servers hang: nobody else waits for that. */
    @Test
    void twoHundredTarpitsOfOneDomainKeepNobodyElseWaiting() throws Exception {
        Gate tarpit = Gate.closed("the hostile name server");
        CountDownLatch atWork = new CountDownLatch(HALF);
        AtomicInteger asked = new AtomicInteger();
        AtprotoIdentities identities = AtprotoIdentities.builder(internet.transport)
                .txtRecords(name -> {
                    if (name.endsWith(".evil.example.com")) {
                        asked.incrementAndGet();
                        atWork.countDown();
                        pass(tarpit);
                        return List.of();
                    }
                    return internet.lookup(name);
                })
                .timeout(Duration.ofMinutes(1))
                .build();
        List<CompletableFuture<Void>> hostile = new ArrayList<>();
        CountDownLatch refused = new CountDownLatch(HOSTILE - HALF - LookUpLimit.MOST_WAITING_OF_A_DOMAIN);
        for (int i = 0; i < HOSTILE; i++) {
            Handle handle = Handle.of("h" + i + ".evil.example.com");
            CompletableFuture<Void> each =
                    CompletableFuture.runAsync(() -> identities.resolve(handle), task -> new Thread(task).start());
            hostile.add(each.whenComplete((none, failure) -> refused.countDown()));
        }
        atWork.await();
        refused.await();

        // Which would wait for a minute otherwise.
        internet.dns.put("_atproto.alice.example.net", List.of("did=" + ALICE));
        internet.document(Internet.document(ALICE, Handle.of("alice.example.net"), Internet.PDS));
        assertThat(CompletableFuture.supplyAsync(
                                () -> identities
                                        .resolve(Handle.of("alice.example.net"))
                                        .did(),
                                task -> new Thread(task).start())
                        .get(10, TimeUnit.SECONDS))
                .isEqualTo(ALICE);
        assertThat(asked).hasValue(HALF);

        tarpit.open();
        for (CompletableFuture<Void> each : hostile) {
            assertThatThrownBy(() -> each.get(20, TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(asked).hasValue(HALF + LookUpLimit.MOST_WAITING_OF_A_DOMAIN);
    }

    private static void pass(Gate gate) {
        try {
            gate.pass();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Each tarpit holds two threads for as long as its look-ups last, however long anybody waits. */
    @Test
    void m11_soManyLookUpsAtOnceAndNoMore() {
        AtprotoIdentities few = impatient();
        for (int i = 0; i < LookUpLimit.MOST; i++) {
            assertNoAnswer(few, "h.example" + i + ".com", "did not answer");
        }
        assertThat(tasks).hasSize(2 * LookUpLimit.MOST);
        // Who asks for the same waits for the same look-ups.
        assertNoAnswer(few, "h.example0.com", "did not answer");
        assertNoAnswer(few, HANDLE.toString(), "had no turn");
        assertThat(tasks).hasSize(2 * LookUpLimit.MOST);

        List.copyOf(tasks).forEach(Runnable::run);
        tasks.clear();
        assertNoAnswer(few, HANDLE.toString(), "did not answer");
        assertThat(tasks).hasSize(2);
    }

    @Test
    void soManyOfOneDomainAndNoMore() {
        AtprotoIdentities few = impatient();
        for (int i = 0; i < HALF; i++) {
            assertNoAnswer(few, "h" + i + ".example.com", "did not answer");
        }
        assertNoAnswer(few, "www.deep.example.com", "under example.com");
        assertNoAnswer(few, "h0.example.com", "did not answer");
        assertNoAnswer(few, "h.example.net", "did not answer");
        assertThat(tasks).hasSize(2 * HALF + 2);
    }

    private void named(AtprotoIdentities few, int number) {
        String handle = "h" + number + ".example.com";
        internet.dns.put("_atproto." + handle, List.of("did=" + ALICE));
        tasks.clear();
        assertNoAnswer(few, handle, "did not answer");
        tasks.get(0).run();
    }

    /** But for some, whose files are read on without one, it has to have ended: nothing stops a thread that looks up a host's name. */
    @Test
    void aHandleThatTheDnsHasNamedHasNoPlaceAnyMore() {
        AtprotoIdentities few = impatient();
        for (int i = 0; i < HandleResolution.STRAGGLERS + HALF; i++) {
            named(few, i);
        }
        assertNoAnswer(few, HANDLE.toString(), "had no turn");

        // The last one's file, which was stopped before it began.
        int before = internet.requests().size();
        tasks.get(1).run();
        assertThat(internet.requests()).hasSize(before);
        assertNoAnswer(few, HANDLE.toString(), "did not answer");
    }

    @Test
    void aFileThatHasEndedHasLeftRoomForAnother() {
        AtprotoIdentities few = impatient();
        for (int i = 0; i < 2 * HandleResolution.STRAGGLERS; i++) {
            named(few, i);
            tasks.get(1).run();
            assertThat(internet.requests()).endsWith("GET https://h" + i + ".example.com/.well-known/atproto-did");
        }
    }

    /** Whoever comes after the DNS has answered asks anew, and not what somebody was told before. */
    @Test
    void whatTheDnsHasAnsweredIsNoLookUpThatAnybodyJoins() {
        AtprotoIdentities few = impatient();
        named(few, 0);
        named(few, 0);
        assertThat(tasks).hasSize(2);
    }

    private static final Handle OTHER = Handle.of("alice.example.net");

    /** A domain has half of what the others leave, and always something. */
    @Test
    void aDomainHasAShare() throws Exception {
        LookUpLimit limit = new LookUpLimit();
        int[] shares = new int[7];
        for (int i = 0; i < shares.length; i++) {
            while (limit.enter(Handle.of("h.example" + i + ".com"), System.nanoTime())) {
                shares[i]++;
            }
        }
        assertThat(shares).containsExactly(32, 16, 8, 4, 2, 1, 1);

        // The first one has more than its share now, and takes nothing of what it gives back.
        limit.leave(Handle.of("h.example0.com"));
        assertThat(limit.enter(Handle.of("x.example0.com"), System.nanoTime())).isFalse();
        assertThat(limit.enter(OTHER, System.nanoTime())).isTrue();
    }

    @Test
    void whoeverCameFirstHasTheNextPlace() throws Exception {
        LookUpLimit limit = new LookUpLimit();
        for (int i = 0; i < HALF; i++) {
            assertThat(limit.enter(HANDLE, System.nanoTime())).isTrue();
        }
        Waiting[] waiting = new Waiting[20];
        for (int i = 0; i < waiting.length; i++) {
            waiting[i] = new Waiting(limit);
        }
        for (Waiting first : waiting) {
            limit.leave(HANDLE);
            assertThat(first.entered.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(limit.enter(HANDLE, System.nanoTime()))
                    .as("past those who wait")
                    .isFalse();
        }
        for (int i = 0; i < HALF; i++) {
            limit.leave(HANDLE);
        }
        assertThat(limit.domains()).isZero();
    }

    /** Whoever is interrupted takes no place along. */
    @Test
    void aWaiterThatIsInterruptedLeavesNothingBehind() throws Exception {
        LookUpLimit limit = new LookUpLimit();
        for (int i = 0; i < HALF; i++) {
            assertThat(limit.enter(HANDLE, System.nanoTime())).isTrue();
        }
        Waiting gone = new Waiting(limit);
        Waiting next = new Waiting(limit);
        gone.thread.interrupt();
        assertThatThrownBy(() -> gone.entered.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
        limit.leave(HANDLE);
        assertThat(next.entered.get(10, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < HALF; i++) {
            limit.leave(HANDLE);
        }
        assertThat(limit.domains()).isZero();
    }

    /** Hosts that swallow packets, of handles that the DNS knows, hold no place, and only so many threads. */
    @Test
    void aFileIsNotWaitedForWhereTheDnsHasNamedSomebody() throws Exception {
        Gate swallowed = Gate.closed("hosts that never answer");
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        BlockingQueue<String> stopped = new LinkedBlockingQueue<>();
        HttpTransport transport = policed(request -> {
            if (!request.uri().getPath().equals("/.well-known/atproto-did")) {
                return internet.transport.send(request);
            }
            asked.add(request.uri().getHost());
            try {
                swallowed.pass();
            } catch (InterruptedException e) {
                stopped.add(request.uri().getHost());
                Thread.currentThread().interrupt();
                throw new TransportException(
                        TransportException.Kind.INTERRUPTED, TransportException.Delivery.UNKNOWN, "Interrupted", e);
            }
            throw new IllegalStateException("The gate was opened");
        });
        AtprotoIdentities identities = AtprotoIdentities.builder(transport)
                .txtRecords(name -> {
                    try {
                        // Not before its host was asked.
                        assertThat("_atproto." + asked.take()).isEqualTo(name);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return List.of("did=" + ALICE);
                })
                .build();
        List<String> hosts = new ArrayList<>();
        for (int i = 0; i < HALF + 2; i++) {
            Handle handle = Handle.of("h" + i + ".example.com");
            hosts.add(handle.toString());
            internet.document(Internet.document(ALICE, handle, Internet.PDS));
            assertThat(identities.resolve(handle).did()).isEqualTo(ALICE);
        }

        List<String> gone = hosts.subList(HandleResolution.STRAGGLERS, hosts.size());
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < gone.size(); i++) {
            seen.add(stopped.poll(10, TimeUnit.SECONDS));
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(gone);
        assertThat(stopped).as("those that may go on").isEmpty();
        swallowed.open();
    }

    private interface Sends {

        TransportResponse send(TransportRequest request) throws TransportException;
    }

    private static HttpTransport policed(Sends sends) {
        return new HttpTransport() {
            @Override
            public TransportResponse send(TransportRequest request) throws TransportException {
                return sends.send(request);
            }

            @Override
            public boolean honoursAddressPolicy() {
                return true;
            }
        };
    }

    /** Somebody who waits for a place, as soon as this is made. */
    private static final class Waiting {

        private final CompletableFuture<Boolean> entered = new CompletableFuture<>();
        private final Thread thread;

        Waiting(LookUpLimit limit) {
            thread = new Thread(() -> {
                try {
                    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
                    entered.complete(limit.enter(HANDLE, end));
                } catch (InterruptedException e) {
                    entered.completeExceptionally(e);
                }
            });
            thread.start();
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "alice.example.com, example.com",
        "example.com, example.com",
        "a.b.c.example.com, example.com",
        "alice.shop.co.uk, shop.co.uk",
        "a.alice.com.br, alice.com.br",
        "co.uk, co.uk",
        "alice.bsky.social, bsky.social",
        "a.b.co.com, co.com",
    })
    void aDomainIsWhatSomebodyCanHaveBought(String handle, String domain) {
        assertThat(LookUpLimit.domain(Handle.of(handle))).isEqualTo(domain);
    }

    /** Whoever waits gets the place that is given back, and nothing is remembered of domains that nobody looks up any more. */
    @Test
    void aPlaceThatIsGivenBackIsTakenByWhoeverWaits() throws Exception {
        LookUpLimit limit = new LookUpLimit();
        long soon = System.nanoTime();
        for (int i = 0; i < HALF; i++) {
            assertThat(limit.enter(HANDLE, soon)).isTrue();
        }
        assertThat(limit.enter(HANDLE, soon)).isFalse();
        CompletableFuture<Boolean> waiting = new CompletableFuture<>();
        Thread waiter = new Thread(() -> {
            try {
                waiting.complete(limit.enter(
                        HANDLE, System.nanoTime() + Duration.ofMinutes(1).toNanos()));
            } catch (InterruptedException e) {
                waiting.completeExceptionally(e);
            }
        });
        waiter.start();
        while (waiter.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertThat(waiting).isNotDone();
        limit.leave(HANDLE);
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();

        for (int i = 0; i < HALF; i++) {
            limit.leave(HANDLE);
        }
        assertThat(limit.domains()).isZero();
    }
}
