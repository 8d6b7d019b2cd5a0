package dev.latchkey.auth.spi;

import java.io.InputStream;
import java.util.Objects;

/**
 * One HTTP response: its status, its headers, and a body that streams.
 *
 * <p>Whoever reads the response closes it, which releases its connection whether or not the body was read to its end.
 * The status and the headers may be read by any thread; the body by one at a time.
 */
public final class TransportResponse implements AutoCloseable {

    private final int status;
    private final TransportHeaders headers;
    private final InputStream body;
    private final Runnable onClose;

    private TransportResponse(int status, TransportHeaders headers, InputStream body, Runnable onClose) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status must be from 200 to 599, was " + status);
        }
        this.status = status;
        this.headers = Objects.requireNonNull(headers, "headers");
        this.body = Objects.requireNonNull(body, "body");
        this.onClose = Objects.requireNonNull(onClose, "onClose");
    }

    /**
     * Makes a response.
     *
     * @param status a final status, from 200 to 599
     * @param headers the headers
     * @param body the body, empty if there is none; its {@code read} throws {@link TransportException} when the exchange
     *     fails
     * @param onClose releases the connection, without throwing; may be called more than once
     * @return the response
     */
    public static TransportResponse of(int status, TransportHeaders headers, InputStream body, Runnable onClose) {
        return new TransportResponse(status, headers, body, onClose);
    }

    /**
     * Tells the status.
     *
     * @return a final status, from 200 to 599
     */
    public int status() {
        return status;
    }

    /**
     * Tells the headers.
     *
     * @return the headers
     */
    public TransportHeaders headers() {
        return headers;
    }

    /**
     * Gives the body, which can be read once.
     *
     * @return the body; empty if the response has none
     */
    public InputStream body() {
        return body;
    }

    /** Releases the connection. Never throws; may be called more than once. */
    @Override
    public void close() {
        onClose.run();
    }

    /**
     * Describes the response without its body.
     *
     * @return the status and the headers' names
     */
    @Override
    public String toString() {
        return "TransportResponse[" + status + " " + headers.names() + "]";
    }
}
