package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.nimbusds.jose.jwk.ECKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A client of a few lines that does the flow right, until it is told to do one thing wrong: {@link #wrongly} is shown each
 * request before it is signed.
 */
final class RawClient {

    static final String CALLBACK = "https://app.test/callback";

    private static final String JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    final Lab lab;
    final Clock clock;
    final LabAuthorizationServer server;
    final LabPds pds;
    final ECKey clientKey = RawJwt.newKey("client-key");
    ECKey proofKey = RawJwt.newKey("proof-key");
    String clientId;
    JsonObject document;
    boolean confidential = true;
    String redirectUri = CALLBACK;
    String scope = "atproto transition:generic";
    String hint = "alice.test";
    String state = Ids.random();
    String verifier = Ids.random() + Ids.random();
    String requestUri = "";
    String code = "";
    String accessToken = "";
    String refreshToken = "";
    final Map<String, String> nonces = new HashMap<>();
    BiConsumer<String, RawRequest> wrongly = (step, request) -> {};

    private final HttpClient http;

    RawClient(Lab lab, Clock clock, LabAuthorizationServer server, LabPds pds, String path) {
        this.lab = lab;
        this.clock = clock;
        this.server = server;
        this.pds = pds;
        this.clientId = lab.host("app.test").uri(path).toString();
        this.document = document();
        this.http = lab.http();
        lab.host("app.test").document(path, () -> Reply.json(document));
    }

    private JsonObject document() {
        JsonObject made = Json.object(
                "client_id", clientId,
                "application_type", "web",
                "scope", "atproto transition:generic transition:chat.bsky",
                "client_uri", "https://app.test",
                "token_endpoint_auth_method", "private_key_jwt",
                "token_endpoint_auth_signing_alg", "ES256");
        made.add("grant_types", Json.array("authorization_code", "refresh_token"));
        made.add("response_types", Json.array("code"));
        made.add("redirect_uris", Json.array(CALLBACK));
        made.addProperty("dpop_bound_access_tokens", true);
        JsonObject jwk = RawJwt.publicJwk(clientKey);
        jwk.addProperty("kid", "client-key");
        JsonObject jwks = new JsonObject();
        JsonArray keys = new JsonArray();
        keys.add(jwk);
        jwks.add("keys", keys);
        made.add("jwks", jwks);
        return made;
    }

    /** The same client without a key. */
    RawClient open() {
        confidential = false;
        document.addProperty("token_endpoint_auth_method", "none");
        document.remove("token_endpoint_auth_signing_alg");
        document.remove("jwks");
        return this;
    }

    /** A development client. */
    RawClient localhost(String id, String back) {
        confidential = false;
        clientId = id;
        redirectUri = back;
        return this;
    }

    /** The same client, which declares and asks for other scopes. */
    RawClient asks(String scopes) {
        document.addProperty("scope", scopes);
        scope = scopes;
        return this;
    }

    /** Uploads a blob that says of itself what it is. */
    Answer upload(String type) {
        wrongly = (step, request) -> request.contentType = step.equals("resource") ? type : request.contentType;
        return call("resource", "POST", "com.atproto.repo.uploadBlob", accessToken);
    }

    /** Does one thing wrong in one step. */
    RawClient spoil(String step, Consumer<RawRequest> wrong) {
        wrongly = (each, request) -> {
            if (each.equals(step)) {
                wrong.accept(request);
            }
        };
        return this;
    }

    Answer push() {
        Answer answer = send("par", "/oauth/par", request -> {
            request.form.put("response_type", "code");
            request.form.put("code_challenge", Ids.sha256(verifier));
            request.form.put("code_challenge_method", "S256");
            request.form.put("state", state);
            request.form.put("redirect_uri", redirectUri);
            request.form.put("scope", scope);
            request.form.put("login_hint", hint);
        });
        requestUri = answer.text("request_uri");
        return answer;
    }

    Answer browse() {
        return browse("client_id=" + URLEncoder.encode(clientId, StandardCharsets.UTF_8) + "&request_uri="
                + URLEncoder.encode(requestUri, StandardCharsets.UTF_8));
    }

    Answer browse(String query) {
        RawRequest request = new RawRequest(server.host().uri("/oauth/authorize?" + query));
        request.method = "GET";
        Answer answer = exchange(request);
        code = callback(answer).getOrDefault("code", "");
        return answer;
    }

    static Map<String, String> callback(Answer answer) {
        Map<String, String> parameters = new LinkedHashMap<>();
        String location = answer.header("Location");
        if (!location.isEmpty()) {
            for (String pair : location.substring(location.indexOf('?') + 1).split("&", -1)) {
                int equals = pair.indexOf('=');
                parameters.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }

    Answer redeem() {
        return keep(send("token", "/oauth/token", request -> {
            request.form.put("grant_type", "authorization_code");
            request.form.put("code", code);
            request.form.put("code_verifier", verifier);
            request.form.put("redirect_uri", redirectUri);
        }));
    }

    Answer refresh() {
        return refresh(refreshToken);
    }

    Answer refresh(String token) {
        return keep(send("refresh", "/oauth/token", request -> {
            request.form.put("grant_type", "refresh_token");
            request.form.put("refresh_token", token);
        }));
    }

    private Answer keep(Answer answer) {
        if (answer.status == 200) {
            accessToken = answer.text("access_token");
            refreshToken = answer.text("refresh_token");
        }
        return answer;
    }

    Answer revoke() {
        return send("revoke", "/oauth/revoke", request -> request.form.put("token", refreshToken));
    }

    /** Signs in, or fails with what went wrong. */
    RawClient signedIn() {
        expect(push(), 201);
        expect(browse(), 303);
        expect(redeem(), 200);
        return this;
    }

    static void expect(Answer answer, int status) {
        if (answer.status != status) {
            throw new AssertionError("not " + status + " but " + answer);
        }
    }

    private Answer send(String step, String path, Consumer<RawRequest> fill) {
        return twice(step, server.host(), () -> {
            RawRequest request = new RawRequest(server.host().uri(path));
            request.form.put("client_id", clientId);
            if (confidential) {
                request.form.put("client_assertion_type", JWT_BEARER);
                request.assertion = assertion();
            }
            fill.accept(request);
            request.proof = proof(request, server.host());
            return request;
        });
    }

    Answer call(String nsid) {
        return call("resource", "GET", nsid, accessToken);
    }

    Answer call(String step, String method, String nsid, String token) {
        return twice(step, pds.host(), () -> {
            RawRequest request = new RawRequest(pds.host().uri("/xrpc/" + nsid));
            request.method = method;
            request.headers.put("Authorization", "DPoP " + token);
            RawJwt proof = proof(request, pds.host());
            proof.claims.addProperty("ath", Ids.sha256(token));
            request.proof = proof;
            return request;
        });
    }

    private RawJwt assertion() {
        RawJwt jwt = new RawJwt(clientKey);
        jwt.header.addProperty("alg", "ES256");
        jwt.header.addProperty("kid", "client-key");
        long now = clock.instant().getEpochSecond();
        jwt.claims.addProperty("iss", clientId);
        jwt.claims.addProperty("sub", clientId);
        jwt.claims.addProperty("aud", server.issuer());
        jwt.claims.addProperty("jti", Ids.random());
        jwt.claims.addProperty("iat", now);
        jwt.claims.addProperty("exp", now + 60);
        return jwt;
    }

    private RawJwt proof(RawRequest request, LabHost host) {
        RawJwt jwt = new RawJwt(proofKey);
        jwt.header.addProperty("typ", "dpop+jwt");
        jwt.header.addProperty("alg", "ES256");
        jwt.header.add("jwk", RawJwt.publicJwk(proofKey));
        jwt.claims.addProperty("htm", request.method);
        jwt.claims.addProperty("htu", request.uri.toString());
        jwt.claims.addProperty("iat", clock.instant().getEpochSecond());
        jwt.claims.addProperty("jti", Ids.random());
        if (nonces.containsKey(host.name())) {
            jwt.claims.addProperty("nonce", nonces.get(host.name()));
        }
        return jwt;
    }

    /** Sends, and once more if a nonce is demanded. */
    private Answer twice(String step, LabHost host, java.util.function.Supplier<RawRequest> make) {
        Answer answer = once(step, host, make.get());
        boolean again = answer.text("error").equals("use_dpop_nonce");
        return again ? once(step, host, make.get()) : answer;
    }

    private Answer once(String step, LabHost host, RawRequest request) {
        wrongly.accept(step, request);
        Answer answer = exchange(request);
        if (!answer.header("DPoP-Nonce").isEmpty()) {
            nonces.put(host.name(), answer.header("DPoP-Nonce"));
        }
        return answer;
    }

    Answer get(URI uri, String... headers) {
        RawRequest request = new RawRequest(uri);
        request.method = "GET";
        for (int i = 0; i < headers.length; i += 2) {
            request.headers.put(headers[i], headers[i + 1]);
        }
        return exchange(request);
    }

    Answer exchange(RawRequest request) {
        try {
            return new Answer(http.send(request.encoded(lab::at), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
