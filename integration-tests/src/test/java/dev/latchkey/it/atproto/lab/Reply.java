package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonElement;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What a host answers. Immutable. */
public final class Reply {

    private static final long BETWEEN_DROPS = TimeUnit.MILLISECONDS.toNanos(50);

    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;
    private final @Nullable Rule broken;
    private final String note;
    private final boolean dripping;

    private Reply(
            int status,
            Map<String, String> headers,
            byte[] body,
            @Nullable Rule broken,
            String note,
            boolean dripping) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.broken = broken;
        this.note = note;
        this.dripping = dripping;
    }

    /** Any answer with a body. */
    public static Reply of(int status, String contentType, String body) {
        return of(status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Any answer with a body. */
    public static Reply of(int status, String contentType, byte[] body) {
        return new Reply(status, Map.of("Content-Type", contentType), body.clone(), null, "", false);
    }

    /** JSON with 200. */
    public static Reply json(JsonElement json) {
        return json(200, json);
    }

    /** JSON. */
    public static Reply json(int status, JsonElement json) {
        return of(status, "application/json", json.toString());
    }

    /** Plain text with 200. */
    public static Reply text(String text) {
        return of(200, "text/plain", text);
    }

    /** A redirect. */
    public static Reply redirect(int status, String location) {
        return new Reply(status, Map.of("Location", location), new byte[0], null, "", false);
    }

    /** Nothing is there. */
    public static Reply notFound() {
        return text("nothing here").status(404);
    }

    /** The same with another status. */
    public Reply status(int other) {
        return new Reply(other, headers, body, broken, note, dripping);
    }

    /** The same with one more header. */
    public Reply with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, more, body, broken, note, dripping);
    }

    /** The same, a byte at a time, for as long as anybody listens. */
    public Reply dripping() {
        return new Reply(status, headers, body, broken, note, true);
    }

    /** The same, with what the log is to say of it. */
    Reply noting(@Nullable Rule rule, String what) {
        return new Reply(status, headers, body, rule, what, dripping);
    }

    @Nullable
    Rule broken() {
        return broken;
    }

    String note() {
        return note;
    }

    int status() {
        return status;
    }

    void send(HttpExchange exchange) throws IOException {
        headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        boolean empty = body.length == 0 || "HEAD".equals(exchange.getRequestMethod());
        exchange.sendResponseHeaders(status, empty ? -1 : body.length);
        if (!empty) {
            try (OutputStream out = exchange.getResponseBody()) {
                if (dripping) {
                    drip(out);
                } else {
                    out.write(body);
                }
            }
        }
    }

    private void drip(OutputStream out) throws IOException {
        for (byte each : body) {
            out.write(each);
            out.flush();
            LockSupport.parkNanos(BETWEEN_DROPS);
        }
    }
}
