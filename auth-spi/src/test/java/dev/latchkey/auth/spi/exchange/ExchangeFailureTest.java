package dev.latchkey.auth.spi.exchange;

import static dev.latchkey.auth.spi.TransportException.Delivery.NOT_SENT;
import static dev.latchkey.auth.spi.TransportException.Delivery.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExchangeFailureTest {

    static Stream<Arguments> failures() {
        return Stream.of(
                // What the failure itself says, whatever the caller knows.
                failure(new UnknownHostException("h"), UNKNOWN, Kind.RESOLVE, NOT_SENT),
                failure(wrapped(new UnresolvedAddressException()), UNKNOWN, Kind.RESOLVE, NOT_SENT),
                failure(new ConnectException("refused"), UNKNOWN, Kind.CONNECT, NOT_SENT),
                failure(wrapped(new NoRouteToHostException("h")), UNKNOWN, Kind.CONNECT, NOT_SENT),
                failure(new SSLPeerUnverifiedException("name"), UNKNOWN, Kind.TLS, NOT_SENT),
                failure(wrapped(new CertificateException("path")), UNKNOWN, Kind.EXCHANGE, UNKNOWN),
                failure(tls("PKIX", new CertificateException("path")), UNKNOWN, Kind.TLS, NOT_SENT),
                failure(new SSLHandshakeException("No appropriate protocol"), UNKNOWN, Kind.TLS, NOT_SENT),
                failure(
                        new SSLHandshakeException("Remote host terminated the handshake"),
                        UNKNOWN,
                        Kind.CONNECT,
                        NOT_SENT),
                // What the caller knows decides.
                failure(
                        new SSLHandshakeException("Received fatal alert: certificate_required"),
                        UNKNOWN,
                        Kind.TLS,
                        UNKNOWN),
                failure(
                        new SSLHandshakeException("Received fatal alert: handshake_failure"),
                        NOT_SENT,
                        Kind.TLS,
                        NOT_SENT),
                failure(new SSLException("Received close_notify during handshake"), UNKNOWN, Kind.CONNECT, UNKNOWN),
                failure(new SSLException("Received close_notify during handshake"), NOT_SENT, Kind.CONNECT, NOT_SENT),
                failure(new SocketException("Connection reset"), UNKNOWN, Kind.EXCHANGE, UNKNOWN),
                failure(new SocketException("Connection reset"), NOT_SENT, Kind.CONNECT, NOT_SENT),
                failure(wrapped(new EOFException()), UNKNOWN, Kind.EXCHANGE, UNKNOWN),
                failure(wrapped(new EOFException()), NOT_SENT, Kind.CONNECT, NOT_SENT),
                failure(new SocketTimeoutException("Read timed out"), UNKNOWN, Kind.DEADLINE, UNKNOWN),
                failure(new SocketTimeoutException("Connect timed out"), NOT_SENT, Kind.CONNECT, NOT_SENT),
                failure(new IllegalStateException("Pool shut down"), NOT_SENT, Kind.CLOSED, NOT_SENT),
                failure(new RejectedExecutionException("ended"), UNKNOWN, Kind.CLOSED, UNKNOWN),
                failure(new IOException("no such file"), UNKNOWN, Kind.EXCHANGE, UNKNOWN));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void says(Throwable failure, Delivery known, Kind kind, Delivery delivery) {
        TransportException classified = ExchangeFailure.classify(failure, "as.example", known, false);

        assertThat(classified.kind()).isEqualTo(kind);
        assertThat(classified.delivery()).isEqualTo(delivery);
        assertThat(classified).hasMessageContaining("as.example");
    }

    @Test
    void aPassedDeadlineIsTheReasonExceptWhereNoAddressWasFound() {
        assertThat(late(new SocketException("closed"), UNKNOWN).kind()).isEqualTo(Kind.DEADLINE);
        assertThat(late(new SocketException("closed"), UNKNOWN).delivery()).isEqualTo(UNKNOWN);
        assertThat(late(new SSLHandshakeException("closed"), NOT_SENT).delivery())
                .isEqualTo(NOT_SENT);
        assertThat(late(new ConnectException("refused"), UNKNOWN).kind()).isEqualTo(Kind.DEADLINE);
        assertThat(late(new ConnectException("refused"), UNKNOWN).delivery()).isEqualTo(NOT_SENT);
        assertThat(late(new UnknownHostException("h"), UNKNOWN).kind()).isEqualTo(Kind.RESOLVE);
    }

    @Test
    void leavesThePortsOwnExceptionAlone() {
        TransportException own = new TransportException(Kind.CAP, UNKNOWN, "Too much", null);

        assertThat(late(own, NOT_SENT)).isSameAs(own);
    }

    /** Parsers quote what they do not understand, and that may be a token. */
    @Test
    void passesOnNoExceptionThatMayQuoteTheServer() {
        for (Exception quoting : new Exception[] {
            new ProtocolException("unexpected: s3cr3t"),
            new MalformedAnswer("s3cr3t"),
            new IOException(new MalformedAnswer("s3cr3t")),
            new IllegalArgumentException("s3cr3t")
        }) {
            TransportException classified = ExchangeFailure.classify(quoting, "as.example", UNKNOWN, false);

            assertThat(classified.kind()).isEqualTo(Kind.EXCHANGE);
            assertThat(classified).hasNoCause();
            assertThat(classified)
                    .hasMessageContaining(quoting.getClass().getSimpleName())
                    .hasMessageNotContaining("s3cr3t");
        }
    }

    @Test
    void keepsACauseThatJavaItselfThrew() {
        SocketException reset = new SocketException("Connection reset");

        assertThat(ExchangeFailure.classify(reset, "as.example", UNKNOWN, false))
                .hasCause(reset);
    }

    private static TransportException late(Exception failure, Delivery known) {
        return ExchangeFailure.classify(failure, "as.example", known, true);
    }

    private static Arguments failure(Throwable failure, Delivery known, Kind kind, Delivery delivery) {
        return Arguments.of(failure, known, kind, delivery);
    }

    private static IOException wrapped(Exception cause) {
        return new IOException("wrapped", cause);
    }

    private static SSLHandshakeException tls(String message, Exception cause) {
        SSLHandshakeException failure = new SSLHandshakeException(message);
        failure.initCause(cause);
        return failure;
    }

    /** As an HTTP client's own. */
    private static final class MalformedAnswer extends IOException {

        private static final long serialVersionUID = 1L;

        MalformedAnswer(String message) {
            super(message);
        }
    }
}
