package dev.latchkey.auth.testkit;

import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A request as {@link ScriptedTransport} received it, with the bytes of its body. Immutable. */
public final class RecordedRequest {

    private final TransportRequest request;
    private final byte[] bytes;

    private RecordedRequest(TransportRequest request, byte[] bytes) {
        this.request = request;
        this.bytes = bytes;
    }

    static RecordedRequest of(TransportRequest request) {
        return new RecordedRequest(
                request, request.body().map(RecordedRequest::read).orElseGet(() -> new byte[0]));
    }

    private static byte[] read(RequestBody body) {
        try (InputStream in = body.open()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Tells the method.
     *
     * @return the method, such as {@code POST}
     */
    public String method() {
        return request.method();
    }

    /**
     * Tells where the request went.
     *
     * @return the URI with its query
     */
    public URI uri() {
        return request.uri();
    }

    /**
     * Tells the path.
     *
     * @return the path as it was sent, without the query
     */
    public String path() {
        return request.uri().getRawPath();
    }

    /**
     * Tells the headers.
     *
     * @return the headers
     */
    public TransportHeaders headers() {
        return request.headers();
    }

    /**
     * Finds a header.
     *
     * @param name the header's name, in any case
     * @return its first value, or nothing
     */
    public Optional<String> header(String name) {
        return request.headers().first(name);
    }

    /**
     * Tells the time-out.
     *
     * @return how long the exchange was allowed to take
     */
    public Duration timeout() {
        return request.timeout();
    }

    /**
     * Tells which addresses the request was allowed to go to.
     *
     * @return the policy
     */
    public AddressPolicy addressPolicy() {
        return request.addressPolicy();
    }

    /**
     * Gives the body literally, as a test compares it.
     *
     * @return the body, read as UTF-8; empty if there was none
     */
    public String body() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Gives the body's bytes.
     *
     * @return a copy; empty if there was no body
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * Decodes the body as a form.
     *
     * @return an unmodifiable map of the parameters in their order
     * @throws AssertionError if the content type is another, or a parameter occurs twice
     */
    public Map<String, String> form() {
        String type = header("content-type").orElse("absent");
        if (!type.startsWith("application/x-www-form-urlencoded")) {
            throw new AssertionError("The content type of " + request + " is " + type + ", not a form's");
        }
        return decoded(body());
    }

    /**
     * Decodes the query.
     *
     * @return an unmodifiable map of the parameters in their order; empty if there is no query
     * @throws AssertionError if a parameter occurs twice
     */
    public Map<String, String> query() {
        String query = request.uri().getRawQuery();
        return decoded(query == null ? "" : query);
    }

    private Map<String, String> decoded(String encoded) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : encoded.isEmpty() ? new String[0] : encoded.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = urlDecoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : urlDecoded(pair.substring(equals + 1));
            if (parameters.putIfAbsent(name, value) != null) {
                throw new AssertionError("Parameter " + name + " occurs twice in " + request);
            }
        }
        return Collections.unmodifiableMap(parameters);
    }

    private static String urlDecoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return request.toString();
    }
}
