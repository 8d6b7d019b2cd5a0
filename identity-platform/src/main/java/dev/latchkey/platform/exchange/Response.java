package dev.latchkey.platform.exchange;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A response that is sent whole.
 *
 * <p>Instances are immutable and safe for use by several threads.
 */
public final class Response {
    private static final byte[] EMPTY = {};

    private final int status;
    private final List<Map.Entry<String, String>> headers;
    private final byte[] body;

    private Response(int status, List<Map.Entry<String, String>> headers, byte[] body) {
        this.status = status;
        this.headers = List.copyOf(headers);
        this.body = body;
    }

    /**
     * A response without fields or body.
     *
     * @param status the status, 200 to 599
     * @return the response
     */
    public static Response of(int status) {
        return new Response(status, List.of(), EMPTY);
    }

    /**
     * A JSON response that must not be stored.
     *
     * @param status the status
     * @param json the text
     * @return the response
     */
    public static Response json(int status, String json) {
        return of(status)
                .header("Content-Type", "application/json;charset=UTF-8")
                .header("Cache-Control", "no-store")
                .body(json);
    }

    /**
     * This response with one more header field.
     *
     * @param name the field's name
     * @param value its value
     * @return the new response
     */
    public Response header(String name, String value) {
        List<Map.Entry<String, String>> more = new ArrayList<>(headers);
        more.add(Map.entry(name, value));
        return new Response(status, more, body);
    }

    /**
     * This response with one header field in place of all those of that name.
     *
     * @param name the field's name
     * @param value its value
     * @return the new response
     */
    public Response replaceHeader(String name, String value) {
        List<Map.Entry<String, String>> others = new ArrayList<>(headers);
        others.removeIf(header -> header.getKey().equalsIgnoreCase(name));
        return new Response(status, others, body).header(name, value);
    }

    /**
     * This response with another body, in UTF-8.
     *
     * @param text the body
     * @return the new response
     */
    public Response body(String text) {
        return new Response(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * This response with another body.
     *
     * @param bytes the body
     * @return the new response
     */
    public Response body(byte[] bytes) {
        return new Response(status, headers, bytes.clone());
    }

    /**
     * This response with another status.
     *
     * @param other the status
     * @return the new response
     */
    public Response status(int other) {
        return new Response(other, headers, body);
    }

    /**
     * The status.
     *
     * @return the status
     */
    public int status() {
        return status;
    }

    /**
     * The header fields in order.
     *
     * @return the fields
     */
    public List<Map.Entry<String, String>> headers() {
        return headers;
    }

    /**
     * The first header field of a name, in any case.
     *
     * @param name the field's name
     * @return its value
     */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /**
     * The body's bytes.
     *
     * @return a copy
     */
    public byte[] body() {
        return body.clone();
    }

    /**
     * The body as UTF-8 text.
     *
     * @return the text
     */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Status and size only: the body may hold secrets. */
    @Override
    public String toString() {
        return "Response[" + status + ", " + body.length + " bytes]";
    }
}
