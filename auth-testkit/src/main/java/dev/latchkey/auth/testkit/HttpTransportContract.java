package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The contract of {@link HttpTransport}, spoken over real connections: byte for byte, with every fault that a network has.
 *
 * <p>The test class of an adapter extends this one, and says how the adapter is made. It should do so twice: for the client
 * that the adapter makes itself, and for the client that a user would naively pass in.
 *
 * <pre>{@code
 * class MyTransportTest extends HttpTransportContract {
 *     protected HttpTransport create() {
 *         return MyTransport.over(new MyClient());
 *     }
 *
 *     protected HttpTransport create(ServerTrust trust) {
 *         return MyTransport.over(new MyClient(trust.sslContext()));
 *     }
 * }
 * }</pre>
 *
 * <p>It demands what the Javadoc of the port says and no more. In particular a request without a body may be sent again
 * by the HTTP client below, and {@link HttpTransport#close()} may do nothing. A transport that does not keep address policies
 * says so, and its test with {@link #honoursAddressPolicy()}.
 */
public abstract class HttpTransportContract extends TransportAddresses {

    private static final int CALLERS = 200;

    /** For subclasses. */
    protected HttpTransportContract() {}

    @Test
    void refusedConnectionIsNotSent() throws IOException {
        try (Socket bound = new Socket()) {
            // Bound and not listening: nobody else can get the port, and nobody answers at it.
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            URI uri = URI.create("http://127.0.0.1:" + bound.getLocalPort() + "/token?q=" + MARKER);

            TransportException failure = failure(post(uri).build());

            assertEquals(Kind.CONNECT, failure.kind());
            assertEquals(Delivery.NOT_SENT, failure.delivery());
        }
    }

    @Test
    void unknownHostIsNotSent() {
        TransportException failure = failure(
                post(URI.create("http://nowhere.invalid/token?q=" + MARKER)).build());

        assertEquals(Kind.RESOLVE, failure.kind());
        assertEquals(Delivery.NOT_SENT, failure.delivery());
    }

    @TestFactory
    List<DynamicTest> brokenAnswersAreUnknown() {
        return List.of(
                broken("closed before the answer", WireConnection::close),
                broken("reset before the answer", WireConnection::reset),
                broken("closed in the status line", connection -> closed(connection, "HTTP/1.1 20")),
                broken(
                        "closed in the body",
                        connection -> closed(connection, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")),
                broken("reset in the body", connection -> {
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                    connection.reset();
                }),
                broken(
                        "closed between chunks",
                        connection ->
                                closed(connection, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")),
                broken(
                        "a chunk of no size",
                        connection -> closed(
                                connection,
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + MARKER + "\r\na\r\n")),
                broken("no HTTP", connection -> closed(connection, "220 " + MARKER + " ESMTP\r\n\r\n")),
                broken("bytes", connection -> closed(connection, "\0\1\2\3\r\n\r\n")),
                broken("no status", connection -> closed(connection, "HTTP/1.1 " + MARKER + "\r\n\r\n")),
                broken(
                        "a status beyond all",
                        connection -> connection.write("HTTP/1.1 600 " + MARKER + "\r\nContent-Length: 0\r\n\r\n")),
                broken(
                        "a length that is no number",
                        connection ->
                                closed(connection, "HTTP/1.1 200 OK\r\nContent-Length: " + MARKER + "\r\n\r\nbody")));
    }

    private DynamicTest broken(String name, WireServer.Script script) {
        return dynamicTest(name, () -> {
            WireServer server = serve(script);

            TransportException failure = failure(post(server).build());

            assertEquals(Kind.EXCHANGE, failure.kind());
            assertEquals(Delivery.UNKNOWN, failure.delivery());
            assertEquals(1, server.requests().size());
        });
    }

    private static void closed(WireConnection connection, String answer) throws IOException {
        connection.write(answer);
        connection.close();
    }

    @Test
    void bodyThatCannotBeReadFailsTheExchange() {
        WireServer server = serve(connection -> connection.respond("200 OK", "", "whole"));
        RequestBody unreadable = RequestBody.once(10, () -> {
            throw new IOException("no such file");
        });

        TransportException failure = failure(post(server).body(unreadable).build());

        assertEquals(Kind.EXCHANGE, failure.kind());
        assertEquals(0, server.requests().size());
    }

    @Test
    void closingAResponseReleasesItsConnectionWithoutReadingOn() throws IOException {
        WireServer server = serve(connection -> {
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (true) {
                connection.write("400\r\n" + "x".repeat(0x400) + "\r\n");
            }
        });
        TransportResponse response = transport().send(post(server).build());
        response.body().readNBytes(10);

        long start = System.nanoTime();
        response.close();
        response.close();

        assertTrue(System.nanoTime() - start < SLACK.toNanos(), "Closing does not wait for the body's end");
        awaitReleased(server, 1);
    }

    @Test
    void unreadResponsesUseNothingUp() throws IOException {
        WireServer server = serve(connection -> connection.respond("200 OK", "", "unread".repeat(10_000)));

        for (int i = 0; i < 40; i++) {
            transport().send(post(server).build()).close();
        }

        assertEquals(40, server.requests().size());
    }

    @Test
    void serves200CallersAtOnce() {
        WireServer server = serve(connection ->
                connection.respond("200 OK", "", "echo " + connection.request().text()));
        CountDownLatch start = new CountDownLatch(1);
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            String text = "caller " + i;
            attempts.add(Attempt.start(() -> {
                start.await();
                RequestBody body = RequestBody.of(text.getBytes(StandardCharsets.UTF_8));
                assertEquals("echo " + text, exchange(post(server).body(body).build()));
            }));
        }
        start.countDown();

        attempts.forEach(attempt -> assertEquals(null, attempt.outcome(AMPLE.multipliedBy(2))));
        assertEquals(CALLERS, server.requests().size());
    }

    @Test
    void closeDuringCallsLeavesNoneHanging() {
        Gate received = Gate.closed("the request was received");
        received.open();
        WireServer server = serve(connection -> {
            connection.waitAt(received);
            connection.stall();
        });
        Duration timeout = SLACK.dividedBy(4);
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            attempts.add(
                    Attempt.start(() -> exchange(post(server).timeout(timeout).build())));
            received.awaitArrival();
        }

        transport().close();
        transport().close();

        for (Attempt attempt : attempts) {
            TransportException failure = checked(attempt.failure(timeout.plus(SLACK)));
            assertEquals(Delivery.UNKNOWN, failure.delivery());
            assertTrue(
                    failure.kind() == Kind.CLOSED || failure.kind() == Kind.DEADLINE,
                    "Ended by the close or by its time-out, but by " + failure.kind());
        }
        assertEquals(5, server.requests().size());
    }

    @Test
    void aClosedTransportSendsOrSaysThatItIsClosed() throws IOException {
        WireServer server = serve(connection -> connection.respond("200 OK", "", "still open"));
        transport().close();

        try {
            assertEquals("still open", exchange(post(server).build()));
        } catch (TransportException e) {
            assertEquals(Kind.CLOSED, checked(e).kind());
            assertEquals(Delivery.NOT_SENT, e.delivery());
        }
    }
}
