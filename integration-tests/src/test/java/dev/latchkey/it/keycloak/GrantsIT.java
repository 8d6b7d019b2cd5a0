package dev.latchkey.it.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

import dev.latchkey.auth.AuthListener;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.grant.RefreshTokenGrant;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.auth.token.TokenType;
import dev.latchkey.it.Transport;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The grants that need no browser. */
@WithKeycloak
@ParameterizedClass
@EnumSource(Transport.class)
final class GrantsIT {

    private static final String ODD_ID = "odd secret+client";
    private static final ClientSecret ODD_SECRET = ClientSecret.of("s3cret: +%2F/=&\"ü");

    private final HttpTransport transport;
    private final Realm realm;

    GrantsIT(Transport kind, KeycloakServer keycloak) {
        this.transport = kind.trusting(keycloak.trust());
        this.realm = new Realm(keycloak, transport);
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void grantsClientCredentialsByPost() {
        assertGrants(realm.withSecret("daemon"));
    }

    @Test
    void grantsClientCredentialsByBasic() {
        assertGrants(realm.client("daemon", ClientAuthentication.secretBasic(ClientSecret.of("daemon-secret"))));
    }

    @Test
    void formEncodesIdAndSecretBeforeBasic() {
        assertGrants(realm.client(ODD_ID, ClientAuthentication.secretBasic(ODD_SECRET)));
    }

    @Test
    void sendsAnOddSecretByPost() {
        assertGrants(realm.client(ODD_ID, ClientAuthentication.secretPost(ODD_SECRET)));
    }

    @Test
    void asksTheSupplierForTheSecretAtEveryAttempt() {
        ClientSecret[] next = {ClientSecret.of("yesterday's"), ClientSecret.of("daemon-secret")};
        int[] asked = {0};
        OAuthClient client = realm.client("daemon", ClientAuthentication.secretBasic(() -> next[asked[0]++]))
                .client();
        TokenSource tokens = client.clientCredentials(Realm.OPENID);

        assertThatThrownBy(tokens::token).isInstanceOf(ConfigurationException.class);
        assertThat(tokens.token().reveal()).isNotEmpty();
    }

    @Test
    void saysThatTheSecretIsWrong() {
        for (ClientAuthentication wrong : new ClientAuthentication[] {
            ClientAuthentication.secretBasic(ClientSecret.of("wrong-one")),
            ClientAuthentication.secretPost(ClientSecret.of("wrong-one"))
        }) {
            TokenSource tokens = realm.client("daemon", wrong).client().clientCredentials(Realm.OPENID);

            assertThatThrownBy(tokens::token)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageNotContaining("wrong-one")
                    .satisfies(e -> assertError(e, "unauthorized_client", 401));
        }
    }

    @Test
    void saysThatTheClientIsUnknown() {
        TokenSource tokens = realm.withSecret("nobody").client().clientCredentials(Realm.OPENID);

        assertThatThrownBy(tokens::token)
                .isInstanceOf(ConfigurationException.class)
                .satisfies(e -> assertError(e, "invalid_client", 401));
    }

    @Test
    void saysThatTheClientMayNot() {
        TokenSource tokens = realm.withSecret("legacy").client().clientCredentials(Realm.OPENID);

        assertThatThrownBy(tokens::token)
                .isInstanceOf(ConfigurationException.class)
                .satisfies(e -> assertError(e, "unauthorized_client", 401));
    }

    @Test
    void signsInWithAPassword() {
        SignIn signIn = password(realm.withSecret("legacy").client(), "alice", "alice-password");

        assertThat(signIn.account().username()).contains("alice");
        assertThat(signIn.response().refreshToken()).isPresent();
    }

    @Test
    void saysThatThePasswordIsWrong() {
        OAuthClient client = realm.withSecret("legacy").client();

        assertThatThrownBy(() -> password(client, "alice", "not-her-password"))
                .isInstanceOf(OAuthException.class)
                .hasMessageNotContaining("not-her-password")
                .satisfies(e -> assertError(e, "invalid_grant", 400));
    }

    @Test
    void refreshesWithRotationAndAReplayEndsTheSession() {
        AuthListener listener = mock(AuthListener.class);
        MutableClock clock = MutableClock.at(Clock.systemUTC().instant());
        OAuthClient client = realm.withSecret("legacy")
                .clock(clock)
                // This clock runs ahead of Keycloak's, whose ID tokens look old to it.
                .with(builder -> builder.clockSkew(Duration.ofMinutes(5)).listener(listener))
                .client();
        SignIn signIn = password(client, "alice", "alice-password");
        TokenSource tokens = client.tokens(signIn.account(), Realm.OPENID);
        assertThat(tokens.token()).isEqualTo(signIn.response().accessToken());
        verify(listener).signedIn(signIn.account());

        clock.advance(Duration.ofSeconds(301));
        AccessToken refreshed = tokens.token();

        assertThat(refreshed).isNotEqualTo(signIn.response().accessToken());
        verify(listener).tokenGranted(eq("refresh_token"), any(), any(), any(), any());
        RefreshToken used = signIn.response().refreshToken().orElseThrow();
        assertRefused(client, used);
        clock.advance(Duration.ofSeconds(301));
        assertThatThrownBy(tokens::token).isInstanceOf(SignInRequiredException.class);
        verify(listener, times(2)).tokenFailed(eq("refresh_token"), any(), any(SignInRequiredException.class));
    }

    @Test
    void refreshesAgainWithTheRotatedToken() {
        OAuthClient client = realm.withSecret("legacy").client();
        RefreshToken first = password(client, "bob", "bob-password")
                .response()
                .refreshToken()
                .orElseThrow();

        RefreshToken second =
                client.request(RefreshTokenGrant.of(first)).refreshToken().orElseThrow();
        RefreshToken third =
                client.request(RefreshTokenGrant.of(second)).refreshToken().orElseThrow();

        assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
        // The one used last: Keycloak compares older ones by whole seconds, and these are quicker.
        assertRefused(client, second);
        assertRefused(client, third);
    }

    @Test
    void aHitCallsNeitherTransportNorStore() {
        HttpTransport watchedTransport = mock(HttpTransport.class, delegatesTo(transport));
        TokenStore watchedStore = mock(TokenStore.class, delegatesTo(InMemoryTokenStore.create(Clock.systemUTC())));
        OAuthClient client = realm.over(watchedTransport)
                .withSecret("daemon")
                .store(watchedStore)
                .client();
        TokenSource tokens = client.clientCredentials(Realm.OPENID);
        AccessToken token = tokens.token();
        clearInvocations(watchedTransport, watchedStore);

        AccessToken atHand = tokens.token();
        assertThat(atHand).isEqualTo(token);
        assertThat(client.clientCredentials(Realm.OPENID).token()).isSameAs(atHand);

        verifyNoInteractions(watchedTransport, watchedStore);
    }

    private void assertGrants(Registration registration) {
        try (OAuthClient client = registration.client()) {
            AccessToken token = client.clientCredentials(Realm.OPENID).token();

            assertThat(token.type()).isEqualTo(TokenType.BEARER);
            assertThat(token.expiresAt()).isPresent();
            assertThat(token.scopes().contains("profile")).isTrue();
        }
    }

    @SuppressWarnings("deprecation") // The grant is there, so it is tried.
    private static SignIn password(OAuthClient client, String username, String password) {
        return client.password(
                PasswordGrant.of(username, Password.of(password), Realm.OPENID), AccountNaming.byServer());
    }

    private static void assertRefused(OAuthClient client, RefreshToken token) {
        assertThatThrownBy(() -> client.request(RefreshTokenGrant.of(token)))
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageNotContaining(token.reveal())
                .satisfies(e -> assertError(e, "invalid_grant", 400));
    }

    private static void assertError(Throwable failure, String code, int status) {
        assertThat(((OAuthException) failure).error()).hasValueSatisfying(error -> {
            assertThat(error.code()).isEqualTo(code);
            assertThat(error.status()).isEqualTo(status);
        });
    }
}
