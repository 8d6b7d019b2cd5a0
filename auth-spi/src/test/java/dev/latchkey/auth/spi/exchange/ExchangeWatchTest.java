package dev.latchkey.auth.spi.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Over clients that are no more than a latch. The contract shows the same over sockets, with the adapters that use this. */
class ExchangeWatchTest {

    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration AMPLE = Duration.ofSeconds(20);

    private final ExchangeWatch watch = ExchangeWatch.named("exchange-watch-test");
    private final CountDownLatch blocking = new CountDownLatch(1);
    private final CountDownLatch cut = new CountDownLatch(1);

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void cutsOffACallWhoseTimeIsUp() {
        TransportException failure = failure(request(SHORT), this::block);

        assertThat(failure.kind()).isEqualTo(Kind.DEADLINE);
        assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
    }

    @Test
    void cutsOffACallWhoseThreadIsInterrupted() throws Exception {
        Attempt attempt = start();
        attempt.thread.interrupt();

        assertThat(attempt.failure().kind()).isEqualTo(Kind.INTERRUPTED);
        assertThat(attempt.endedInterrupted).isTrue();
    }

    @Test
    void cutsOffCallsWhenItIsClosed() throws Exception {
        Attempt attempt = start();
        watch.close();

        assertThat(attempt.failure().kind()).isEqualTo(Kind.CLOSED);
    }

    @Test
    void cutsOffAReaderWhoseTimeIsUp() throws IOException {
        TransportResponse response = watch.send(request(SHORT).build(), exchange -> {
            exchange.cancelBy(cut::countDown);
            return exchange.response(200, TransportHeaders.empty(), blockingStream(), () -> {});
        });

        TransportException failure = catchThrowableOfType(
                TransportException.class, () -> response.body().read());

        assertThat(failure.kind()).isEqualTo(Kind.DEADLINE);
        assertThat(failure.delivery()).isEqualTo(Delivery.UNKNOWN);
    }

    /** The look may come between the call's beginning and the moment at which the client has something to cancel. */
    @Test
    void cutsOffAClientThatSaysTooLateHow() {
        AtomicInteger cancelled = new AtomicInteger();

        TransportException failure = failure(request(AMPLE), exchange -> {
            exchange.abort(Kind.CLOSED);
            exchange.cancelBy(cancelled::incrementAndGet);
            assertThat(cancelled).hasValue(1);
            exchange.abort(Kind.DEADLINE);
            throw new SocketException("closed");
        });

        assertThat(failure.kind()).isEqualTo(Kind.CLOSED);
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void refusesACallOnceItIsClosedOrItsThreadInterrupted() {
        Thread.currentThread().interrupt();
        TransportException interrupted = failure(request(AMPLE), exchange -> {
            throw new AssertionError("must not be sent");
        });
        assertThat(Thread.interrupted()).isTrue();
        watch.close();
        TransportException closed = failure(request(AMPLE), exchange -> {
            throw new AssertionError("must not be sent");
        });

        assertThat(interrupted.kind()).isEqualTo(Kind.INTERRUPTED);
        assertThat(interrupted.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(closed.kind()).isEqualTo(Kind.CLOSED);
        assertThat(closed.delivery()).isEqualTo(Delivery.NOT_SENT);
    }

    @Test
    void releasesTheClientOfACallThatFails() {
        failure(request(AMPLE), exchange -> {
            exchange.cancelBy(cut::countDown);
            throw new SocketException("Connection reset");
        });

        assertThat(cut.getCount()).isZero();
    }

    @Test
    void aBodyIsWrittenOnceAndWhole() throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        TransportException failure = failure(request(AMPLE), exchange -> {
            assertThat(exchange.bodyLength()).isEqualTo(6);
            exchange.writeBody(sent);
            exchange.writeBody(sent);
            throw new AssertionError("written twice");
        });

        assertThat(sent.toString(UTF_8)).isEqualTo("code=x");
        assertThat(failure.kind()).isEqualTo(Kind.EXCHANGE);
        assertThat(failure.delivery()).isEqualTo(Delivery.UNKNOWN);
    }

    @Test
    void aBodyThatIsShorterThanItClaimsIsNoBody() {
        RequestBody shorter = RequestBody.once(10, () -> new ByteArrayInputStream(new byte[9]));

        TransportException failure =
                failure(request(AMPLE).body(shorter), exchange -> unreached(exchange, OutputStream.nullOutputStream()));

        assertThat(failure.kind()).isEqualTo(Kind.EXCHANGE);
        assertThat(failure.delivery()).isEqualTo(Delivery.UNKNOWN);
    }

    /** The server has no whole request while nothing of its body was written; of one without a body nobody knows. */
    @Test
    void knowsWhetherARequestCanHaveBeenSent() {
        ExchangeWatch.Sender reset = exchange -> {
            throw new SocketException("Connection reset");
        };
        TransportRequest.Builder withoutBody = TransportRequest.builder("GET", URI.create("https://as.example/"));

        assertThat(failure(request(AMPLE), reset).delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(failure(withoutBody, reset).delivery()).isEqualTo(Delivery.UNKNOWN);
        TransportException neverConnected = failure(withoutBody, exchange -> {
            exchange.neverConnected();
            throw new SocketException("Connection reset");
        });
        assertThat(neverConnected.delivery()).isEqualTo(Delivery.NOT_SENT);
    }

    @Test
    void anAnswerThatBreaksOffWasAnswerToARequestThatArrived() throws IOException {
        TransportResponse response = watch.send(
                request(AMPLE).build(),
                exchange -> exchange.response(
                        200,
                        TransportHeaders.empty(),
                        new FailingStream(() -> new ConnectException("misleading")),
                        cut::countDown));

        TransportException failure = catchThrowableOfType(
                TransportException.class, () -> response.body().read());

        assertThat(failure.delivery()).isEqualTo(Delivery.UNKNOWN);
        assertThat(cut.getCount()).isZero();
    }

    @Test
    void aLengthThatIsNoNumberIsNoAnswer() {
        for (String length : new String[] {"ten", "-1", "1, 1", "", "+1"}) {
            TransportException failure = failure(
                    request(AMPLE),
                    exchange -> exchange.response(
                            200,
                            TransportHeaders.builder()
                                    .add("Content-Length", length)
                                    .build(),
                            InputStream.nullInputStream(),
                            () -> {}));

            assertThat(failure.kind()).isEqualTo(Kind.EXCHANGE);
            assertThat(failure.delivery()).isEqualTo(Delivery.UNKNOWN);
        }
    }

    /** As Okio's stream does: readNBytes asks for nothing when it has all that it was to read. */
    @Test
    void readingNothingDoesNotWaitForABlockedClient() throws IOException {
        TransportResponse response = watch.send(
                request(AMPLE).build(),
                exchange -> exchange.response(200, TransportHeaders.empty(), blockingStream(), () -> {}));

        assertThat(response.body().read(new byte[4], 4, 0)).isZero();
        response.close();
        assertThatThrownBy(() -> response.body().read()).isInstanceOf(IOException.class);
    }

    @Test
    void theEndOfABodyStaysTheEnd() throws IOException {
        AtomicInteger closed = new AtomicInteger();
        TransportResponse response = watch.send(
                request(AMPLE).build(),
                exchange -> exchange.response(
                        200,
                        TransportHeaders.empty(),
                        new ByteArrayInputStream("ok".getBytes(UTF_8)),
                        closed::incrementAndGet));

        assertThat(response.body().readAllBytes()).asString(UTF_8).isEqualTo("ok");
        assertThat(closed).hasValue(0);
        response.close();
        assertThat(response.body().read()).isEqualTo(-1);
    }

    @Test
    void itsThreadIsADaemonWithoutAClassLoaderAndEndsWhenItIsClosed() throws Exception {
        assertThat(watchers()).isEmpty();
        Attempt attempt = start();
        Thread watcher = watchers().findFirst().orElseThrow();
        assertThat(watcher.isDaemon()).isTrue();
        assertThat(watcher.getContextClassLoader()).isNull();

        watch.close();
        attempt.failure();
        watcher.join(AMPLE.toMillis());

        assertThat(watcher.isAlive()).isFalse();
    }

    private static Stream<Thread> watchers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("exchange-watch-test") && thread.isAlive());
    }

