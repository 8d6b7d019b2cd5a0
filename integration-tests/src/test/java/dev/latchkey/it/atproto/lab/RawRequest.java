package dev.latchkey.it.atproto.lab;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A request of the raw client, every part of which may be spoilt before it is sent. */
final class RawRequest {

    String method = "POST";
    URI uri;
    final Map<String, String> form = new LinkedHashMap<>();
    final Map<String, String> headers = new LinkedHashMap<>();
    String more = "";
    String contentType = "application/x-www-form-urlencoded";

    @Nullable
    RawJwt proof;

    boolean secondProof;

    @Nullable
    RawJwt assertion;

    UnaryOperator<String> spoilProof = UnaryOperator.identity();
    UnaryOperator<String> spoilAssertion = UnaryOperator.identity();

    RawRequest(URI uri) {
        this.uri = uri;
    }

    HttpRequest encoded(UnaryOperator<URI> places) {
        RawJwt authentication = assertion;
        if (authentication != null) {
            form.put("client_assertion", spoilAssertion.apply(authentication.signed()));
        }
        StringBuilder body = new StringBuilder();
        form.forEach((name, value) -> body.append(body.length() == 0 ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        body.append(more);
        HttpRequest.Builder request = HttpRequest.newBuilder(places.apply(uri))
                .method(
                        method,
                        method.equals("GET")
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.toString()));
        if (!method.equals("GET")) {
            request.header("Content-Type", contentType);
        }
        RawJwt shown = proof;
        if (shown != null) {
            request.header("DPoP", spoilProof.apply(shown.signed()));
        }
        if (secondProof) {
            request.header("DPoP", spoilProof.apply(String.valueOf(shown == null ? "" : shown.signed())));
        }
        headers.forEach(request::header);
        return request.build();
    }
}
