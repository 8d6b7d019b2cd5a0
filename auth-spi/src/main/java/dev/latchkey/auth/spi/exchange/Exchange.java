package dev.latchkey.auth.spi.exchange;

import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One request under way over a client that blocks, until its response's body has ended or was closed.
 *
 * <p>{@link ExchangeWatch#send} makes it. The thread that sends uses it; the response that it makes follows the rules of
 * {@link TransportResponse}.
 */
public final class Exchange {

    private static final RequestBody NONE = RequestBody.of(new byte[0]);

    private final RequestBody body;
    private final String host;
    private final long deadline;
    private final ExchangeWatch watch;
    private final AtomicBoolean bodyBegun = new AtomicBoolean();
    private final AtomicReference<@Nullable Kind> aborted = new AtomicReference<>();
    private final AtomicReference<@Nullable Runnable> cancel = new AtomicReference<>();
    private volatile @Nullable Thread blocked = Thread.currentThread();
    private volatile boolean neverConnected;
    private volatile boolean answered;
    private volatile boolean ended;

    Exchange(TransportRequest request, long deadline, ExchangeWatch watch) {
        this.body = request.body().orElse(NONE);
        this.host = request.uri().getHost();
        this.deadline = deadline;
        this.watch = watch;
    }

    /**
     * Says how the call is cut off when its time is up, when its thread is interrupted or when the transport is closed.
     *
     * @param action makes a thread that is blocked in the client fail; run once at most, and on another thread
     */
    public void cancelBy(Runnable action) {
        if (!cancel.compareAndSet(null, action)) {
            action.run();
        }
    }

    /**
     * Tells the length of the request's body.
     *
     * @return the number of bytes, 0 if there is no body, or {@link RequestBody#UNKNOWN_LENGTH}
     */
    public long bodyLength() {
        return body.length();
    }

    /**
     * Writes the request's body, once: a client that repeats a request fails here.
     *
     * @param out where the body goes; left open
     * @throws IOException if that is impossible, if the body does not have the length that it claims, or if it was written
     *     before
     */
    public void writeBody(OutputStream out) throws IOException {
        if (!bodyBegun.compareAndSet(false, true)) {
            throw new IOException("The request was about to be sent a second time");
        }
        try (InputStream in = body.open()) {
            long written = in.transferTo(out);
            if (bodyLength() != RequestBody.UNKNOWN_LENGTH && written != bodyLength()) {
                throw new IOException("The body does not have the " + bodyLength() + " bytes that it claims");
            }
        }
    }

    /**
     * Tells that there was no connection that anything could have been sent over. Without it, a request that has a body was
     * not sent if nothing of that was written, and of another nobody knows.
     */
    public void neverConnected() {
        neverConnected = true;
    }

    /**
     * Makes the response, whose reader is cut off as the sender is.
     *
     * @param status the final status
     * @param headers the headers
     * @param content the body, or null if there is none
     * @param close closes the connection unless the body's end has given it back, without waiting and without throwing
     * @return the response
     * @throws TransportException if the length that the headers claim is no number, which clients take in different ways
     */
    public TransportResponse response(
            int status, TransportHeaders headers, @Nullable InputStream content, Runnable close)
            throws TransportException {
        answered = true;
        for (String length : headers.all("Content-Length")) {
            if (length.isEmpty() || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
                close.run();
                throw failure(Kind.EXCHANGE, Delivery.UNKNOWN, "The Content-Length of " + host + " is no number", null);
            }
        }
        if (content == null) {
            end(Exchange::nothing);
            return TransportResponse.of(status, headers, InputStream.nullInputStream(), close);
        }
        return TransportResponse.of(status, headers, new Body(content, close), () -> end(close));
    }

    /**
     * Describes the exchange without anything that is sent.
     *
     * @return the host
     */
    @Override
    public String toString() {
        return "Exchange[" + host + "]";
    }

    long nanosLeft(long now) {
        return deadline - now;
    }

    boolean isInterrupted() {
        Thread waiting = blocked;
        return waiting != null && waiting.isInterrupted();
    }

    void unblocked() {
        blocked = null;
    }

    void abort(Kind kind) {
        if (!ended && aborted.compareAndSet(null, kind)) {
            watch.forget(this);
            cancel();
        }
    }

    /** Cuts the call off, or the client as soon as it says how. */
    void cancel() {
        Runnable action = cancel.getAndSet(Exchange::nothing);
        if (action != null) {
            action.run();
        }
    }

    void end(Runnable close) {
        ended = true;
        watch.forget(this);
        close.run();
    }

    private static void nothing() {}

    TransportException classify(Exception failure) {
        Kind cut = aborted.get();
        boolean nothingSent = !bodyBegun.get() && (neverConnected || bodyLength() != 0);
        Delivery delivery = nothingSent && !answered ? Delivery.NOT_SENT : Delivery.UNKNOWN;
        if (cut == Kind.INTERRUPTED || Thread.currentThread().isInterrupted()) {
            return failure(Kind.INTERRUPTED, delivery, "Interrupted while waiting for " + host, failure);
        }
        if (cut == Kind.CLOSED) {
            return failure(Kind.CLOSED, delivery, "The transport was closed while waiting for " + host, failure);
        }
        boolean late = cut == Kind.DEADLINE || nanosLeft(System.nanoTime()) <= 0;
        TransportException classified = ExchangeFailure.classify(failure, host, delivery, late);
        return answered && classified.delivery() == Delivery.NOT_SENT
                ? failure(classified.kind(), Delivery.UNKNOWN, "The answer of " + host + " broke off", failure)
                : classified;
    }

    private static TransportException failure(Kind kind, Delivery delivery, String message, @Nullable Exception cause) {
        return new TransportException(kind, delivery, message, cause);
    }

    /** The response's body, whose reader may be cut off. */
    private final class Body extends InputStream {

        private final InputStream content;
        private final Runnable close;
        private boolean atEnd;

        Body(InputStream content, Runnable close) {
            this.content = content;
            this.close = close;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            // Some clients' streams wait for a byte even when they are asked for none, as readNBytes does at its end.
            if (atEnd || length == 0) {
                return atEnd ? -1 : 0;
            }
            if (ended) {
                throw new IOException("The response is closed");
            }
            blocked = Thread.currentThread();
            try {
                int count = content.read(target, offset, length);
                if (aborted.get() != null) {
                    throw new IOException("The exchange was cut off");
                }
                if (count < 0) {
                    atEnd = true;
                    end(Exchange::nothing);
                }
                return count;
            } catch (IOException | RuntimeException e) {
                end(close);
                throw classify(e);
            } finally {
                blocked = null;
            }
        }

        @Override
        public int available() throws IOException {
            return ended ? 0 : content.available();
        }

        @Override
        public void close() {
            end(close);
        }
    }
}
