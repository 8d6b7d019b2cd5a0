package dev.latchkey.it.nodes;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.it.keycloak.KeycloakServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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

    /** How many refresh tokens of a user it has redeemed. */
    int redeemed(String subject) throws IOException, InterruptedException {
        return get("?type=REFRESH_TOKEN&max=100000&user=" + subject).size();
    }

    /** Each refresh token that it has refused, of whomever, in its own words. */
    List<String> refused() throws IOException, InterruptedException {
        return get("?type=REFRESH_TOKEN_ERROR&max=100000");
    }

    private List<String> get(String query) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(keycloak.plainAdmin(realm, "/events" + query))
                        .timeout(Duration.ofSeconds(60))
                        .header("Authorization", "Bearer " + token())
                        .build(),
                BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("Keycloak's events: " + response.statusCode() + " " + response.body());
        }
        List<String> events = new ArrayList<>();
        for (JsonElement event : JsonParser.parseString(response.body()).getAsJsonArray()) {
            events.add(event.toString());
        }
        return events;
    }

    private String token() {
        try (OAuthClient auditor = OAuthClient.builder(Brief.transport())
                .server(AuthorizationServer.openId(
                        keycloak.plainIssuer(realm).toString()))
                .client(ClientId.of("auditor"), ClientAuthentication.secretPost(ClientSecret.of("auditor-secret")))
                .dangerouslyAllowHttp()
                .build()) {
            return auditor.clientCredentials(Scopes.of("openid")).token().reveal();
        }
    }
}
