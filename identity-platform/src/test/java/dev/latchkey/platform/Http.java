package dev.latchkey.platform;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** A client that knows nothing but java.net.http. */
final class Http {
    /** RFC 7636, Appendix B. */
    static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private final HttpClient client;
    private final URI base;

    Http(IdentityPlatform platform) {
        this.client = HttpClient.newBuilder()
                .sslContext(platform.trust().sslContext())
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        this.base = platform.baseUri();
    }

    /** A connection without TLS. */
    static Socket connect(IdentityPlatform platform) throws IOException {
        return new Socket(
                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
                platform.baseUri().getPort());
    }

    /** A query or form from names and values. */
    static String form(String... pairs) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            out.append(i == 0 ? "" : "&")
                    .append(URLEncoder.encode(pairs[i], StandardCharsets.UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(pairs[i + 1], StandardCharsets.UTF_8));
        }
        return out.toString();
    }

    static JsonObject json(HttpResponse<String> response) {
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    /** The claims of a JWT, without looking at its signature. */
    static JsonObject claims(String jwt) {
        String payload = jwt.split("\\.", -1)[1];
        return JsonParser.parseString(new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8))
                .getAsJsonObject();
    }

    URI uri(String target) {
        return URI.create(base + target);
    }

    HttpResponse<String> get(String target, String... headers) {
        return send("GET", target, null, headers);
    }

    HttpResponse<String> post(String target, String form, String... headers) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/x-www-form-urlencoded";
        return send("POST", target, form, all);
    }

    HttpResponse<String> send(String method, String target, String body, String... headers) {
        try {
            return trySend(method, target, body, headers);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> trySend(String method, String target, String body, String... headers) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + target))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    HttpClient client() {
        return client;
    }
}
