package dev.latchkey.it.keycloak;

import dev.latchkey.auth.ClaimsOnlyIdTokens;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.dagger.ClientConfiguration;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.Scopes;

/** The clients of {@code latchkey-realm.json}, by what they are there for. */
final class Realm {

    static final Scopes OPENID = Scopes.of("openid", "profile");

    private final KeycloakServer keycloak;
    private final HttpTransport transport;

    Realm(KeycloakServer keycloak, HttpTransport transport) {
        this.keycloak = keycloak;
        this.transport = transport;
    }

    /** The same clients over another transport. */
    Realm over(HttpTransport other) {
        return new Realm(keycloak, other);
    }

    /** A client that proves itself with a secret in the form. */
    Registration withSecret(String clientId) {
        return client(clientId, ClientAuthentication.secretPost(ClientSecret.of(clientId + "-secret")));
    }

    /** A client without a secret. */
    Registration withoutSecret(String clientId) {
        return client(clientId, ClientAuthentication.none());
    }

    /** Any client. */
    Registration client(String clientId, ClientAuthentication authentication) {
        ClientConfiguration configuration = ClientConfiguration.of(
                AuthorizationServer.openId(keycloak.issuer().toString()), ClientId.of(clientId), authentication);
        // The one client that Keycloak lets use the password grant.
        SecurityProfile security = clientId.equals("legacy") ? SecurityProfile.LENIENT : SecurityProfile.OAUTH2_1;
        return new Registration(
                transport,
                configuration.with(builder -> builder.idTokens(ClaimsOnlyIdTokens.dangerouslyWithoutSignature())
                        .security(security)));
    }
}
