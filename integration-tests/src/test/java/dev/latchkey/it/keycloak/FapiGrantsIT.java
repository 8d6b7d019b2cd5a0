package dev.latchkey.it.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.BackchannelAuthentication;
import dev.latchkey.auth.authorize.BackchannelRequest;
import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.grant.SecurityToken;
import dev.latchkey.auth.grant.TokenExchangeGrant;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenIntrospection;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.auth.token.TokenType;
import dev.latchkey.it.Transport;
import dev.latchkey.it.keycloak.AuthenticationChannel.Asked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The grants without a redirect, with DPoP and {@code private_key_jwt} under Keycloak's {@code fapi-2-dpop-security-profile}. */
@WithKeycloak
@ParameterizedClass
@EnumSource(Transport.class)
final class FapiGrantsIT {

    private final HttpTransport transport;
    private final KeycloakServer keycloak;
    private final FapiRealm realm;
    private final OAuthClient client;

    FapiGrantsIT(Transport kind, KeycloakServer keycloak, FapiRealm realm) {
        this.transport = kind.trusting(keycloak.trust());
        this.keycloak = keycloak;
        this.realm = realm;
        this.client = realm.dpop(transport).build();
    }

    @AfterEach
    void close() {
        client.close();
        transport.close();
    }

    @Test
    void clientCredentials() {
        assertBound(client, client.clientCredentials(Scopes.of("profile")));
    }

    @Test
    void aDevice() {
        OAuthClient television = realm.device(transport).build();
        DeviceAuthorization device = television.authorizeDevice(FapiRealm.OPENID);
        realm.pages().approveDevice(device.verificationUriComplete().orElseThrow(), "alice", "Device Login Successful");

        SignIn signIn = television.await(device);

        assertThat(signIn.account().username()).contains("alice");
        assertBound(television, television.tokens(signIn.account(), FapiRealm.OPENID));
    }

    @Test
    void aUserWhoIsAskedOnADeviceOfHerOwn() {
        BackchannelAuthentication begun =
                client.authenticateBackchannel(BackchannelRequest.loginHint(FapiRealm.OPENID, "alice")
                        .bindingMessage("W4SCT")
                        .build());
        Asked asked = keycloak.authenticationChannel().next();
        assertThat(asked.question().get("login_hint").getAsString()).isEqualTo("alice");
        assertThat(asked.question().get("binding_message").getAsString()).isEqualTo("W4SCT");
        realm.answer(asked, "SUCCEED");

        SignIn signIn = client.await(begun);

        assertThat(signIn.account().username()).contains("alice");
        assertThat(signIn.claims()).isPresent();
        assertBound(client, client.tokens(signIn.account(), FapiRealm.OPENID));
    }

    @Test
    void aUserWhoSaysNoOnADeviceOfHerOwn() {
        BackchannelAuthentication begun = client.authenticateBackchannel(
                BackchannelRequest.loginHint(FapiRealm.OPENID, "alice").build());
        realm.answer(keycloak.authenticationChannel().next(), "UNAUTHORIZED");

        assertThatThrownBy(() -> client.await(begun)).isInstanceOf(AccessDeniedException.class);
    }

    /** A bound token is exchanged by Keycloak only for who has its key, which is never another client. */
    @Test
    void aBearerTokenIsExchangedForOneThatIsBoundToAKey() {
        // The policy makes Keycloak ask for consent, and an exchange asks nobody: he has agreed before.
        FapiVisit.signIn(realm, client, "bob");
        AccessToken subject = realm.fronts("bob");
        TokenIntrospection before = client.introspect(subject);
        assertThat(before.confirmation()).isEmpty();

        TokenIntrospection told = assertBound(
                client,
                client.tokens(
                        before.subject().orElseThrow(),
                        Scopes.of("profile"),
                        () -> TokenExchangeGrant.builder(SecurityToken.of(subject))
                                .scopes(Scopes.of("profile"))
                                .build(),
                        RequestOptions.NONE));

        assertThat(told.subject()).isEqualTo(before.subject());
        assertThat(told.clientId()).contains("dpop-app");
    }

    @Test
    void aBoundTokenIsNotExchangedByKeycloakWithAnotherKey() {
        SignIn signIn = FapiVisit.signIn(realm, client, "alice");
        AccessToken subject = client.tokens(signIn.account(), FapiRealm.OPENID).token();
        TokenSource exchanged = client.tokens(
                signIn.account().subject(),
                Scopes.of("profile"),
                () -> TokenExchangeGrant.of(SecurityToken.of(subject)),
                RequestOptions.NONE);

        assertThatThrownBy(exchanged::token).isInstanceOf(ConfigurationException.class);
    }

    private static TokenIntrospection assertBound(OAuthClient client, TokenSource tokens) {
        TokenResult result = tokens.get(TokenOptions.NONE);
        assertThat(result.token().type()).isEqualTo(TokenType.DPOP);
        TokenIntrospection told = client.introspect(result.token());
        assertThat(told.isActive()).isTrue();
        assertThat(told.confirmation())
                .containsEntry("jkt", result.proof().orElseThrow().thumbprint());
        return told;
    }
}
