package dev.latchkey.it.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.latchkey.it.browser.Browser;
import dev.latchkey.it.browser.CallbackReceiver;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The harness by itself, with nothing of the library: when one of these fails, the others need no look. */
@WithKeycloak
final class KeycloakIT {

    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private final KeycloakServer keycloak;
    private final HttpClient http;

    KeycloakIT(KeycloakServer keycloak) {
        this.keycloak = keycloak;
        this.http = HttpClient.newBuilder().sslContext(keycloak.trust()).build();
    }

    @Test
    void servesDiscoveryOverHttps() throws Exception {
        JsonObject metadata = get(keycloak.realm("/.well-known/openid-configuration"));

        assertThat(metadata.get("issuer").getAsString())
                .isEqualTo(keycloak.issuer().toString())
                .startsWith("https://127.0.0.1:");
    }

    @Test
    void servesDiscoveryOverPlainHttp() throws Exception {
        JsonObject metadata = get(URI.create(keycloak.plainIssuer() + "/.well-known/openid-configuration"));

        assertThat(metadata.get("issuer").getAsString())
                .isEqualTo(keycloak.plainIssuer().toString())
                .startsWith("http://127.0.0.1:");
    }

    @Test
    void servesDiscoveryAtTheLocationOfRfc8414() throws Exception {
        JsonObject metadata = get(keycloak.issuer().resolve("/.well-known/oauth-authorization-server/realms/latchkey"));

        assertThat(metadata.get("issuer").getAsString())
                .isEqualTo(keycloak.issuer().toString());
    }

    @Test
    void grantsATokenForAPassword() throws Exception {
        HttpResponse<String> response = token(Map.of(
                "grant_type", "password",
                "client_id", "legacy",
                "client_secret", "legacy-secret",
                "username", "alice",
                "password", "alice-password"));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(json(response).get("token_type").getAsString()).isEqualTo("Bearer");
    }

    @Test
    void signsInThroughTheBrowser(Browser browser) throws Exception {
        try (CallbackReceiver callback = CallbackReceiver.start()) {
            browser.signIn(authorization("public", callback), "alice", "alice-password");

            Map<String, String> answer = parsed(callback.await());
            assertThat(answer).containsKey("code").containsEntry("state", "a state");
            HttpResponse<String> response = token(Map.of(
                    "grant_type",
                    "authorization_code",
                    "client_id",
                    "public",
                    "redirect_uri",
                    callback.redirectUri().toString(),
                    "code_verifier",
                    VERIFIER,
                    "code",
                    answer.get("code")));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        }
    }

    @Test
    void asksForConsent(Browser browser) {
        try (CallbackReceiver callback = CallbackReceiver.start()) {
            browser.signIn(authorization("consenting", callback), "bob", "bob-password");
            browser.refuseConsent();

            assertThat(parsed(callback.await())).containsEntry("error", "access_denied");
        }
        try (CallbackReceiver callback = CallbackReceiver.start()) {
            browser.open(authorization("consenting", callback));
            browser.signIn("bob", "bob-password");
            browser.grantConsent();

            assertThat(parsed(callback.await())).containsKey("code");
        }
    }

    @Test
    void letsADeviceIn(Browser browser) throws Exception {
        JsonObject device = json(post(
                keycloak.realm("/protocol/openid-connect/auth/device"), Map.of("client_id", "tv", "scope", "openid")));

        browser.approveDevice(
                URI.create(device.get("verification_uri").getAsString()),
                device.get("user_code").getAsString(),
                "bob",
                "bob-password");

        HttpResponse<String> response = token(Map.of(
                "grant_type", "urn:ietf:params:oauth:grant-type:device_code",
                "client_id", "tv",
                "device_code", device.get("device_code").getAsString()));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    @Test
    void turnsADeviceAway(Browser browser) throws Exception {
        JsonObject device = json(post(
                keycloak.realm("/protocol/openid-connect/auth/device"), Map.of("client_id", "tv", "scope", "openid")));

        browser.refuseDevice(
                URI.create(device.get("verification_uri").getAsString()),
                device.get("user_code").getAsString(),
                "bob",
                "bob-password");

        HttpResponse<String> response = token(Map.of(
                "grant_type", "urn:ietf:params:oauth:grant-type:device_code",
                "client_id", "tv",
                "device_code", device.get("device_code").getAsString()));
        assertThat(json(response).get("error").getAsString()).isEqualTo("access_denied");
    }

    private URI authorization(String clientId, CallbackReceiver callback) {
        return URI.create(keycloak.realm("/protocol/openid-connect/auth") + "?"
                + form(Map.of(
                        "response_type", "code",
                        "client_id", clientId,
                        "redirect_uri", callback.redirectUri().toString(),
                        "scope", "openid profile",
                        "state", "a state",
                        "code_challenge", CHALLENGE,
                        "code_challenge_method", "S256")));
    }

    private JsonObject get(URI uri) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response);
    }

    private HttpResponse<String> token(Map<String, String> parameters) throws IOException, InterruptedException {
        return post(keycloak.realm("/protocol/openid-connect/token"), parameters);
    }

    private HttpResponse<String> post(URI uri, Map<String, String> parameters)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form(parameters)))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private static Map<String, String> parsed(String form) {
        return Stream.of(form.split("&", -1))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private static JsonObject json(HttpResponse<String> response) {
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    private static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> URLEncoder.encode(entry.getKey(), StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
