package dev.latchkey.it.msal4j;

import com.google.gson.Gson;
import com.microsoft.aad.msal4j.HttpRequest;
import com.microsoft.aad.msal4j.HttpResponse;
import com.microsoft.aad.msal4j.IHttpClient;
import com.microsoft.aad.msal4j.IHttpResponse;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server in memory that both libraries talk to, each through its own HTTP port. It answers as Microsoft's does, or as any
 * OpenID provider does; its tokens say whose they are.
 *
 * <p>A code is {@code name} or {@code name~nonce}; an assertion is {@code name-anything}.
 */
final class ScriptedEntra implements HttpTransport, IHttpClient {

    static final String TENANT = "3aa4a235-b6e2-48d5-9195-7fcf05b459b0";
    static final String AUTHORITY = "https://login.microsoftonline.com/" + TENANT + "/";

    private final String issuer;
    private final boolean microsoft;
    private final Queue<Sent> requests = new ConcurrentLinkedQueue<>();
    private final AtomicInteger number = new AtomicInteger();
    private volatile int lifetime = 3_600;
    private volatile Runnable beforeAnswer = () -> {};

    private ScriptedEntra(String issuer, boolean microsoft) {
        this.issuer = issuer;
        this.microsoft = microsoft;
    }

    static ScriptedEntra microsoft() {
        return new ScriptedEntra("https://login.microsoftonline.com/" + TENANT + "/v2.0", true);
    }

    static ScriptedEntra openId(String issuer) {
        return new ScriptedEntra(issuer, false);
    }

    ScriptedEntra lifetime(int seconds) {
        lifetime = seconds;
        return this;
    }

    /** Runs on the thread of each token request, before it is answered. */
    ScriptedEntra beforeAnswer(Runnable act) {
        beforeAnswer = act;
        return this;
    }

    List<Sent> requests() {
        return List.copyOf(requests);
    }

    @Override
    public IHttpResponse send(HttpRequest request) throws IOException {
        Answer answer = answer(request.url().toString(), request.body());
        HttpResponse response = new HttpResponse();
        response.statusCode(answer.status);
        response.addHeaders(Map.of("Content-Type", List.of("application/json")));
        response.body(answer.json);
        return response;
    }

    @Override
    public TransportResponse send(TransportRequest request) throws TransportException {
        String body = "";
        if (request.body().isPresent()) {
            try (InputStream in = request.body().get().open()) {
                body = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        Answer answer = answer(request.uri().toString(), body);
        return TransportResponse.of(
                answer.status,
                TransportHeaders.builder()
                        .set("Content-Type", "application/json")
                        .build(),
                new ByteArrayInputStream(answer.json.getBytes(StandardCharsets.UTF_8)),
                () -> {});
    }

    private Answer answer(String url, String body) {
        if (url.contains("/.well-known/")) {
            return new Answer(200, new Gson().toJson(metadata()));
        }
        Map<String, String> form = form(body == null ? "" : body);
        requests.add(new Sent(url, form));
        beforeAnswer.run();
        return token(form);
    }

    private Map<String, Object> metadata() {
        return Map.of(
                "issuer", issuer,
                "authorization_endpoint", issuer + "/authorize",
                "token_endpoint", issuer + "/token",
                "jwks_uri", issuer + "/keys");
    }

    private Answer token(Map<String, String> form) {
        switch (form.getOrDefault("grant_type", "")) {
            case "client_credentials":
                return granted("app", "", false);
            case "authorization_code":
                String[] code = form.get("code").split("~", 2);
                return granted(code[0], code.length == 1 ? "" : code[1], true);
            case "refresh_token":
                return granted(form.get("refresh_token").split("-", 3)[1], "", true);
            case "urn:ietf:params:oauth:grant-type:jwt-bearer":
                return granted(form.get("assertion").split("-", 2)[0], "", true);
            default:
                return new Answer(400, "{\"error\":\"unsupported_grant_type\"}");
        }
    }

    private Answer granted(String name, String nonce, boolean user) {
        int serial = number.incrementAndGet();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("token_type", "Bearer");
        json.put("access_token", "at-" + name + "-" + serial);
        json.put("expires_in", lifetime);
        if (user) {
            json.put("refresh_token", "rt-" + name + "-" + serial);
            json.put("id_token", idToken(name, nonce));
            if (microsoft) {
                json.put("client_info", base64(Map.of("uid", name + "-oid", "utid", TENANT)));
            }
        }
        return new Answer(200, new Gson().toJson(json));
    }

    private String idToken(String name, String nonce) {
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims = new HashMap<>();
        claims.put("iss", issuer);
        claims.put("aud", "app");
        claims.put("sub", name + "-sub");
        claims.put("oid", name + "-oid");
        claims.put("tid", TENANT);
        claims.put("preferred_username", name + "@contoso.example");
        claims.put("iat", now);
        claims.put("exp", now + 3_600);
        if (!nonce.isEmpty()) {
            claims.put("nonce", nonce);
        }
        return base64(Map.of("alg", "RS256", "typ", "JWT")) + "." + base64(claims) + ".c2lnbmF0dXJl";
    }

    private static String base64(Map<String, ?> json) {
        byte[] bytes = new Gson().toJson(json).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static Map<String, String> form(String encoded) {
        Map<String, String> form = new HashMap<>();
        for (String pair : encoded.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return form;
    }

    private static final class Answer {

        private final int status;
        private final String json;

        private Answer(int status, String json) {
            this.status = status;
            this.json = json;
        }
    }

    /** A request to the token endpoint, or to what a library takes for it. */
    static final class Sent {

        private final URI uri;
        private final Map<String, String> form;

        private Sent(String url, Map<String, String> form) {
            this.uri = URI.create(url.split("\\?", 2)[0]);
            this.form = form;
        }

        URI uri() {
            return uri;
        }

        Map<String, String> form() {
            return form;
        }

        @Override
        public String toString() {
            return uri + " " + form.get("grant_type");
        }
    }
}
