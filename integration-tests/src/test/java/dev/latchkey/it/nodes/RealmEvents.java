package dev.latchkey.it.nodes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.it.keycloak.KeycloakServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What Keycloak itself has written down of a realm. */
final class RealmEvents {

    private final KeycloakServer keycloak;
    private final String realm;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    RealmEvents(KeycloakServer keycloak, String realm) {
        this.keycloak = keycloak;
        this.realm = realm;
    }

    /** How many refresh tokens of a session it has redeemed. */
    int redeemed(String session) throws IOException, InterruptedException {
        return redeemed().getOrDefault(session, 0);
    }

    /** How many refresh tokens of each session it has redeemed. */
    Map<String, Integer> redeemed() throws IOException, InterruptedException {
        Map<String, Integer> times = new HashMap<>();
        for (JsonObject event : get("REFRESH_TOKEN")) {
            times.merge(event.get("sessionId").getAsString(), 1, Integer::sum);
        }
        return times;
    }

    /** Each refresh token that it has refused, of whomever, in its own words. */
    List<String> refused() throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        for (JsonObject event : get("REFRESH_TOKEN_ERROR")) {
            words.add(event.toString());
        }
        return words;
    }

    private List<JsonObject> get(String type) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(keycloak.plainAdmin(realm, "/events?max=100000&type=" + type))
                        .timeout(Duration.ofSeconds(60))
                        .header("Authorization", "Bearer " + token())
                        .build(),
                BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("Keycloak's events: " + response.statusCode() + " " + response.body());
        }
        List<JsonObject> events = new ArrayList<>();
        for (JsonElement event : JsonParser.parseString(response.body()).getAsJsonArray()) {
            events.add(event.getAsJsonObject());
        }
        return events;
    }

    private String token() {
        try (HttpTransport transport = Brief.transport();
                OAuthClient auditor = OAuthClient.builder(transport)
                        .server(AuthorizationServer.openId(
                                keycloak.plainIssuer(realm).toString()))
                        .client(
                                ClientId.of("auditor"),
                                ClientAuthentication.secretPost(ClientSecret.of("auditor-secret")))
                        .dangerouslyAllowHttp()
                        .build()) {
            return auditor.clientCredentials(Scopes.of("openid")).token().reveal();
        }
    }
}
