package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who is trusted, and how the ends of a TLS handshake are told apart: refused for what it is, or only broken off. */
abstract class TransportHandshakes extends TransportDeadlines {

    /** RFC 8446 §6 and B.1: a record of type alert, for TLS 1.2 as all of them say, of two bytes. */
    private static final String ALERT = "\25\3\3\0\2";

    /**
     * Says whether the client below tells that a connection ended before its handshake did. A client that does not, such as
     * java.net.http of Java 11, makes of it a connection that failed, which is neither certain to have sent nothing nor
     * something to configure.
     *
     * @return whether such a request must be {@link Kind#CONNECT} and {@link Delivery#NOT_SENT}
     */
    protected boolean tellsAHandshakeBrokenOff() {
        return true;
    }

    @Test
    void speaksTlsToATrustedServer() throws IOException {
        WireServer server =
                closedLater(WireServer.startTls("localhost", connection -> connection.respond("200 OK", "", "safe")));
        try (HttpTransport trusting = create(server.trust());
                TransportResponse response = trusting.send(post(server).build())) {
            assertEquals("safe", text(response.body()));
        }
    }

    @Test
    void untrustedCertificateIsNotSent() {
        WireServer server =
                closedLater(WireServer.startTls("localhost", connection -> connection.respond("200 OK", "", "trap")));

        TransportException failure = failure(post(server).build());

        assertEquals(Kind.TLS, failure.kind());
        assertEquals(Delivery.NOT_SENT, failure.delivery());
        assertEquals(0, server.requests().size());
    }

    /** T8 of the client-side checklist: a trusted certificate for another host is no certificate. */
    @Test
    void certificateOfAnotherHostIsNotSent() {
        WireServer server = closedLater(
                WireServer.startTls("elsewhere.example", connection -> connection.respond("200 OK", "", "trap")));
        try (HttpTransport trusting = create(server.trust())) {
            TransportException failure = checked(assertThrows(
                    TransportException.class, () -> trusting.send(post(server).build())));

            assertEquals(Kind.TLS, failure.kind());
            assertEquals(Delivery.NOT_SENT, failure.delivery());
            assertEquals(0, server.requests().size());
        }
    }

    /** A server that restarts, a balancer without a server: nobody has to configure anything, and nothing was sent. */
    @TestFactory
    List<DynamicTest> aHandshakeBrokenOffIsNoConnection() {
        return List.of(
                brokenOff("closed", WireConnection::close),
                brokenOff("reset", WireConnection::reset),
                brokenOff("closed within a record", connection -> {
                    connection.write("\26\3\3\0\144\2");
                    connection.close();
                }),
                brokenOff("closed in order", connection -> {
                    connection.write(ALERT + "\1\0");
                    connection.stall();
                }));
    }

    private DynamicTest brokenOff(String name, WireServer.Script script) {
        return dynamicTest(name, () -> {
            TransportException failure = failure(post(afterHello(script)).build());

            if (tellsAHandshakeBrokenOff()) {
                assertEquals(Kind.CONNECT, failure.kind());
                assertEquals(Delivery.NOT_SENT, failure.delivery());
            } else {
                assertNotEquals(Kind.TLS, failure.kind());
            }
            TransportRequest withoutBody = TransportRequest.builder("GET", afterHello(script))
                    .timeout(AMPLE)
                    .build();
            assertNotEquals(Kind.TLS, failure(withoutBody).kind());
        });
    }

    /** A server that has no protocol in common, or speaks none at all, does so until somebody configures it. */
    @TestFactory
    List<DynamicTest> aHandshakeRefusedIsATlsFailure() {
        return List.of(
                refused("a fatal alert", ALERT + "\2\50"), refused("no TLS", "HTTP/1.1 400 Bad Request\r\n\r\n"));
    }

    private DynamicTest refused(String name, String answer) {
        return dynamicTest(name, () -> {
            URI uri = afterHello(connection -> {
                connection.write(answer);
                connection.stall();
            });

            assertEquals(Kind.TLS, failure(post(uri).build()).kind());
        });
    }

    /** Serves what only claims to be https: the script follows the client's first flight. */
    private URI afterHello(WireServer.Script script) {
        WireServer server = closedLater(WireServer.startUnread(connection -> {
            connection.readTlsRecord();
            script.answer(connection);
        }));
        return URI.create("https://localhost:" + server.uri("").getPort() + "/token?q=" + MARKER);
    }
}
