package dev.latchkey.auth.spi;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * The bytes of a request, streamed when they are sent.
 *
 * <p>A transport opens a body at most once for each {@link HttpTransport#send}, and closes what it opened. Whether the
 * body can be opened again, for a request that somebody above the transport repeats, is {@link #isRepeatable()}.
 */
public final class RequestBody {

    /** Opens a stream of a body's bytes. */
    @FunctionalInterface
    public interface Source {

        /**
         * Opens the stream at the body's first byte.
         *
         * @return a stream that the transport closes
         * @throws IOException if the bytes cannot be had
         */
        InputStream open() throws IOException;
    }

    /** The {@link #length()} of a body whose length is not known before it was sent. */
    public static final long UNKNOWN_LENGTH = -1;

    private final long length;
    private final boolean repeatable;
    // Transient for reflective JSON writers, which leave such fields out: a body may hold credentials.
    private final transient Source source;

    private RequestBody(long length, boolean repeatable, Source source) {
        this.length = length;
        this.repeatable = repeatable;
        this.source = Objects.requireNonNull(source, "source");
    }

    /**
     * Makes a repeatable body of bytes in memory.
     *
     * @param bytes the bytes, copied
     * @return the body
     */
    public static RequestBody of(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        byte[] copy = bytes.clone();
        return new RequestBody(copy.length, true, () -> new ByteArrayInputStream(copy));
    }

    /**
     * Makes a body that can be opened any number of times, each time giving the same bytes.
     *
     * @param length the number of bytes, or {@link #UNKNOWN_LENGTH}
     * @param source opens the bytes afresh
     * @return the body
     */
    public static RequestBody repeatable(long length, Source source) {
        return new RequestBody(checked(length), true, source);
    }

    /**
     * Makes a body that can be sent only once, such as one that is read from a socket.
     *
     * @param length the number of bytes, or {@link #UNKNOWN_LENGTH}
     * @param source opens the bytes; called at most once
     * @return the body
     */
    public static RequestBody once(long length, Source source) {
        return new RequestBody(checked(length), false, source);
    }

    private static long checked(long length) {
        if (length < UNKNOWN_LENGTH) {
            throw new IllegalArgumentException("length must be at least 0, or UNKNOWN_LENGTH");
        }
        return length;
    }

    /**
     * Tells the number of bytes.
     *
     * @return the length in bytes, or {@link #UNKNOWN_LENGTH}
     */
    public long length() {
        return length;
    }

    /**
     * Tells whether the body can be opened more than once.
     *
     * @return true if each {@link #open()} gives the same bytes
     */
    public boolean isRepeatable() {
        return repeatable;
    }

    /**
     * Opens the bytes.
     *
     * @return a stream that the caller closes
     * @throws IOException if the bytes cannot be had
     */
    public InputStream open() throws IOException {
        return source.open();
    }

    /**
     * Describes the body without its content.
     *
     * @return the length
     */
    @Override
    public String toString() {
        return "RequestBody[" + (length == UNKNOWN_LENGTH ? "length unknown" : length + " bytes") + "]";
    }
}
