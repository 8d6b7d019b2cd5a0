package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What the parts of {@link HttpTransportContract} stand on. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class TransportFixture {

    /** The time-out of calls that must run into it. */
    static final Duration SHORT = Duration.ofMillis(500);

    /** The time-out of calls that must not, and the longest that a test waits for anything. */
    static final Duration AMPLE = Duration.ofSeconds(20);

    /** How late a busy machine may be: far from what a call takes that forgets its time-out, which is {@link #AMPLE} or for ever. */
    static final Duration SLACK = Duration.ofSeconds(8);

    /** In the query, the headers and the body of every request that fails, and in no exception's message. */
    static final String MARKER = "s3cr3t-marker";

    private final List<AutoCloseable> opened = new CopyOnWriteArrayList<>();
    private HttpTransport transport = request -> fail("The transport is made before each test");

    /**
     * Makes the transport to test.
     *
     * @return a fresh transport, over a client that knows nothing of the test; the contract closes it
     */
    protected abstract HttpTransport create();

    /**
     * Makes the transport to test, over a client that trusts a test server's certificate.
     *
     * @param trust what the client is to trust
     * @return a fresh transport that still checks host names; the contract closes it
     */
    protected abstract HttpTransport create(ServerTrust trust);

    @BeforeEach
    void createTransport() {
        transport = closedLater(create());
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    final <T extends AutoCloseable> T closedLater(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    final HttpTransport transport() {
        return transport;
    }

    final WireServer serve(WireServer.Script script) {
        return closedLater(WireServer.start(script));
    }

    /** A request with a body, whose parts must not turn up in a message. */
    static TransportRequest.Builder post(URI uri) {
        return TransportRequest.builder("POST", uri)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("X-Marker", MARKER)
                .body(RequestBody.of(("code=" + MARKER).getBytes(StandardCharsets.UTF_8)))
                .timeout(AMPLE);
    }

    static TransportRequest.Builder post(WireServer server) {
        return post(server.uri("/token?q=" + MARKER));
    }

    static TransportRequest.Builder get(WireServer server) {
        return TransportRequest.builder("GET", server.uri("/get")).timeout(AMPLE);
    }

    /** Sends, reads the whole body and closes. */
    final String exchange(TransportRequest request) throws IOException {
        try (TransportResponse response = transport.send(request)) {
            return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Sends and reads, which must fail with the port's own exception, without giving anything away, and some time. */
    final TransportException failure(TransportRequest request) {
        return failure(request, AMPLE);
    }

    private TransportException failure(TransportRequest request, Duration longest) {
        return checked(Attempt.start(() -> exchange(request)).failure(longest));
    }

    static TransportException checked(TransportException failure) {
        assertNotNull(failure.getMessage(), "the message");
        assertFalse(
                failure.getMessage().contains(MARKER), "The message gives away a part of the request or the answer");
        return failure;
    }

    /** A failure that must come when the time is up: neither early nor late. */
    final TransportException failureAfter(Duration timeout, TransportRequest request) {
        long start = System.nanoTime();
        TransportException failure = failure(request, timeout.plus(SLACK));
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(taken.compareTo(timeout.multipliedBy(8).dividedBy(10)) > 0, "Failed after " + taken + " already");
        return failure;
    }

    /**
     * Waits until the server sees connections end. Ample time, since java.net.http from Java 21 on closes a socket when its
     * selector next looks at it, which may be three seconds later.
     */
    static void awaitReleased(WireServer server, int connections) {
        await("the connection is released", AMPLE, () -> server.endedConnections() == connections);
    }

    /** Waits for something that happens on another thread or on the other side of the wire. */
    static void await(String what, Duration longest, BooleanSupplier happened) {
        long deadline = System.nanoTime() + longest.toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("Not within " + longest + ": " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }
}
