package dev.latchkey.auth.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 requests from a connection, one after another. */
final class WireReader {

    private final InputStream in;

    WireReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /** Reads a whole request; null when the client has no more. */
    @Nullable
    WireRequest next() throws IOException {
        String line = line();
        if (line == null) {
            return null;
        }
        List<String> fields = new ArrayList<>();
        String field = line();
        while (field != null && !field.isEmpty()) {
            fields.add(field);
            field = line();
        }
        WireRequest head = new WireRequest(line, fields, new byte[0]);
        return new WireRequest(line, fields, body(head));
    }

    private byte[] body(WireRequest head) throws IOException {
        if (head.header("transfer-encoding").contains("chunked")) {
            return chunks();
        }
        List<String> length = head.header("content-length");
        return length.isEmpty() ? new byte[0] : exactly(Integer.parseInt(length.get(0)));
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int size = chunkSize();
        while (size > 0) {
            body.write(exactly(size));
            line();
            size = chunkSize();
        }
        String trailer = line();
        while (trailer != null && !trailer.isEmpty()) {
            trailer = line();
        }
        return body.toByteArray();
    }

    private int chunkSize() throws IOException {
        String line = line();
        if (line == null) {
            throw new EOFException();
        }
        int extension = line.indexOf(';');
        return Integer.parseInt((extension < 0 ? line : line.substring(0, extension)).trim(), 16);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    private @Nullable String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next >= 0 && next != '\n') {
            line.write(next);
            next = in.read();
        }
        if (next < 0 && line.size() == 0) {
            return null;
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
