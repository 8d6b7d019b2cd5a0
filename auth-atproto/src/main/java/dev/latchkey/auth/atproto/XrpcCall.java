package dev.latchkey.auth.atproto;

import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call as it is before anybody knows which server it goes to: a query without a body, a procedure with one. */
final class XrpcCall {

    private final Nsid method;
    private final Parameters parameters;
    private final @Nullable RequestBody input;
    private final @Nullable String mediaType;

    XrpcCall(Nsid method, Parameters parameters, @Nullable RequestBody input, @Nullable String mediaType) {
        this.method = method;
        this.parameters = parameters;
        this.input = input;
        this.mediaType = mediaType;
    }

    Nsid method() {
        return method;
    }

    boolean isRepeatable() {
        return input == null || input.isRepeatable();
    }

    TransportRequest to(URI server, Duration timeout, TransportHeaders headers) {
        TransportRequest.Builder request = TransportRequest.builder(input == null ? "GET" : "POST", address(server));
        if (mediaType != null) {
            request.header("Content-Type", mediaType);
        }
        if (input != null) {
            request.body(input);
        }
        request.header("Accept", "*/*").timeout(timeout);
        headers.asMap().forEach((name, values) -> request.header(name, values.get(0)));
        return request.build();
    }

    private URI address(URI server) {
        StringBuilder query = new StringBuilder();
        parameters.forEach((name, value) -> query.append(query.length() == 0 ? '?' : '&')
                .append(encoded(name))
                .append('=')
                .append(encoded(value)));
        return URI.create(server + "/xrpc/" + method + query);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
