package dev.latchkey.graph;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Fails once more bytes came out than are allowed; it stands behind the decompression, so that a bomb is caught. */
final class CappedInputStream extends FilterInputStream {

    private final long cap;
    private long left;

    CappedInputStream(InputStream in, long cap) {
        super(in);
        this.cap = cap;
        this.left = cap;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        left -= Math.max(count, 0);
        if (left < 0) {
            throw new UnusableBodyException("body", "over the limit of " + cap + " bytes");
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        throw new IOException("Bytes that are skipped would not be counted");
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
