package dev.latchkey.graph;

import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** A body that breaks off after a text. */
final class BrokenStream extends InputStream {

    private final InputStream before;
    private final Kind kind;

    BrokenStream(String before, Kind kind) {
        this.before = new ByteArrayInputStream(before.getBytes(StandardCharsets.UTF_8));
        this.kind = kind;
    }

    @Override
    public int read() throws IOException {
        int next = before.read();
        return next < 0 ? fail() : next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = before.read(buffer, offset, length);
        return count < 0 ? fail() : count;
    }

    private int fail() throws TransportException {
        throw new TransportException(kind, Delivery.UNKNOWN, "Broken off", null);
    }
}
