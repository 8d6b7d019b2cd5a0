package dev.latchkey.examples.atproto;

import com.sun.net.httpserver.HttpExchange;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** What a browser asks for. Immutable. */
final class Request {

    private static final int LONGEST_FORM = 8 * 1024;

    private static final AuthorizationCallback NOTHING = AuthorizationCallback.parse("");

    private final String method;
    private final String path;
    private final String host;
    private final String cookies;
    private final AuthorizationCallback query;
    private final AuthorizationCallback form;
    private final boolean isReadable;

    private Request(
            HttpExchange exchange, AuthorizationCallback query, AuthorizationCallback form, boolean isReadable) {
        this.method = exchange.getRequestMethod();
        this.path = Objects.requireNonNullElse(exchange.getRequestURI().getPath(), "");
        this.host = header(exchange, "Host");
        this.cookies = header(exchange, "Cookie");
        this.query = query;
        this.form = form;
        this.isReadable = isReadable;
    }

    static Request of(HttpExchange exchange) throws IOException {
        // What is longer is cut off: then a field is missing, and the form is refused.
        String body = new String(exchange.getRequestBody().readNBytes(LONGEST_FORM), StandardCharsets.UTF_8);
        try {
            AuthorizationCallback query =
                    AuthorizationCallback.parse(exchange.getRequestURI().getRawQuery());
            return new Request(exchange, query, AuthorizationCallback.parse(body), true);
        } catch (IllegalArgumentException e) {
            return new Request(exchange, NOTHING, NOTHING, false);
        }
    }

    private static String header(HttpExchange exchange, String name) {
        List<String> values = exchange.getRequestHeaders().getOrDefault(name, List.of());
        return String.join("; ", values);
    }

    String method() {
        return method;
    }

    /** Method and path, by which one finds who answers. HEAD is a GET whose body nobody sends. */
    String what() {
        return (method.equals("HEAD") ? "GET" : method) + " " + path;
    }

    String path() {
        return path;
    }

    String host() {
        return host;
    }

    String cookies() {
        return cookies;
    }

    /** The parameters of the query, as they came. */
    AuthorizationCallback callback() {
        return query;
    }

    /** A field of the form that was posted; empty if it is missing. */
    String field(String name) {
        return form.parameters().first(name).orElse("");
    }

    /** Whether query and form could be read; if not, they are empty. */
    boolean isReadable() {
        return isReadable;
    }
}
