package dev.latchkey.auth.protocol;

import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Encodes requests that go straight to the authorization server. */
public final class BackChannelRequests {

    private BackChannelRequests() {}

    /**
     * Encodes a form: POST, one content type, JSON wanted (RFC 6749 §3.2).
     *
     * @param draft the finished draft
     * @param options whose headers go along; its parameters are in the draft already
     * @param proof headers of a token binding
     * @param timeout how long the exchange may take
     * @return the request
     */
    public static TransportRequest form(
            RequestDraft draft, RequestOptions options, TransportHeaders proof, Duration timeout) {
        TransportRequest.Builder request =
                TransportRequest.builder("POST", draft.endpoint()).timeout(timeout);
        // What the application says stands in place of what the profile would have said.
        draft.headers().asMap().forEach((name, values) -> {
            if (options.headers().all(name).isEmpty()) {
                values.forEach(value -> request.addHeader(name, value));
            }
        });
        add(request, options.headers());
        add(request, proof);
        return request.header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(RequestBody.of(Forms.encode(draft.parameters()).getBytes(StandardCharsets.US_ASCII)))
                .build();
    }

    /**
     * Encodes the request for a metadata document (RFC 8414 §3.1).
     *
     * @param location where it is
     * @param timeout how long the exchange may take
     * @return the request
     */
    public static TransportRequest metadata(URI location, Duration timeout) {
        return get(location, "application/json", timeout);
    }

    /**
     * Asks for a document.
     *
     * @param location where it is
     * @param accepted its media type
     * @param timeout how long the whole exchange may take
     * @return the request
     */
    public static TransportRequest get(URI location, String accepted, Duration timeout) {
        return TransportRequest.builder("GET", location)
                .timeout(timeout)
                .header("Accept", accepted)
                .build();
    }

    private static void add(TransportRequest.Builder request, TransportHeaders headers) {
        headers.asMap().forEach((name, values) -> values.forEach(value -> request.addHeader(name, value)));
    }
}
