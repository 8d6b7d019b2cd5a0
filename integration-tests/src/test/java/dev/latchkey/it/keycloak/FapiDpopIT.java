package dev.latchkey.it.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.authorize.LogoutRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.identity.UserInfo;
import dev.latchkey.auth.jose.JoseIdTokens;
import dev.latchkey.auth.jose.ServerKeys;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenIntrospection;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.auth.token.TokenType;
import dev.latchkey.it.Transport;
import dev.latchkey.it.browser.SignInPages;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** PAR, PKCE, DPoP and {@code private_key_jwt}, with Keycloak's {@code fapi-2-dpop-security-profile} enforced. */
@WithKeycloak
@ParameterizedClass
@EnumSource(Transport.class)
final class FapiDpopIT {

    private final HttpTransport transport;
    private final FapiRealm realm;

    FapiDpopIT(Transport kind, KeycloakServer keycloak, FapiRealm realm) {
        this.transport = kind.trusting(keycloak.trust());
        this.realm = realm;
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void signsInByAPushedRequestWithTokensThatAreBoundToTheSessionsKey() {
        OAuthClient client = realm.dpop(transport).build();

        PendingAuthorization pending = client.authorize(FapiVisit.request());
        assertThat(pending.uri().getRawQuery().split("&"))
                .satisfiesExactlyInAnyOrder(
                        one -> assertThat(one).isEqualTo("client_id=dpop-app"),
                        one -> assertThat(one).startsWith("request_uri=urn"));
        SignIn signIn = FapiVisit.complete(realm.pages(), client, pending, "alice");

        assertThat(signIn.account().username()).contains("alice");
        assertThat(signIn.claims())
                .hasValueSatisfying(claims -> assertThat(claims.algorithm()).isEqualTo("ES256"));
        TokenResult result = client.tokens(signIn.account(), FapiRealm.OPENID).get(TokenOptions.NONE);
        assertThat(result.token().type()).isEqualTo(TokenType.DPOP);
        TokenIntrospection told = client.introspect(result.token());
        assertThat(told.isActive()).isTrue();
        assertThat(told.confirmation())
                .containsEntry("jkt", result.proof().orElseThrow().thumbprint());
    }

    @Test
    void readsSignedUserInfoAndAResourceWithAProof() throws IOException {
        OAuthClient client = realm.dpop(transport)
                .idTokens(JoseIdTokens.builder(ServerKeys.fetchedOver(transport))
                        .responseAlgorithms(SignedResponse.USERINFO, "ES256")
                        .build())
                .build();
        SignIn signIn = FapiVisit.signIn(realm, client, "alice");
        TokenSource tokens = client.tokens(signIn.account(), FapiRealm.OPENID);

        UserInfo info = client.userInfo(tokens, signIn.account().subject());

        assertThat(info.text("family_name")).contains("Archer");
        URI userinfo = client.metadata().userinfoEndpoint().orElseThrow();
        HttpTransport api =
                AuthorizedTransport.over(transport, tokens).to(URI.create("https://" + userinfo.getAuthority()));
        assertThat(FapiVisit.status(api, userinfo)).isEqualTo(200);
        assertThat(FapiVisit.statusWithBearer(transport, userinfo, tokens.token()))
                .isEqualTo(401);
    }

    @Test
    void refreshesWithTheSameKey() {
        OAuthClient client = realm.dpop(transport).build();
        SignIn signIn = FapiVisit.signIn(realm, client, "alice");
        TokenSource tokens = client.tokens(signIn.account(), FapiRealm.OPENID);
        TokenResult first = tokens.get(TokenOptions.NONE);

        TokenResult second = tokens.get(TokenOptions.NONE.forceRefresh());

        assertThat(second.token()).isNotEqualTo(first.token());
        assertThat(second.token().type()).isEqualTo(TokenType.DPOP);
        assertThat(second.proof().orElseThrow().thumbprint())
                .isEqualTo(first.proof().orElseThrow().thumbprint());
    }

    @Test
    void aRevokedTokenIsNoLongerActive() {
        OAuthClient client = realm.dpop(transport).build();
        SignIn signIn = FapiVisit.signIn(realm, client, "alice");
        TokenResult result = client.tokens(signIn.account(), FapiRealm.OPENID).get(TokenOptions.NONE);

        assertThat(client.revoke(result.token()).outcome())
                .as("without a proof")
                .isEqualTo(Revocation.Outcome.FAILED);
        assertThat(client.introspect(result.token()).isActive()).isTrue();
        assertThat(client.revoke(result)).isSameAs(Revocation.DONE);

        assertThat(client.introspect(result.token()).isActive()).isFalse();
    }

    /**
     * Keycloak's policy wants a proof of the key that the revoked token is bound to, and binds refresh tokens of clients that
     * authenticate to none: it revokes none of them. Signing out by its page ends them.
     */
    @Test
    void signsOutAtTheServer() {
        OAuthClient client = realm.dpop(transport).build();
        SignInPages pages = realm.pages();
        SignIn signIn = FapiVisit.complete(pages, client, client.authorize(FapiVisit.request()), "alice");
        RefreshToken last =
                client.accounts().revealRefreshToken(signIn.account()).orElseThrow();
        SignOutResult result = client.accounts().remove(signIn.account(), SignOut.AND_AT_SERVER);
        assertThat(result.wasSignedIn()).isTrue();
        assertThat(result.revocation().outcome()).isEqualTo(Revocation.Outcome.FAILED);
        assertThat(client.introspect(last).isActive()).isTrue();

        URI goodbye = URI.create("https://app.example.com/bye");
        URI logout = client.logoutUri(LogoutRequest.builder()
                .idTokenHint(signIn.response().idToken().orElseThrow())
                .postLogoutRedirectUri(goodbye)
                .build());
        assertThat(pages.read(logout)).isEqualTo("302 " + goodbye);

        assertThat(client.introspect(last).isActive()).isFalse();
    }
}
