package dev.latchkey.platform.exchange;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it came off the wire.
 *
 * <p>Instances are immutable and safe for use by several threads.
 */
public final class ReceivedRequest {
    private final String method;
    private final String target;
    private final String path;
    private final Parameters query;
    private final List<Map.Entry<String, String>> headers;
    private final byte[] body;
    private final Parameters form;
    private final long connection;

    /**
     * Takes a request apart.
     *
     * @param method the method
     * @param target the request target: a path and perhaps a query
     * @param headers the header fields in order
     * @param body the body, decoded from its transfer coding
     * @param connection the number of the connection it came over
     * @throws IllegalArgumentException if the query or the form has a broken escape
     */
    public ReceivedRequest(
            String method, String target, List<Map.Entry<String, String>> headers, byte[] body, long connection) {
        this.method = method;
        this.target = target;
        int question = target.indexOf('?');
        this.path = question < 0 ? target : target.substring(0, question);
        this.query = question < 0 ? Parameters.none() : Parameters.parse(target.substring(question + 1));
        this.headers = List.copyOf(headers);
        this.body = body.clone();
        this.form = isForm() ? Parameters.parse(new String(body, StandardCharsets.UTF_8)) : Parameters.none();
        this.connection = connection;
    }

    /**
     * The method.
     *
     * @return the method
     */
    public String method() {
        return method;
    }

    /**
     * The path and the query, as sent.
     *
     * @return the request target
     */
    public String target() {
        return target;
    }

    /**
     * The path, as sent, without the query.
     *
     * @return the path
     */
    public String path() {
        return path;
    }

    /**
     * The decoded query.
     *
     * @return the parameters
     */
    public Parameters query() {
        return query;
    }

    /**
     * The decoded form body; empty unless the content type says that it is one.
     *
     * @return the parameters
     */
    public Parameters form() {
        return form;
    }

    /**
     * The first header field of a name, in any case.
     *
     * @param name the field's name
     * @return its value
     */
    public Optional<String> header(String name) {
        for (Map.Entry<String, String> header : headers) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return Optional.of(header.getValue());
            }
        }
        return Optional.empty();
    }

    /**
     * Every header field of a name, in any case.
     *
     * @param name the field's name
     * @return the values in order
     */
    public List<String> headers(String name) {
        List<String> found = new ArrayList<>();
        for (Map.Entry<String, String> header : headers) {
            if (header.getKey().equalsIgnoreCase(name)) {
                found.add(header.getValue());
            }
        }
        return Collections.unmodifiableList(found);
    }

    /**
     * All header fields in order.
     *
     * @return the fields
     */
    public List<Map.Entry<String, String>> headers() {
        return headers;
    }

    /**
     * A cookie's value.
     *
     * @param name the cookie's name
     * @return its value
     */
    public Optional<String> cookie(String name) {
        for (String header : headers("Cookie")) {
            for (String pair : header.split(";", -1)) {
                String trimmed = pair.trim();
                if (trimmed.startsWith(name + "=")) {
                    return Optional.of(trimmed.substring(name.length() + 1));
                }
            }
        }
        return Optional.empty();
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

    /**
     * Which connection the request came over: two requests with one number shared a connection.
     *
     * @return the number
     */
    public long connection() {
        return connection;
    }

    private boolean isForm() {
        return header("Content-Type")
                .map(type -> type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded"))
                .orElse(false);
    }

    /** Method and path only: the rest may hold secrets. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
