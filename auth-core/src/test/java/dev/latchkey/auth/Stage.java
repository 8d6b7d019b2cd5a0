package dev.latchkey.auth;

import com.google.gson.Gson;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** One server, one client and everything between them, as most tests of the client want it. */
final class Stage {

    static final String ISSUER = "https://as.example.com";
    static final String HOST = "as.example.com";
    static final URI REDIRECT = URI.create("https://app.example.com/cb");
    static final Scopes READ = Scopes.of("api.read");
    static final Scopes OPENID = Scopes.of("openid", "api.read");
    static final String ACCESS_TOKEN = "at-5ecret";
    static final String REFRESH_TOKEN = "rt-5ecret";
    static final String CODE = "code-5ecret";

    final MutableClock clock = MutableClock.create();
    final ScriptedTransport transport = ScriptedTransport.create();
    final InMemoryTokenStore store = InMemoryTokenStore.create(clock);

    static AuthorizationServerMetadata.Builder metadata() {
        return AuthorizationServerMetadata.builder(ISSUER)
                .authorizationEndpoint(URI.create(ISSUER + "/authorize"))
                .tokenEndpoint(URI.create(ISSUER + "/token"))
                .deviceAuthorizationEndpoint(URI.create(ISSUER + "/device"));
    }

    static String metadataJson(String issuer) {
        return "{\"issuer\":\"" + issuer + "\",\"authorization_endpoint\":\"" + ISSUER
                + "/authorize\",\"token_endpoint\":\"" + ISSUER + "/token\"}";
    }

    OAuthClientBuilder builder() {
        return builder(metadata().build());
    }

    OAuthClientBuilder builder(AuthorizationServerMetadata server) {
        return OAuthClient.builder(transport)
                .server(AuthorizationServer.of(server))
                .client(ClientId.of("app"), ClientAuthentication.none())
                .idTokens(ClaimsOnlyIdTokens.dangerouslyWithoutSignature())
                .store(store)
                .clock(clock);
    }

    OAuthClient client() {
        return builder().build();
    }

    /** A client that discovers its server at the place of RFC 8414. */
    OAuthClientBuilder discovering() {
        return builder().server(AuthorizationServer.oauth(ISSUER));
    }

    Stage answers(String json) {
        transport.answers(200, "application/json", json);
        return this;
    }

    Stage answers(Answer answer) {
        transport.answers(answer);
        return this;
    }

    static String granted(String more) {
        return "{\"access_token\":\"" + ACCESS_TOKEN + "\",\"token_type\":\"Bearer\",\"expires_in\":3600" + more + "}";
    }

    static String refreshable() {
        return granted(",\"refresh_token\":\"" + REFRESH_TOKEN + "\"");
    }

    static String withIdToken(String idToken) {
        return granted(",\"refresh_token\":\"" + REFRESH_TOKEN + "\",\"id_token\":\"" + idToken + "\"");
    }

    /** The claims of a right ID token. */
    Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", ISSUER);
        claims.put("sub", "alice");
        claims.put("aud", "app");
        claims.put("exp", clock.instant().getEpochSecond() + 300);
        claims.put("iat", clock.instant().getEpochSecond());
        return claims;
    }

    static String jwt(Map<String, Object> claims) {
        return jwt("{\"alg\":\"RS256\"}", new Gson().toJson(claims));
    }

    static String jwt(String header, String claims) {
        return base64(header) + "." + base64(claims) + ".c2lnbmF0dXJl";
    }

    static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    PendingAuthorization begin(OAuthClient client, Scopes scopes) {
        return client.authorize(AuthorizationRequest.of(REDIRECT, scopes));
    }

    /** What the browser brings after a sign-in that went well. */
    static AuthorizationCallback callback(URI authorizationUri, String... more) {
        List<String> pairs = new ArrayList<>(
                List.of("code", CODE, "state", query(authorizationUri).get("state")));
        pairs.addAll(List.of(more));
        return callbackOf(pairs.toArray(new String[0]));
    }

    static AuthorizationCallback callbackOf(String... namesAndValues) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            pairs.add(namesAndValues[i] + "=" + URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
        }
        return AuthorizationCallback.parse(String.join("&", pairs));
    }

    static Map<String, String> query(URI uri) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : uri.getRawQuery().split("&", -1)) {
            int equals = pair.indexOf('=');
            parameters.put(
                    URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                    URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return parameters;
    }

    /** Signs in with an ID token whose claims a test may bend. */
    SignIn signIn(OAuthClient client, AuthorizationRequest request, UnaryOperator<Map<String, Object>> bent) {
        PendingAuthorization pending = client.authorize(request);
        Map<String, Object> claims = claims();
        claims.put("nonce", query(pending.uri()).get("nonce"));
        answers(withIdToken(jwt(bent.apply(claims))));
        return client.complete(callback(pending.uri()), pending.browserBinding());
    }

    SignIn signIn(OAuthClient client) {
        return signIn(client, AuthorizationRequest.of(REDIRECT, OPENID), claims -> claims);
    }

    Account account(OAuthClient client) {
        return signIn(client).account();
    }

    List<RecordedRequest> tokenRequests() {
        List<RecordedRequest> found = new ArrayList<>();
        for (RecordedRequest request : transport.requests()) {
            if (request.path().equals("/token")) {
                found.add(request);
            }
        }
        return found;
    }

    /** How many records the store holds, pending authorizations among them. */
    int records() {
        return store.size();
    }
}