    private static TransportRequest.Builder request(Duration timeout) {
        return TransportRequest.builder("POST", URI.create("https://as.example/token"))
                .body(RequestBody.of("code=x".getBytes(UTF_8)))
                .timeout(timeout);
    }

    private TransportException failure(TransportRequest.Builder request, ExchangeWatch.Sender sender) {
        return catchThrowableOfType(TransportException.class, () -> watch.send(request.build(), sender));
    }

    private static TransportResponse unreached(Exchange exchange, OutputStream out) throws IOException {
        exchange.writeBody(out);
        throw new AssertionError("written");
    }

    /** A client that waits for an answer, and cannot be interrupted. */
    private TransportResponse block(Exchange exchange) throws IOException {
        exchange.cancelBy(cut::countDown);
        blocking.countDown();
        throw cutOff();
    }

    private InputStream blockingStream() {
        return new FailingStream(this::cutOff);
    }

    /** Parking leaves the interrupt flag as it is, like a blocked socket and unlike a latch. */
    private IOException cutOff() {
        long deadline = System.nanoTime() + AMPLE.toNanos();
        while (cut.getCount() > 0 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return cut.getCount() == 0 ? new SocketException("Socket closed") : new IOException("Nobody cut it off");
    }

    /** Starts a call, and waits until it is blocked in the client. */
    private Attempt start() throws InterruptedException {
        Attempt attempt = new Attempt();
        attempt.thread.start();
        assertThat(blocking.await(AMPLE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        return attempt;
    }

    private final class Attempt {

        private final FutureTask<TransportResponse> call = new FutureTask<>(() -> {
            try {
                return watch.send(request(AMPLE).build(), ExchangeWatchTest.this::block);
            } finally {
                endedInterrupted = Thread.currentThread().isInterrupted();
            }
        });
        private final Thread thread = new Thread(call);
        private volatile boolean endedInterrupted;

        TransportException failure() throws Exception {
            try {
                call.get(AMPLE.toMillis(), TimeUnit.MILLISECONDS);
                throw new AssertionError("did not fail");
            } catch (ExecutionException e) {
                return (TransportException) e.getCause();
            }
        }
    }

    private static final class FailingStream extends InputStream {

        private final Supplier<IOException> failure;

        FailingStream(Supplier<IOException> failure) {
            this.failure = failure;
        }

        @Override
        public int read() throws IOException {
            throw failure.get();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            throw failure.get();
        }
    }
}
