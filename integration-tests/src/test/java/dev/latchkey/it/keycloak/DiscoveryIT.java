package dev.latchkey.it.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.it.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@WithKeycloak
@ParameterizedClass
@EnumSource(Transport.class)
final class DiscoveryIT {

    private final KeycloakServer keycloak;
    private final HttpTransport transport;
    private final Realm realm;

    DiscoveryIT(Transport kind, KeycloakServer keycloak) {
        this.keycloak = keycloak;
        this.transport = kind.trusting(keycloak.trust());
        this.realm = new Realm(keycloak, transport);
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void findsTheServerAtTheOpenIdLocation() {
        AuthorizationServerMetadata metadata = metadata(AuthorizationServer.openId(issuer()));

        assertThat(metadata.issuer()).isEqualTo(issuer());
        assertThat(metadata.tokenEndpoint()).contains(keycloak.realm("/protocol/openid-connect/token"));
    }

    @Test
    void findsTheSameServerAtTheLocationOfRfc8414() {
        AuthorizationServerMetadata metadata = metadata(AuthorizationServer.oauth(issuer()));

        assertThat(metadata.issuer()).isEqualTo(issuer());
        assertThat(metadata.deviceAuthorizationEndpoint())
                .contains(keycloak.realm("/protocol/openid-connect/auth/device"));
    }

    @Test
    void refusesAServerThatNamesAnotherIssuer() {
        OAuthClient client = realm.withSecret("daemon")
                .with(builder ->
                        builder.server(AuthorizationServer.openId(issuer().replace("127.0.0.1", "localhost") + "/")))
                .client();

        assertThatThrownBy(client::metadata)
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("issuer");
    }

    @Test
    void refusesPlainHttpUnlessToldLoudly() {
        String plain = keycloak.plainIssuer().toString();
        Registration registration =
                realm.withSecret("daemon").with(builder -> builder.server(AuthorizationServer.openId(plain)));

        assertThatThrownBy(registration::client)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("issuer");

        try (OAuthClient client =
                registration.with(OAuthClientBuilder::dangerouslyAllowHttp).client()) {
            assertThat(client.metadata().issuer()).isEqualTo(plain);
            assertThat(client.clientCredentials(Realm.OPENID).token().reveal()).isNotEmpty();
        }
    }

    @Test
    void saysThatThereIsNoSuchRealm() {
        OAuthClient client = realm.withSecret("daemon")
                .with(builder -> builder.server(AuthorizationServer.openId(issuer() + "-of-nobody")))
                .client();

        assertThatThrownBy(client::metadata).isInstanceOf(OAuthException.class).hasMessageContaining("127.0.0.1");
    }

    private AuthorizationServerMetadata metadata(AuthorizationServer server) {
        try (OAuthClient client = realm.withSecret("daemon")
                .with(builder -> builder.server(server))
                .client()) {
            return client.metadata();
        }
    }

    private String issuer() {
        return keycloak.issuer().toString();
    }
}
