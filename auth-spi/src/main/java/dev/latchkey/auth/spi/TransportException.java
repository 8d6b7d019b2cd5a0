package dev.latchkey.auth.spi;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that ended without a whole response.
 *
 * <p>{@link #delivery()} is what a caller decides on: a request that was {@link Delivery#NOT_SENT} may be sent again
 * without harm, one whose delivery is {@link Delivery#UNKNOWN} may have been acted upon. An adapter that cannot tell says
 * {@code UNKNOWN}. The message names the host, never the query, a header or a body.
 */
public final class TransportException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Whether the server may have received the request. */
    public enum Delivery {
        /** The server cannot have the whole request: no connection was made, or nothing of the request's body was sent. */
        NOT_SENT,
        /** The server may have received, and acted upon, the request. */
        UNKNOWN
    }

    /** What went wrong, for diagnostics and for choosing a remedy. */
    public enum Kind {
        /** The host name has no address. */
        RESOLVE,
        /** The host has an address that the request's {@link AddressPolicy} refuses, or the policy could not be kept. */
        ADDRESS,
        /** No connection could be made, or it ended before its TLS handshake did. */
        CONNECT,
        /** The TLS handshake was refused by one side: an untrusted certificate, a wrong host name, no common protocol. */
        TLS,
        /** The request's time-out passed. */
        DEADLINE,
        /** A limit on size was reached. */
        CAP,
        /** The calling thread was interrupted. */
        INTERRUPTED,
        /** The transport was closed. */
        CLOSED,
        /** The connection failed after it was made, the answer was not HTTP, or the request's body could not be read. */
        EXCHANGE
    }

    /** What went wrong. */
    private final Kind kind;
    /** Whether the request can have reached the server. */
    private final Delivery delivery;

    /**
     * Describes a failed exchange.
     *
     * @param kind what went wrong
     * @param delivery whether the server may have received the request
     * @param message what happened and at which host, without secrets
     * @param cause the HTTP client's own exception, or null if there is none
     */
    public TransportException(Kind kind, Delivery delivery, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.delivery = Objects.requireNonNull(delivery, "delivery");
    }

    /**
     * Tells what went wrong.
     *
     * @return the kind of failure
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Tells whether the server may have received the request.
     *
     * @return {@link Delivery#UNKNOWN} unless it is certain that nothing was sent
     */
    public Delivery delivery() {
        return delivery;
    }
}
