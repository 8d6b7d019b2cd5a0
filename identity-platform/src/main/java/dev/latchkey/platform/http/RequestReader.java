package dev.latchkey.platform.http;

import dev.latchkey.platform.exchange.ReceivedRequest;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 requests from one connection (RFC 9112), within bounds. */
final class RequestReader {
    private static final int MAX_LINE = 64 * 1024;
    private static final int MAX_FIELDS = 200;
    private static final int MAX_BODY = 16 * 1024 * 1024;
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final InputStream in;
    private final OutputStream out;
    private final long connection;

    RequestReader(InputStream in, OutputStream out, long connection) {
        this.in = new BufferedInputStream(in, 8192);
        this.out = out;
        this.connection = connection;
    }

    /** The next request, or null if the client closed the connection between two. */
    @Nullable
    ReceivedRequest read() throws IOException {
        String line = line();
        if (line == null) {
            return null;
        }
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !words[2].startsWith("HTTP/1.") || !words[1].startsWith("/")) {
            throw new BadRequestException(400, "no HTTP/1.1 request line");
        }
        List<Map.Entry<String, String>> fields = fields();
        byte[] body = body(fields);
        try {
            return new ReceivedRequest(words[0], words[1], fields, body, connection);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(400, "broken percent-encoding");
        }
    }

    private List<Map.Entry<String, String>> fields() throws IOException {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        for (String line = required(); !line.isEmpty(); line = required()) {
            int colon = line.indexOf(':');
            if (colon < 1 || fields.size() == MAX_FIELDS) {
                throw new BadRequestException(fields.size() == MAX_FIELDS ? 431 : 400, "bad header field");
            }
            fields.add(Map.entry(
                    line.substring(0, colon), line.substring(colon + 1).trim()));
        }
        return fields;
    }

    private byte[] body(List<Map.Entry<String, String>> fields) throws IOException {
        boolean chunked = false;
        int length = 0;
        for (Map.Entry<String, String> field : fields) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (name.equals("transfer-encoding")) {
                chunked = field.getValue().equalsIgnoreCase("chunked");
            } else if (name.equals("content-length")) {
                length = number(field.getValue(), 10);
            } else if (name.equals("expect") && field.getValue().equalsIgnoreCase("100-continue")) {
                out.write(CONTINUE);
                out.flush();
            }
        }
        return chunked ? chunks() : exactly(length);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            String line = required();
            int extension = line.indexOf(';');
            int size = number((extension < 0 ? line : line.substring(0, extension)).trim(), 16);
            if (size == 0) {
                while (!required().isEmpty()) {
                    // trailers say nothing to us
                }
                return all.toByteArray();
            }
            if (all.size() + size > MAX_BODY) {
                throw new BadRequestException(413, "body too large");
            }
            all.write(exactly(size));
            required();
        }
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the body ended early");
        }
        return bytes;
    }

    private static int number(String text, int radix) throws BadRequestException {
        try {
            int value = Integer.parseInt(text, radix);
            if (value >= 0 && value <= MAX_BODY) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new BadRequestException(400, "bad length");
        }
        throw new BadRequestException(413, "body too large");
    }

    private String required() throws IOException {
        String line = line();
        if (line == null) {
            throw new EOFException("the head ended early");
        }
        return line;
    }

    private @Nullable String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next != '\n') {
            if (next < 0) {
                throw new EOFException("the line ended early");
            }
            if (line.length() == MAX_LINE) {
                throw new BadRequestException(431, "line too long");
            }
            line.append((char) next);
            next = in.read();
        }
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
    }
}
