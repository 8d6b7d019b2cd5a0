package dev.latchkey.it.atproto.lab;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request as it arrived at one of the lab's hosts. */
public final class Call {

    private static final int LONGEST = 1 << 20;

    private final String host;
    private final String method;
    private final String path;
    private final Map<String, List<String>> query;
    private final Map<String, List<String>> headers;
    private final String body;
    private final Map<String, List<String>> form;

    private Call(String host, HttpExchange exchange, String body) {
        this.host = host;
        this.method = exchange.getRequestMethod();
        this.path = exchange.getRequestURI().getRawPath();
        this.query = parameters(exchange.getRequestURI().getRawQuery());
        this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(exchange.getRequestHeaders()));
        this.body = body;
        this.form = isForm() ? parameters(body) : Map.of();
    }

    static Call of(String host, HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST);
        return new Call(host, exchange, new String(body, StandardCharsets.UTF_8));
    }

    private static Map<String, List<String>> parameters(String encoded) {
        Map<String, List<String>> decoded = new LinkedHashMap<>();
        if (encoded != null && !encoded.isEmpty()) {
            for (String pair : encoded.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                decoded.computeIfAbsent(name, absent -> new ArrayList<>()).add(value);
            }
        }
        return Collections.unmodifiableMap(decoded);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** The name of the host, without a port: {@code pds.test}. */
    public String host() {
        return host;
    }

    /** The method. */
    public String method() {
        return method;
    }

    /** The path as it was sent. */
    public String path() {
        return path;
    }

    /** The query's parameters. */
    public Map<String, List<String>> query() {
        return query;
    }

    /** The form's parameters; none if the body is no form. */
    public Map<String, List<String>> form() {
        return form;
    }

    /** The first value of a form's parameter. */
    public Optional<String> form(String name) {
        return form.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** The body as text. */
    public String body() {
        return body;
    }

    /** All values of a header. */
    public List<String> headers(String name) {
        return headers.entrySet().stream()
                .filter(field -> name.equalsIgnoreCase(field.getKey()))
                .flatMap(field -> field.getValue().stream())
                .collect(java.util.stream.Collectors.toUnmodifiableList());
    }

    /** The first value of a header. */
    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    boolean isForm() {
        return header("Content-Type")
                .filter(type -> type.matches("(?i)application/x-www-form-urlencoded\\s*(;.*)?"))
                .isPresent();
    }

    @Override
    public String toString() {
        return method + " " + host + path;
    }
}
