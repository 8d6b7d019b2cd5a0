package dev.latchkey.it.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.grant.RefreshTokenGrant;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.it.Transport;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Sign-out, revocation (RFC 7009), and sessions that move from one store to another. */
@WithKeycloak
@ParameterizedClass
@EnumSource(Transport.class)
final class SignOutIT {

    private final HttpTransport transport;
    private final Realm realm;

    SignOutIT(Transport kind, KeycloakServer keycloak) {
        this.transport = kind.trusting(keycloak.trust());
        this.realm = new Realm(keycloak, transport);
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void signingOutAtTheServerEndsTheSessionThere() {
        OAuthClient client = realm.withSecret("legacy").client();
        Account desk = signIn(client, "desk");
        Account phone = signIn(client, "phone");
        RefreshToken last = client.accounts().revealRefreshToken(desk).orElseThrow();
        assertThat(client.accounts().named("ALICE")).containsExactlyInAnyOrder(desk, phone);

        SignOutResult result = client.accounts().remove(desk, SignOut.AND_AT_SERVER);

        assertThat(result.wasSignedIn()).isTrue();
        assertThat(result.revocation()).isSameAs(Revocation.DONE);
        assertThatThrownBy(() -> client.request(RefreshTokenGrant.of(last)))
                .isInstanceOfSatisfying(
                        SignInRequiredException.class,
                        e -> assertThat(e.error().orElseThrow().code()).isEqualTo("invalid_grant"));
        assertThatThrownBy(() -> client.tokens(desk, Realm.OPENID).token()).isInstanceOf(SignInRequiredException.class);

        assertThat(client.accounts()).containsExactly(phone);
        RefreshToken others = client.accounts().revealRefreshToken(phone).orElseThrow();
        assertThat(client.request(RefreshTokenGrant.of(others)).refreshToken())
                .as("the other session lives")
                .isPresent();
    }

    @Test
    void signingOutHereLeavesTheSessionThere() {
        OAuthClient client = realm.withSecret("legacy").client();
        Account alice = signIn(client, "");
        RefreshToken last = client.accounts().revealRefreshToken(alice).orElseThrow();

        assertThat(client.accounts().remove(alice).revocation()).isSameAs(Revocation.NOT_ASKED);

        assertThat(client.request(RefreshTokenGrant.of(last)).accessToken().reveal())
                .isNotEmpty();
    }

    @Test
    void aRevokedAccessTokenIsRefused() throws IOException {
        OAuthClient client = realm.client("legacy", ClientAuthentication.secretBasic(ClientSecret.of("legacy-secret")))
                .client();
        AccessToken token = client.tokens(signIn(client, ""), Realm.OPENID).token();
        URI userinfo = client.metadata().userinfoEndpoint().orElseThrow();
        assertThat(status(userinfo, token)).isEqualTo(200);

        assertThat(client.revoke(token)).isSameAs(Revocation.DONE);

        assertThat(status(userinfo, token)).isEqualTo(401);
    }

    @Test
    void aTokenThatTheServerDoesNotKnowIsRevoked() {
        assertThat(realm.withSecret("legacy").client().revoke(RefreshToken.of("nobody-knows-this")))
                .isSameAs(Revocation.DONE);
    }

    @Test
    void aWrongSecretIsToldAndTheUserIsSignedOutHereAllTheSame() {
        InMemoryTokenStore store = InMemoryTokenStore.create();
        Account alice = signIn(realm.withSecret("legacy").store(store).client(), "");
        OAuthClient wrong = realm.client("legacy", ClientAuthentication.secretPost(ClientSecret.of("wrong-one")))
                .store(store)
                .client();

        SignOutResult result = wrong.accounts().remove(alice, SignOut.AND_AT_SERVER);

        assertThat(result.wasSignedIn()).isTrue();
        assertThat(result.revocation().outcome()).isEqualTo(Revocation.Outcome.FAILED);
        assertThat(result.revocation().failure())
                .get()
                .isInstanceOf(ConfigurationException.class)
                .satisfies(e -> assertThat(e).hasMessageNotContaining("wrong-one"));
        assertThat(wrong.accounts()).isEmpty();
    }

    @Test
    void aSessionMovesToAnotherStore() {
        OAuthClient before = realm.withSecret("legacy").client();
        OAuthClient after = realm.withSecret("legacy").client();
        Account alice = signIn(before, "");
        RefreshToken moved = before.accounts().revealRefreshToken(alice).orElseThrow();
        before.accounts().remove(alice);

        Account imported = after.accounts()
                .importRefreshToken(moved, Realm.OPENID, AccountNaming.byServer())
                .account();

        assertThat(imported).isEqualTo(alice);
        assertThat(after.accounts().named("alice")).containsExactly(alice);
        assertThat(after.tokens(alice, Realm.OPENID).token().reveal()).isNotEmpty();
        RefreshToken successor = after.accounts().revealRefreshToken(alice).orElseThrow();
        assertThat(successor).isNotEqualTo(moved);
        assertThatThrownBy(() -> before.request(RefreshTokenGrant.of(moved)))
                .as("the old holder")
                .isInstanceOf(SignInRequiredException.class);
    }

    private int status(URI uri, AccessToken token) throws IOException {
        HttpTransport api = AuthorizedTransport.over(transport, TokenSource.of(token))
                .to(URI.create("https://" + uri.getAuthority()));
        try (TransportResponse response =
                api.send(TransportRequest.builder("GET", uri).build())) {
            return response.status();
        }
    }

    @SuppressWarnings("deprecation") // The password grant needs no browser.
    private static Account signIn(OAuthClient client, String session) {
        return client.password(
                        PasswordGrant.of("alice", Password.of("alice-password"), Realm.OPENID),
                        AccountNaming.byServer().session(session))
                .account();
    }
}
