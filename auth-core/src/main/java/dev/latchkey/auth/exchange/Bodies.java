package dev.latchkey.auth.exchange;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/** Reads bodies whole, decompressed, and never more than was allowed. */
final class Bodies {

    private static final int FIRST_GUESS = 4 * 1024;

    // What a header claims is believed up to here: whoever claims a megabyte must send it first.
    private static final int MOST_BELIEVED = 64 * 1024;
    private static final int MAX_DIGITS = 8;

    private Bodies() {}

    static ByteBuffer read(TransportResponse response, String host, int cap) throws IOException {
        // Closed for the decompressor's native memory; the response closes the body itself.
        try (InputStream body = decoded(response, new Capped(response.body(), cap), host)) {
            // One byte more than the cap tells a body that is too long from one that just fits.
            ByteBuffer bytes = readAtMost(body, firstSize(response.headers()), cap + 1);
            if (bytes.remaining() > cap) {
                throw tooLarge(host, cap);
            }
            return bytes;
        } catch (CapReached e) {
            throw tooLarge(host, cap);
        } catch (ZipException e) {
            throw new InvalidResponseException(
                    "content-encoding", host, "the body is not what the header says", null, e);
        }
    }

    /** Reads into one buffer, which is of the right size at once where the header tells the length. */
    private static ByteBuffer readAtMost(InputStream body, int firstSize, int limit) throws IOException {
        byte[] bytes = new byte[Math.min(firstSize, limit)];
        int size = 0;
        int read = 0;
        while (size < limit && read >= 0) {
            if (size == bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(limit, Math.max(FIRST_GUESS, 2 * size)));
            }
            read = body.read(bytes, size, bytes.length - size);
            size += Math.max(read, 0);
        }
        return ByteBuffer.wrap(bytes, 0, size);
    }

    private static int firstSize(TransportHeaders headers) {
        String claimed = headers.first("content-length").orElse("");
        if (claimed.isEmpty() || claimed.length() > MAX_DIGITS) {
            return FIRST_GUESS;
        }
        int length = 0;
        for (int i = 0; i < claimed.length(); i++) {
            int digit = claimed.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return FIRST_GUESS;
            }
            length = 10 * length + digit;
        }
        // One byte more, for the read that finds the end.
        return Math.min(length, MOST_BELIEVED) + 1;
    }

    private static InvalidResponseException tooLarge(String host, int cap) {
        return new InvalidResponseException("body", host, "is larger than " + cap + " bytes; reading it was stopped");
    }

    private static InputStream decoded(TransportResponse response, InputStream raw, String host) throws IOException {
        List<String> encodings = response.headers().all("content-encoding");
        String encoding = encodings.isEmpty()
                ? "identity"
                : String.join(",", encodings).trim().toLowerCase(Locale.ROOT);
        switch (encoding) {
            case "identity":
            case "":
                return raw;
            case "gzip":
            case "x-gzip":
                return new GZIPInputStream(raw);
            case "deflate":
                return new InflaterInputStream(raw);
            default:
                throw new InvalidResponseException("content-encoding", host, "is one that was not asked for");
        }
    }

    /**
     * Counts the bytes before decompression too: compressed data without end may stand for no data at all, and would never
     * reach the cap behind the decompressor.
     */
    private static final class Capped extends FilterInputStream {

        // What compresses badly may be a little longer compressed.
        private static final int SLACK = 64 * 1024;

        private long left;

        Capped(InputStream body, int cap) {
            super(body);
            this.left = (long) cap + SLACK;
        }

        @Override
        public int read() throws IOException {
            return counted(super.read(), 1);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            return counted(read, read);
        }

        @Override
        public void close() {}

        private int counted(int result, int bytes) throws CapReached {
            if (result >= 0) {
                left -= bytes;
                if (left < 0) {
                    throw new CapReached();
                }
            }
            return result;
        }
    }

    private static final class CapReached extends IOException {

        private static final long serialVersionUID = 1L;
    }
}
