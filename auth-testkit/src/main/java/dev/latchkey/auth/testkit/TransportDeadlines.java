package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** No call takes longer than it may, wherever the other side falls silent, and none outlives its thread's interrupt. */
abstract class TransportDeadlines extends TransportRestraint {

    @Test
    void deadlineCoversConnecting() throws IOException {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<SocketChannel> fillers = fill(full);
            try {
                URI uri = URI.create("http://127.0.0.1:" + full.getLocalPort() + "/token?q=" + MARKER);

                TransportException failure =
                        failureAfter(SHORT, post(uri).timeout(SHORT).build());

                assertEquals(Kind.DEADLINE, failure.kind());
            } finally {
                for (SocketChannel each : fillers) {
                    each.close();
                }
            }
        }
    }

    /** Connects until the system lets nobody in any more: a connection beyond the backlog gets no answer on Linux. */
    private static List<SocketChannel> fill(ServerSocket server) throws IOException {
        List<SocketChannel> fillers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            SocketChannel channel = SocketChannel.open();
            fillers.add(channel);
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            if (!channel.finishConnect()) {
                return fillers;
            }
        }
        return abort("This system lets connections in without end");
    }

    @Test
    void deadlineCoversTheTlsHandshake() {
        WireServer silent = closedLater(WireServer.startUnread(WireConnection::stall));
        URI uri = URI.create("https://127.0.0.1:" + silent.uri("/").getPort() + "/token?q=" + MARKER);

        TransportException failure =
                failureAfter(SHORT, post(uri).timeout(SHORT).build());

        assertEquals(Kind.DEADLINE, failure.kind());
        awaitReleased(silent, 1);
    }

    @Test
    void deadlineCoversSendingTheBody() {
        Gate over = Gate.closed("the test is over");
        closedLater(over::open);
        WireServer deaf = closedLater(WireServer.startUnread(connection -> connection.waitAt(over)));

        TransportException failure = failureAfter(
                SHORT,
                TransportRequest.builder("POST", deaf.uri("/token"))
                        .body(RequestBody.of(new byte[24 * 1024 * 1024]))
                        .timeout(SHORT)
                        .build());

        assertEquals(Kind.DEADLINE, failure.kind());
        assertEquals(Delivery.UNKNOWN, failure.delivery());
    }

    @TestFactory
    List<DynamicTest> deadlineCoversHeadersAndBody() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String begun : List.of(
                "",
                "HTTP/1.1 200",
                "HTTP/1.1 200 OK\r\nX-Half: a",
                "HTTP/1.1 103 Early Hints\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nchunk\r\n",
                "HTTP/1.1 200 OK\r\n\r\nuntil it ends")) {
            String name = begun.isEmpty() ? "says nothing" : "stalls after " + begun.replaceAll("\\s+", " ");
            tests.add(dynamicTest(name, () -> {
                WireServer server = serve(connection -> {
                    connection.write(begun);
                    connection.stall();
                });

                TransportException failure =
                        failureAfter(SHORT, post(server).timeout(SHORT).build());

                assertEquals(Kind.DEADLINE, failure.kind());
                assertEquals(Delivery.UNKNOWN, failure.delivery());
                assertEquals(1, server.requests().size());
                awaitReleased(server, 1);
            }));
        }
        return tests;
    }

    @Test
    void deadlineEndsABodyThatDrips() {
        WireServer server = serve(connection -> {
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
            while (true) {
                connection.write(".");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        });

        TransportException failure =
                failureAfter(SHORT, post(server).timeout(SHORT).build());

        assertEquals(Kind.DEADLINE, failure.kind());
        assertEquals(Delivery.UNKNOWN, failure.delivery());
        awaitReleased(server, 1);
    }

    @Test
    void longestTimeoutsAreNoProblem() throws IOException {
        WireServer server = serve(connection -> connection.respond("200 OK", "", "in time"));

        assertEquals(
                "in time",
                exchange(
                        post(server).timeout(Duration.ofSeconds(Long.MAX_VALUE)).build()));
    }

    @Test
    void interruptEndsWaitingForHeaders() {
        Gate received = Gate.closed("the request was received");
        received.open();
        WireServer server = serve(connection -> {
            connection.waitAt(received);
            connection.stall();
        });
        // Later than the interrupt must show, and sooner than a test waits: some clients release the connection only
        // then.
        Duration timeout = AMPLE.dividedBy(2);
        Attempt attempt =
                Attempt.start(() -> exchange(post(server).timeout(timeout).build()));
        received.awaitArrival();

        attempt.interrupt();

        assertInterrupted(attempt);
        awaitReleased(server, 1);
    }

    @Test
    void interruptEndsReadingTheBody() {
        Gate reading = Gate.closed("the body is being read");
        reading.open();
        WireServer server = serve(connection -> {
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            connection.stall();
        });
        Attempt attempt = Attempt.start(() -> {
            try (TransportResponse response = transport().send(post(server).build())) {
                InputStream body = response.body();
                body.readNBytes(4);
                reading.pass();
                body.read();
            }
        });
        reading.awaitArrival();

        attempt.interrupt();

        assertInterrupted(attempt);
        awaitReleased(server, 1);
    }

    @Test
    void interruptBeforeSendingEndsTheCall() {
        WireServer server = serve(WireConnection::stall);
        Attempt attempt = Attempt.start(() -> {
            Thread.currentThread().interrupt();
            exchange(post(server).build());
        });

        assertInterrupted(attempt);
    }

    private static void assertInterrupted(Attempt attempt) {
        TransportException failure = checked(attempt.failure(SLACK));
        assertEquals(Kind.INTERRUPTED, failure.kind());
        assertTrue(attempt.endedInterrupted(), "The interrupt flag is set");
    }
}
