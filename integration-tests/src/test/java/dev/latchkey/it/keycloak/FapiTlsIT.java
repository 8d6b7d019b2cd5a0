package dev.latchkey.it.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.credential.TlsCredential;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenIntrospection;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.it.Transport;
import dev.latchkey.it.tls.TestAuthority;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** mTLS for the client and for its tokens (RFC 8705), with Keycloak's {@code fapi-2-security-profile} enforced. */
@WithKeycloak
@ParameterizedClass
@EnumSource(Transport.class)
final class FapiTlsIT {

    private final HttpTransport transport;
    private final FapiRealm realm;
    private final TlsCredential credential;
    private final TlsCredential strangers;

    FapiTlsIT(Transport kind, KeycloakServer keycloak, FapiRealm realm) {
        this.transport = kind.trusting(keycloak.trust());
        this.realm = realm;
        this.credential = realm.credential(TestAuthority.APPLICATION, kind);
        this.strangers = realm.credential(TestAuthority.STRANGER, kind);
    }

    @AfterEach
    void close() {
        transport.close();
        credential.transport().close();
        strangers.transport().close();
    }

    @Test
    void signsInWithTokensThatAreBoundToTheCertificate() throws IOException {
        OAuthClient client = realm.tls(transport, credential).build();

        SignIn signIn = FapiVisit.signIn(realm, client, "bob");

        assertThat(signIn.account().username()).contains("bob");
        TokenSource tokens = client.tokens(signIn.account(), FapiRealm.OPENID);
        TokenIntrospection told = client.introspect(tokens.token());
        assertThat(told.isActive()).isTrue();
        assertThat(told.confirmation()).containsEntry("x5t#S256", credential.thumbprint());
        assertThat(client.userInfo(tokens, signIn.account().subject()).text("family_name"))
                .contains("Baker");
    }

    @Test
    void aClientThatSignsHasItsTokensBoundToACertificate() throws IOException {
        OAuthClient client = realm.jwtWithTls(transport, credential).build();

        SignIn signIn = FapiVisit.signIn(realm, client, "bob");
        TokenSource tokens = client.tokens(signIn.account(), FapiRealm.OPENID);
        AccessToken refreshed = tokens.get(TokenOptions.NONE.forceRefresh()).token();

        assertThat(client.introspect(refreshed).confirmation()).containsEntry("x5t#S256", credential.thumbprint());
        assertThat(client.userInfo(tokens, signIn.account().subject()).text("family_name"))
                .contains("Baker");
        URI userinfo = client.metadata().userinfoEndpoint().orElseThrow();
        assertThat(FapiVisit.statusWithBearer(transport, userinfo, refreshed)).isEqualTo(401);
        assertThat(FapiVisit.statusWithBearer(strangers.transport(), userinfo, refreshed))
                .isEqualTo(401);
    }

    @Test
    void aStolenTokenIsOfNoUse() throws IOException {
        OAuthClient client = realm.tls(transport, credential).build();
        SignIn signIn = FapiVisit.signIn(realm, client, "bob");
        TokenSource tokens = client.tokens(signIn.account(), FapiRealm.OPENID);
        URI userinfo = client.metadata().userinfoEndpoint().orElseThrow();

        HttpTransport api =
                AuthorizedTransport.over(transport, tokens).to(URI.create("https://" + userinfo.getAuthority()));
        assertThat(FapiVisit.status(api, userinfo)).isEqualTo(200);
        AccessToken stolen = tokens.token();
        assertThat(FapiVisit.statusWithBearer(credential.transport(), userinfo, stolen))
                .isEqualTo(200);
        assertThat(FapiVisit.statusWithBearer(transport, userinfo, stolen)).isEqualTo(401);
        assertThat(FapiVisit.statusWithBearer(strangers.transport(), userinfo, stolen))
                .isEqualTo(401);
    }

    @Test
    void refreshesAndSignsOut() {
        OAuthClient client = realm.tls(transport, credential).build();
        SignIn signIn = FapiVisit.signIn(realm, client, "bob");
        TokenSource tokens = client.tokens(signIn.account(), FapiRealm.OPENID);
        AccessToken first = tokens.token();

        AccessToken second = tokens.get(TokenOptions.NONE.forceRefresh()).token();

        assertThat(second).isNotEqualTo(first);
        assertThat(client.introspect(second).confirmation()).containsEntry("x5t#S256", credential.thumbprint());
        RefreshToken last =
                client.accounts().revealRefreshToken(signIn.account()).orElseThrow();
        assertThat(client.accounts()
                        .remove(signIn.account(), SignOut.AND_AT_SERVER)
                        .revocation())
                .isSameAs(Revocation.DONE);
        assertThat(client.introspect(last).isActive()).isFalse();
        assertThat(client.introspect(second).isActive()).isFalse();
    }

    @Test
    void anotherClientOfTheSameAuthorityIsRefused() {
        OAuthClient client = realm.tls(transport, strangers).build();

        // Keycloak says invalid_request where RFC 6749 §5.2 has invalid_client.
        assertThatThrownBy(() -> client.authorize(FapiVisit.request()))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.error().orElseThrow().status()).isEqualTo(401));
    }
}
