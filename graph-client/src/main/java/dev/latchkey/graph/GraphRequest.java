package dev.latchkey.graph;

import com.google.gson.JsonObject;
import com.google.gson.TypeAdapter;
import dev.latchkey.auth.spi.TransportRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request, which nothing is sent of before a method says what to read: {@link #as}, {@link #json}, {@link #items},
 * {@link #pages}, {@link #response} or {@link #send}.
 *
 * <pre>{@code
 * for (User user : graph.get("/users").select("id", "displayName").filter("startswith(displayName,{p})", "A").items(User.class)) {
 *     …
 * }
 * graph.delete("/users/{id}", id).send();
 * }</pre>
 *
 * <p>Every change gives a new request, so one may be kept and sent again. Setting an option or a header again replaces it.
 * Immutable, and safe for use by any number of threads at once.
 *
 * <p>The methods that send throw {@link GraphException} when Graph refuses, cannot be reached or answers what cannot be used,
 * and {@link dev.latchkey.auth.error.OAuthException} when no token can be had.
 */
public final class GraphRequest {

    private static final String JSON = "application/json";

    private final GraphCalls calls;
    private final String method;
    private final URI target;
    private final Map<String, String> query;
    private final Map<String, String> headers;
    private final byte @Nullable [] body;
    private final Duration timeout;

    private GraphRequest(
            GraphCalls calls,
            String method,
            URI target,
            Map<String, String> query,
            Map<String, String> headers,
            byte @Nullable [] body,
            Duration timeout) {
        this.calls = calls;
        this.method = method;
        this.target = target;
        this.query = query;
        this.headers = headers;
        this.body = body;
        this.timeout = timeout;
    }

    static GraphRequest to(GraphCalls calls, String method, URI target, Duration timeout) {
        return new GraphRequest(calls, method, target, Map.of(), Map.of(), null, timeout);
    }

    /** The request for the next page: the same headers, which Graph does not remember, and nothing else. */
    GraphRequest following(URI link) {
        return new GraphRequest(calls, "GET", link, Map.of(), without(headers, "content-type"), null, timeout);
    }

    /**
     * Asks for some properties only.
     *
     * @param properties the names of {@code $select}
     * @return a request with the option
     */
    public GraphRequest select(String... properties) {
        return list("$select", properties);
    }

    /**
     * Asks for related objects within each object.
     *
     * @param relations the relations of {@code $expand}, such as {@code manager}
     * @return a request with the option
     */
    public GraphRequest expand(String... relations) {
        return list("$expand", relations);
    }

    /**
     * Asks for an order.
     *
     * @param properties the properties of {@code $orderby}, such as {@code displayName desc}
     * @return a request with the option
     */
    public GraphRequest orderBy(String... properties) {
        return list("$orderby", properties);
    }

    /**
     * Asks for some objects only. Values belong into places in braces, so that none can become part of the expression:
     * {@code filter("mail eq {mail} and accountEnabled eq true", mail)}.
     *
     * @param expression the expression of {@code $filter}; each {@code {name}} becomes a string literal, in quotes
     * @param values the texts for the places, in their order
     * @return a request with the option
     * @throws IllegalArgumentException if there are values, but not as many as places
     */
    public GraphRequest filter(String expression, String... values) {
        return query("$filter", Template.expression(expression, values));
    }

    /**
     * Asks for pages of a size, which Graph may lower. All pages are read whatever their size.
     *
     * @param size the number of {@code $top}
     * @return a request with the option
     */
    public GraphRequest top(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("top must be at least 1");
        }
        return query("$top", Integer.toString(size));
    }

    /**
     * Asks how many objects there are in all, which {@link GraphPage#count()} of the first page then says.
     *
     * @return a request with {@code $count=true}
     */
    public GraphRequest count() {
        return query("$count", "true");
    }

    /**
     * Asks the index that advanced queries on directory objects need. Graph wants both the header and {@code $count}.
     *
     * @return a request with {@code ConsistencyLevel: eventual} and {@code $count=true}
     */
    public GraphRequest eventual() {
        return header("ConsistencyLevel", "eventual").count();
    }

    /**
     * Sets any option of the query.
     *
     * @param name the name, with the {@code $} of OData's own
     * @param value the value, which is encoded here
     * @return a request with the option
     * @throws IllegalArgumentException if the name is {@code access_token}, since a token is never put in a query (RFC 9700
     *     §4.3.2), or if the request is for a link
     */
    public GraphRequest query(String name, String value) {
        if (name.isEmpty() || UriText.isTokenName(name)) {
            throw new IllegalArgumentException("The query's name is empty, or names an access token");
        }
        return encodedQuery(UriText.query(name), UriText.query(value));
    }

    /**
     * Sets a header, which every page's request has too.
     *
     * @param name the name, such as {@code Prefer}
     * @param value the value
     * @return a request with the header
     * @throws IllegalArgumentException if it is {@code Authorization} or {@code client-request-id}, which the client sets, one
     *     that the transport sets, or has a character that HTTP does not allow
     */
    public GraphRequest header(String name, String value) {
        String key = name.toLowerCase(Locale.ROOT);
        switch (key) {
            case "authorization":
                throw new IllegalArgumentException("Authorization is the token source's to set");
            case "client-request-id":
            case "return-client-request-id":
                throw new IllegalArgumentException(
                        "client-request-id is new for every request; see GraphClient.Builder.requestIds");
            case "accept-encoding":
                throw new IllegalArgumentException("Accept-Encoding names what this client can decode");
            default:
                // Checked here and not when it is sent.
                TransportRequest.builder(method, target).header(name, value);
                return new GraphRequest(calls, method, target, query, with(headers, key, value), body, timeout);
        }
    }

    /**
     * Sets the body.
     *
     * <p>In a {@link com.google.gson.JsonElement} every member is written, a {@code JsonNull} as {@code null}, which clears
     * the property in a PATCH; what is absent stays as it is. Of any other object Gson leaves null fields out, unless the
     * builder's Gson serializes nulls.
     *
     * @param body a {@code JsonElement}, a map, a list, or an object whose class Gson may read
     * @return a request with the body, as it is now: later changes of the object do not matter
     * @throws IllegalArgumentException if it is a text, which may be meant as JSON or as a value, or cannot be written
     */
    public GraphRequest body(Object body) {
        byte[] encoded = calls.encoded(Objects.requireNonNull(body, "body"));
        return new GraphRequest(calls, method, target, query, headers, encoded, timeout);
    }

    /**
     * Bounds each exchange, from connecting to the last byte.
     *
     * @param timeout a positive duration
     * @return a request with the time-out
     */
    public GraphRequest timeout(Duration timeout) {
        return new GraphRequest(calls, method, target, query, headers, body, GraphClient.positive(timeout));
    }

    /**
     * Sends the request and reads one object.
     *
     * @param type what to read: a class that Gson may fill, {@link User} or {@link JsonObject}
     * @param <T> the type
     * @return the object
     */
    public <T> T as(Class<T> type) {
        TypeAdapter<T> adapter = calls.adapter(type);
        return calls.call(this, JSON, (exchange, response, body) -> body.json(in -> PageReader.value(in, adapter)));
    }

    /**
     * Sends the request and reads one object as JSON.
     *
     * @return the object
     */
    public JsonObject json() {
        return as(JsonObject.class);
    }

    /**
     * Describes the objects of a collection, over all its pages. Nothing is sent before they are iterated.
     *
     * @param type what to read: a class that Gson may fill, {@link User} or {@link JsonObject}
     * @param <T> the type
     * @return the objects, read page by page as they are asked for
     */
    public <T> GraphItems<T> items(Class<T> type) {
        return new GraphItems<>(pages(type));
    }

    /**
     * Describes the pages of a collection. Nothing is sent before they are iterated.
     *
     * @param type what to read: a class that Gson may fill, {@link User} or {@link JsonObject}
     * @param <T> the type
     * @return the pages, read as they are asked for
     */
    public <T> GraphPages<T> pages(Class<T> type) {
        return new GraphPages<>(this, calls.adapter(type));
    }

    <T> GraphPage<T> page(TypeAdapter<T> items) {
        return calls.call(
                this, JSON, (exchange, response, body) -> body.json(in -> PageReader.page(in, items, exchange)));
    }

    /**
     * Sends the request and gives the answer as it is, whatever its content type.
     *
     * @return the answer, in memory
     */
    public GraphResponse response() {
        return calls.call(
                this, "*/*", (exchange, response, body) -> new GraphResponse(calls, exchange, response, body.bytes()));
    }

    /** Sends the request and reads no more than whether it succeeded, as after a PATCH or a DELETE. */
    public void send() {
        calls.call(this, JSON, (exchange, response, body) -> Boolean.TRUE);
    }

    GraphCalls calls() {
        return calls;
    }

    String method() {
        return method;
    }

    Map<String, String> headers() {
        return headers;
    }

    byte @Nullable [] body() {
        return body;
    }

    Duration timeout() {
        return timeout;
    }

    URI uri() {
        if (query.isEmpty()) {
            return target;
        }
        StringBuilder uri = new StringBuilder(target.toString());
        char separator = '?';
        for (Map.Entry<String, String> option : query.entrySet()) {
            uri.append(separator).append(option.getKey()).append('=').append(option.getValue());
            separator = '&';
        }
        return URI.create(uri.toString());
    }

    private GraphRequest list(String name, String... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException(name + " needs at least one name");
        }
        return query(name, String.join(",", values));
    }

    GraphRequest encodedQuery(String name, String value) {
        if (target.getRawQuery() != null) {
            throw new IllegalArgumentException("A link has its options already, and is used as it is");
        }
        return new GraphRequest(calls, method, target, with(query, name, value), headers, body, timeout);
    }

    private static Map<String, String> with(Map<String, String> map, String key, String value) {
        Map<String, String> changed = new LinkedHashMap<>(map);
        changed.put(key, value);
        return Collections.unmodifiableMap(changed);
    }

    private static Map<String, String> without(Map<String, String> map, String key) {
        Map<String, String> changed = new LinkedHashMap<>(map);
        changed.remove(key);
        return Collections.unmodifiableMap(changed);
    }

    /**
     * Describes the request without its query, its headers and its body.
     *
     * @return the method, the origin and the path
     */
    @Override
    public String toString() {
        return method + " " + Origin.of(target) + target.getRawPath();
    }
}
