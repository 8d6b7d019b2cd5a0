package dev.latchkey.transport.jdk;

import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Says of the JDK's exceptions what went wrong, and whether the server may have the request. */
final class JdkFailures {

    private JdkFailures() {}

    static TransportException classify(Exception failure, String host, JdkRequestBody body, boolean deadlinePassed) {
        if (failure instanceof TransportException) {
            return (TransportException) failure;
        }
        if (has(failure, UnresolvedAddressException.class) || has(failure, UnknownHostException.class)) {
            return new TransportException(Kind.RESOLVE, Delivery.NOT_SENT, "No address for " + host, failure);
        }
        if (failure instanceof HttpConnectTimeoutException) {
            return new TransportException(
                    deadlinePassed ? Kind.DEADLINE : Kind.CONNECT,
                    Delivery.NOT_SENT,
                    "No connection to " + host + " in time",
                    failure);
        }
        if (failure instanceof HttpTimeoutException) {
            return new TransportException(
                    Kind.DEADLINE, body.delivery(), "No answer from " + host + " in time", failure);
        }
        if (failure instanceof ConnectException) {
            return new TransportException(Kind.CONNECT, Delivery.NOT_SENT, "No connection to " + host, failure);
        }
        if (has(failure, SSLException.class)) {
            Delivery brokenOff = brokenOff(failure, body);
            if (brokenOff != null) {
                return new TransportException(
                        Kind.CONNECT, brokenOff, "The connection to " + host + " ended in the TLS handshake", failure);
            }
            Delivery delivery = duringHandshake(failure) ? Delivery.NOT_SENT : Delivery.UNKNOWN;
            return new TransportException(Kind.TLS, delivery, "No TLS connection to " + host, failure);
        }
        if (has(failure, ProtocolException.class)) {
            // The client quotes what it could not parse, which may be anything: it is not passed on.
            return new TransportException(
                    Kind.EXCHANGE, Delivery.UNKNOWN, "The answer of " + host + " was not HTTP", null);
        }
        return new TransportException(Kind.EXCHANGE, body.delivery(), "The connection to " + host + " failed", failure);
    }

    /**
     * Tells of a connection that ended in its handshake whether the request can have been sent; null for other failures.
     *
     * <p>The words are those of the JDK's {@code SSLTube} and {@code TransportContext}, since it has no types for this. That the
     * body has begun says nothing: after an orderly close, Java 17 and 25 go on with the request until they notice. Java 11
     * does not mention TLS at all when the connection was reset.
     */
    private static @Nullable Delivery brokenOff(Throwable failure, JdkRequestBody body) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof SSLHandshakeException && message.startsWith("Remote host ")) {
                return Delivery.NOT_SENT;
            }
            if (cause instanceof SSLException && message.endsWith("Received close_notify during handshake")) {
                return body.delivery();
            }
        }
        return null;
    }

    /** A server's alert may come after the request (TLS 1.3 looks at a client's certificate late), our own comes before. */
    private static boolean duringHandshake(Throwable failure) {
        if (has(failure, CertificateException.class)) {
            return true;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLHandshakeException) {
                return !String.valueOf(cause.getMessage()).contains("fatal alert");
            }
        }
        return false;
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
