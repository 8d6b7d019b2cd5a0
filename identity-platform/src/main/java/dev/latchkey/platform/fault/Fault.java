package dev.latchkey.platform.fault;

import com.google.gson.Gson;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.latchkey.platform.exchange.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong with one exchange. The faults here cover the usual accidents; another one is a lambda.
 *
 * <pre>{@code
 * platform.faults().next("/token", Fault.none(), Fault.tooManyRequests(Duration.ofSeconds(7)), Fault.reset());
 * }</pre>
 */
@FunctionalInterface
public interface Fault {
    /**
     * Plays the fault.
     *
     * @param wire the exchange
     * @throws IOException if the client has gone
     */
    void play(Wire wire) throws IOException;

    /**
     * No fault: the platform answers as always.
     *
     * @return the fault
     */
    static Fault none() {
        return wire -> wire.send(wire.process());
    }

    /**
     * Answers as always, late.
     *
     * @param duration how late
     * @return the fault
     */
    static Fault delay(Duration duration) {
        return delay(duration, none());
    }

    /**
     * Another fault, late.
     *
     * @param duration how late
     * @param then the other fault
     * @return the fault
     */
    static Fault delay(Duration duration, Fault then) {
        return wire -> {
            wire.pause(duration);
            then.play(wire);
        };
    }

    /**
     * Reads the request, does not act on it, and says nothing.
     *
     * @return the fault
     */
    static Fault stall() {
        return Wire::stall;
    }

    /**
     * Acts on the request, sends the response's head and half of its body, then nothing.
     *
     * @return the fault
     */
    static Fault stallInBody() {
        return wire -> {
            Response response = wire.process();
            wire.write(head(response, response.body().length));
            wire.write(half(response));
            wire.stall();
        };
    }

    /**
     * Acts on the request, sends the response's head, then nothing.
     *
     * @return the fault
     */
    static Fault stallAfterHead() {
        return wire -> {
            Response response = wire.process();
            wire.write(head(response, response.body().length));
            wire.stall();
        };
    }

    /**
     * Reads the request, does not act on it, and resets the connection.
     *
     * @return the fault
     */
    static Fault reset() {
        return Wire::reset;
    }

    /**
     * Acts on the request, with all its effects, and resets the connection instead of answering.
     *
     * @return the fault
     */
    static Fault resetAfterProcessing() {
        return wire -> {
            wire.process();
            wire.reset();
        };
    }

    /**
     * Reads the request, does not act on it, and closes the connection in order.
     *
     * @return the fault
     */
    static Fault hangUp() {
        return Wire::hangUp;
    }

    /**
     * Promises the whole body, sends half of it and closes the connection.
     *
     * @return the fault
     */
    static Fault truncatedBody() {
        return wire -> {
            Response response = wire.process();
            wire.write(head(response, response.body().length));
            wire.write(half(response));
            wire.hangUp();
        };
    }

