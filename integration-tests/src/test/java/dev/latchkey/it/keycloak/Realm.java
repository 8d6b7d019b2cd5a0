package dev.latchkey.it.keycloak;

import dev.latchkey.auth.ClaimsOnlyIdTokens;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.server.AuthorizationServer;
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
    OAuthClientBuilder withSecret(String clientId) {
        return client(clientId, ClientAuthentication.secretPost(ClientSecret.of(clientId + "-secret")));
    }

    /** A client without a secret. */
    OAuthClientBuilder withoutSecret(String clientId) {
        return client(clientId, ClientAuthentication.none());
    }

    /** Any client. */
    OAuthClientBuilder client(String clientId, ClientAuthentication authentication) {
        return OAuthClient.builder(transport)
                .server(AuthorizationServer.openId(keycloak.issuer().toString()))
                .client(ClientId.of(clientId), authentication)
                .idTokens(ClaimsOnlyIdTokens.dangerouslyWithoutSignature());
    }
}
