package dev.latchkey.auth.interactive;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads a request and says whether it is a callback: the exact path, GET or a form post, this receiver's own
 * {@code Host} (a page of another site can point its name at 127.0.0.1), within bounds. Immutable.
 */
final class CallbackReader {

    private static final int HEAD_CAP = 32 * 1024;
    private static final int BODY_CAP = 64 * 1024;
    private static final String FORM = "application/x-www-form-urlencoded";

    private final String path;
    private final List<String> hosts;

    /**
     * @param path the path, as it stands in a request line
     * @param hosts what the Host header may say, in lower case
     */
    CallbackReader(String path, List<String> hosts) {
        this.path = path;
        this.hosts = hosts;
    }

    /** Gives the callback, or nothing for any other request. */
    Optional<AuthorizationCallback> read(InputStream in) throws IOException {
        String[] lines = head(in).split("\r\n", -1);
        String[] requestLine = lines[0].split(" ", -1);
        if (requestLine.length != 3 || !requestLine[2].startsWith("HTTP/1.") || !isForThis(lines)) {
            return Optional.empty();
        }
        String target = requestLine[1];
        int mark = target.indexOf('?');
        if (!path.equals(mark < 0 ? target : target.substring(0, mark))) {
            return Optional.empty();
        }
        switch (requestLine[0]) {
            case "GET":
                return callback(mark < 0 ? "" : target.substring(mark + 1));
            case "POST":
                return isForm(lines) ? callback(body(in, lines)) : Optional.empty();
            default:
                return Optional.empty();
        }
    }

    private boolean isForThis(String[] lines) {
        List<String> host = header(lines, "host");
        return host.size() == 1
                && hosts.contains(host.get(0).toLowerCase(Locale.ROOT))
                && header(lines, "transfer-encoding").isEmpty();
    }

    private static boolean isForm(String[] lines) {
        List<String> type = header(lines, "content-type");
        return type.size() == 1
                && type.get(0).split(";", 2)[0].trim().toLowerCase(Locale.ROOT).equals(FORM);
    }

    private static Optional<AuthorizationCallback> callback(String encoded) {
        try {
            AuthorizationCallback callback = AuthorizationCallback.parse(encoded);
            return callback.parameters().asMap().isEmpty() ? Optional.empty() : Optional.of(callback);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int next = in.read();
            if (next < 0 || head.size() == HEAD_CAP) {
                throw new IOException("The head of the request does not end");
            }
            head.write(next);
            if (next == "\r\n\r\n".charAt(matched)) {
                matched++;
            } else {
                matched = next == '\r' ? 1 : 0;
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static String body(InputStream in, String[] lines) throws IOException {
        List<String> length = header(lines, "content-length");
        if (length.size() != 1 || !length.get(0).matches("[0-9]{1,6}")) {
            throw new IOException("The body of the request has no length");
        }
        int size = Integer.parseInt(length.get(0));
        if (size > BODY_CAP) {
            throw new IOException("The body of the request is too large");
        }
        byte[] body = in.readNBytes(size);
        if (body.length < size) {
            throw new IOException("The body of the request ends early");
        }
        return new String(body, StandardCharsets.UTF_8);
    }

    private static List<String> header(String[] lines, String name) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0
                    && lines[i].substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
                values.add(lines[i].substring(colon + 1).trim());
            }
        }
        return values;
    }
}