    /**
     * Answers with bytes that are no HTTP.
     *
     * @return the fault
     */
    static Fault garbage() {
        return wire -> {
            wire.write("\u0000\u0001 220 mail.example ESMTP\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            wire.hangUp();
        };
    }

    /**
     * Answers as always, but for the content type.
     *
     * @param type the content type to claim
     * @return the fault
     */
    static Fault contentType(String type) {
        return wire -> wire.send(wire.process().replaceHeader("Content-Type", type));
    }

    /**
     * An HTML page with status 200 where JSON belongs, as from a captive portal.
     *
     * @return the fault
     */
    static Fault html() {
        return response(Response.of(200)
                .header("Content-Type", "text/html;charset=UTF-8")
                .body("<!DOCTYPE html><title>Welcome</title><h1>Please accept our terms</h1>"));
    }

    /**
     * JSON that ends too early, in a response that is otherwise whole.
     *
     * @return the fault
     */
    static Fault malformedJson() {
        return wire -> {
            Response response = wire.process();
            wire.send(response.body(half(response)));
        };
    }

    /**
     * A JSON object with one huge string, streamed in chunks.
     *
     * @param bytes about how many bytes
     * @return the fault
     */
    static Fault hugeJson(long bytes) {
        return wire -> {
            try (OutputStream out = wire.stream(Response.json(200, ""))) {
                byte[] block = new byte[8192];
                Arrays.fill(block, (byte) 'x');
                out.write("{\"padding\":\"".getBytes(StandardCharsets.US_ASCII));
                for (long sent = 0; sent < bytes; sent += block.length) {
                    out.write(block);
                }
                out.write("\"}".getBytes(StandardCharsets.US_ASCII));
            }
        };
    }

    /**
     * A redirect.
     *
     * @param status 301, 302, 303, 307 or 308
     * @param location where to
     * @return the fault
     */
    static Fault redirect(int status, URI location) {
        return response(Response.of(status).header("Location", location.toString()));
    }

    /**
     * 429 with Retry-After in seconds.
     *
     * @param retryAfter how long the client shall wait
     * @return the fault
     */
    static Fault tooManyRequests(Duration retryAfter) {
        return error(429, "temporarily_unavailable", "too many requests", Long.toString(retryAfter.toSeconds()));
    }

    /**
     * 429 with Retry-After as an HTTP date.
     *
     * @param retryAt when the client may come back
     * @return the fault
     */
    static Fault tooManyRequests(Instant retryAt) {
        return error(
                429,
                "temporarily_unavailable",
                "too many requests",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(retryAt.atOffset(ZoneOffset.UTC)));
    }

    /**
     * A failure of the server.
     *
     * @param status 500 to 599
     * @return the fault
     */
    static Fault serverError(int status) {
        return error(status, status == 503 ? "temporarily_unavailable" : "server_error", "scripted", null);
    }

    /**
     * An OAuth error.
     *
     * @param status the status
     * @param error the error code
     * @param description the description
     * @return the fault
     */
    static Fault error(int status, String error, String description) {
        return error(status, error, description, null);
    }

    /**
     * A response of your own, instead of the platform's.
     *
     * @param response the response
     * @return the fault
     */
    static Fault response(Response response) {
        return wire -> wire.send(response);
    }

    /**
     * A JSON text of your own with status 200: duplicate members, odd types, anything.
     *
     * @param text the text
     * @return the fault
     */
    static Fault json(String text) {
        return response(Response.json(200, text));
    }

    /**
     * Answers as always, with members added to or replaced in the JSON body.
     *
     * @param members names to strings, numbers, booleans, lists or maps
     * @return the fault
     */
    static Fault members(Map<String, ?> members) {
        return wire -> {
            Response response = wire.process();
            JsonObject body = JsonParser.parseString(response.text()).getAsJsonObject();
            Gson gson = new Gson();
            members.forEach((name, value) -> body.add(name, gson.toJsonTree(value)));
            wire.send(response.body(body.toString()));
        };
    }

    /**
     * Answers as always, but without some members of the JSON body.
     *
     * @param names the members' names
     * @return the fault
     */
    static Fault withoutMembers(String... names) {
        return wire -> {
            Response response = wire.process();
            JsonObject body = JsonParser.parseString(response.text()).getAsJsonObject();
            for (String name : names) {
                body.remove(name);
            }
            wire.send(response.body(body.toString()));
        };
    }

    /**
     * Answers as always, with a member of the JSON body set to null.
     *
     * @param name the member's name
     * @return the fault
     */
    static Fault nullMember(String name) {
        return wire -> {
            Response response = wire.process();
            JsonObject body = JsonParser.parseString(response.text()).getAsJsonObject();
            body.add(name, JsonNull.INSTANCE);
            wire.send(response.body(body.toString()));
        };
    }

    /**
     * Answers as always, with one more header field.
     *
     * @param name the field's name
     * @param value its value
     * @return the fault
     */
    static Fault header(String name, String value) {
        return wire -> wire.send(wire.process().header(name, value));
    }

    private static Fault error(int status, String error, String description, @Nullable String retryAfter) {
        JsonObject body = new JsonObject();
        body.addProperty("error", error);
        body.addProperty("error_description", description);
        Response response = Response.json(status, body.toString());
        return response(retryAfter == null ? response : response.header("Retry-After", retryAfter));
    }

    private static byte[] head(Response response, int contentLength) {
        StringBuilder out =
                new StringBuilder("HTTP/1.1 ").append(response.status()).append(" \r\n");
        response.headers()
                .forEach(field -> out.append(field.getKey())
                        .append(": ")
                        .append(field.getValue())
                        .append("\r\n"));
        out.append("Content-Length: ").append(contentLength).append("\r\n\r\n");
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] half(Response response) {
        byte[] body = response.body();
        return Arrays.copyOf(body, body.length / 2);
    }
}
