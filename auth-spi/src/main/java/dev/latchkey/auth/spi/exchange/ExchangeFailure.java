package dev.latchkey.auth.spi.exchange;

import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Says of Java's own exceptions, and of those that HTTP clients make of them, what went wrong and whether the server may
 * have the request.
 */
public final class ExchangeFailure {

    private ExchangeFailure() {}

    /**
     * Classifies what a client threw.
     *
     * <p>An exception of a type that is not Java's own, or that complains about the protocol, may quote what the server sent:
     * it is named in the message, and not passed on as the cause.
     *
     * @param failure what the client threw; a {@link TransportException} is returned as it is
     * @param host the host that the request was for
     * @param known {@link Delivery#NOT_SENT} if nothing of the request's body was written, or nothing at all; otherwise
     *     {@link Delivery#UNKNOWN}
     * @param late whether the request's own time-out has passed
     * @return the same failure in the port's words; NOT_SENT also where the failure itself says so, as a refused connection does
     */
    public static TransportException classify(Throwable failure, String host, Delivery known, boolean late) {
        Objects.requireNonNull(failure, "failure");
        Objects.requireNonNull(known, "known");
        if (failure instanceof TransportException) {
            return (TransportException) failure;
        }
        if (has(failure, UnknownHostException.class) || has(failure, UnresolvedAddressException.class)) {
            return new TransportException(Kind.RESOLVE, Delivery.NOT_SENT, "No address for " + host, failure);
        }
        if (has(failure, ConnectException.class) || has(failure, NoRouteToHostException.class)) {
            Kind kind = late ? Kind.DEADLINE : Kind.CONNECT;
            return new TransportException(kind, Delivery.NOT_SENT, "No connection to " + host, failure);
        }
        if (late || failure instanceof InterruptedIOException) {
            // A client's own limit to connecting is shorter than the request's; whoever waits longer may have better
            // luck.
            Kind kind = late || known == Delivery.UNKNOWN ? Kind.DEADLINE : Kind.CONNECT;
            return new TransportException(kind, known, "No answer from " + host + " in time", failure);
        }
        Delivery brokenOff = brokenOffInHandshake(failure, known);
        if (brokenOff != null) {
            String message = "The connection to " + host + " ended before it was ready";
            return new TransportException(Kind.CONNECT, brokenOff, message, failure);
        }
        if (has(failure, SSLException.class)) {
            Delivery delivery = refusedInHandshake(failure) ? Delivery.NOT_SENT : known;
            return new TransportException(Kind.TLS, delivery, "No TLS connection to " + host, failure);
        }
        if (failure instanceof IllegalStateException || failure instanceof RejectedExecutionException) {
            return new TransportException(Kind.CLOSED, known, "The HTTP client for " + host + " is closed", failure);
        }
        if (mayQuote(failure)) {
            String message = "The answer of " + host + " was not HTTP, or the client refused the request ("
                    + failure.getClass().getSimpleName() + ")";
            return new TransportException(Kind.EXCHANGE, known, message, null);
        }
        return new TransportException(Kind.EXCHANGE, known, "The connection to " + host + " failed", failure);
    }

    /**
     * Tells of a connection that ended before its handshake did whether the request can have been sent; null for other
     * failures.
     *
     * <p>The words are those of the JDK's {@code SSLSocketImpl}, {@code SSLTube} and {@code TransportContext}, since it has no
     * types for this. After a close in good order java.net.http goes on with the request until it notices, so that what
     * the caller knows decides.
     */
    private static @Nullable Delivery brokenOffInHandshake(Throwable failure, Delivery known) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof SSLHandshakeException && message.startsWith("Remote host ")) {
                return Delivery.NOT_SENT;
            }
            if (cause instanceof SSLException && message.endsWith("Received close_notify during handshake")) {
                return known;
            }
            boolean ended = cause instanceof SocketException || cause instanceof EOFException;
            if (ended && known == Delivery.NOT_SENT) {
                return known;
            }
        }
        return null;
    }

    /** A server's alert may come after the request (TLS 1.3 looks at a client's certificate late), our own comes before. */
    private static boolean refusedInHandshake(Throwable failure) {
        if (has(failure, CertificateException.class) || has(failure, SSLPeerUnverifiedException.class)) {
            return true;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLHandshakeException) {
                return !String.valueOf(cause.getMessage()).contains("fatal alert");
            }
        }
        return false;
    }

    private static boolean mayQuote(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            boolean ours =
                    cause instanceof IOException && cause.getClass().getName().startsWith("java");
            if (!ours || cause instanceof ProtocolException) {
                return true;
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
