package dev.latchkey.it.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.jose.Dpop;
import dev.latchkey.auth.jose.JoseIdTokens;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.ServerQuirk;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.it.Transport;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keycloak's policies bite: what the profiles of the library refuse to send is refused by the server too. */
@WithKeycloak
final class FapiPolicyIT {

    private final HttpTransport transport;
    private final FapiRealm realm;

    FapiPolicyIT(KeycloakServer keycloak, FapiRealm realm) {
        this.transport = Transport.JDK.trusting(keycloak.trust());
        this.realm = realm;
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void aRequestThatWasNotPushedIsRefused() {
        OAuthClient client = OAuthClient.builder(transport)
                .server(AuthorizationServer.openId(realm.issuer())
                        .quirk(ServerQuirk.PUSHED_AUTHORIZATION_REQUESTS_UNUSABLE))
                .client(ClientId.of("dpop-app"), realm.privateKeyJwt())
                .binding(Dpop.create())
                .idTokens(JoseIdTokens.create(transport))
                .build();

        assertThat(realm.pages().read(client.authorize(FapiVisit.request()).uri()))
                .startsWith("400 ")
                .contains("PAR request_uri not included");
    }

    @Test
    void aTokenRequestWithoutAProofIsRefused() {
        OAuthClient client =
                realm.client("dpop-app", realm.privateKeyJwt(), transport).build();
        PendingAuthorization pending = client.authorize(FapiVisit.request());

        assertThatThrownBy(() -> FapiVisit.complete(realm.pages(), client, pending, "alice"))
                .isInstanceOfSatisfying(
                        OAuthException.class,
                        e -> assertThat(e.error().orElseThrow().description())
                                .hasValueSatisfying(text -> assertThat(text).contains("DPoP")));
    }

    @Test
    void aWeakerRegistrationIsRefused() {
        HttpResponse<String> answer = realm.change("dpop-app", Map.of("token.endpoint.auth.signing.alg", "RS256"));

        assertThat(answer.statusCode()).isEqualTo(400);
    }
}
