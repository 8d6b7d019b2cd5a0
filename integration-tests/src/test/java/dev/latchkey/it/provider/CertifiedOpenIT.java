package dev.latchkey.it.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.authorize.LogoutRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.PendingLogout;
import dev.latchkey.auth.authorize.Prompt;
import dev.latchkey.auth.authorize.ResponseMode;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.jose.AccessTokens;
import dev.latchkey.auth.jose.Dpop;
import dev.latchkey.auth.jose.JoseIdTokens;
import dev.latchkey.auth.jose.JwtAuthentication;
import dev.latchkey.auth.jose.LogoutToken;
import dev.latchkey.auth.jose.LogoutTokens;
import dev.latchkey.auth.jose.ServerKeys;
import dev.latchkey.auth.registration.ClientMetadata;
import dev.latchkey.auth.registration.ClientRegistrations;
import dev.latchkey.auth.registration.RegisteredClient;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.auth.token.TokenType;
import dev.latchkey.it.Transport;
import dev.latchkey.it.tls.Receiver;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenID Connect and OAuth at a certified provider, by clients that register themselves. */
@WithProvider
@ParameterizedClass
@EnumSource(Transport.class)
final class CertifiedOpenIT {

    private final CertifiedProvider provider;
    private final HttpTransport transport;
    private final Applicant applicant;
    private final Visit visit;

    CertifiedOpenIT(Transport kind, CertifiedProvider provider) {
        this.provider = provider;
        this.transport = kind.trusting(provider.trust());
        this.applicant = Applicant.es256(transport);
        this.visit = new Visit(provider);
    }

    @AfterEach
    void close() {
        transport.close();
    }

    private OAuthClientBuilder secretBasic(ClientMetadata.Builder metadata) {
        RegisteredClient registered = applicant.register(provider.open(), metadata.build());
        return applicant.client(
                provider.open(),
                registered,
                ClientAuthentication.secretBasic(registered.clientSecret().orElseThrow()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"})
    void theClientAuthenticatesEachWay(String method) {
        RegisteredClient registered = applicant.register(
                provider.open(),
                applicant.metadata().tokenEndpointAuthMethod(method).build());
        OAuthClient client = applicant
                .client(provider.open(), registered, authentication(method, registered))
                .build();

        SignIn signIn = visit.signIn(client, "alice");
        TokenSource tokens = client.tokens(signIn.account(), Visit.SCOPES);

        assertThat(tokens.get(TokenOptions.NONE.forceRefresh()).token())
                .isNotEqualTo(signIn.response().accessToken());
    }

    private ClientAuthentication authentication(String method, RegisteredClient registered) {
        switch (method) {
            case "client_secret_basic":
                return ClientAuthentication.secretBasic(
                        registered.clientSecret().orElseThrow());
            case "client_secret_post":
                return ClientAuthentication.secretPost(registered.clientSecret().orElseThrow());
            case "client_secret_jwt":
                return JwtAuthentication.secret(registered.clientSecret().orElseThrow());
            default:
                return JwtAuthentication.privateKey(applicant.key());
        }
    }

    @Test
    void aNameAndASecretMayHaveEverySign() {
        OAuthClient client = OAuthClient.builder(transport)
                .server(AuthorizationServer.openId(provider.open()))
                .client(
                        ClientId.of("odd:client+1%"),
                        ClientAuthentication.secretBasic(ClientSecret.of("se:cret +%/=&?")))
                .build();

        assertThat(client.clientCredentials(Scopes.of("read")).token().type()).isEqualTo(TokenType.BEARER);
    }

    @Test
    void aPublicClientsTokensAreBoundAndItsRefreshTokenRotates() {
        RegisteredClient registered = applicant.register(
                provider.open(),
                applicant.metadata().tokenEndpointAuthMethod("none").build());
        OAuthClient client = applicant
                .client(provider.open(), registered, ClientAuthentication.none())
                .binding(Dpop.create())
                .build();
        SignIn signIn = visit.signIn(client, "alice");
        RefreshToken first =
                client.accounts().revealRefreshToken(signIn.account()).orElseThrow();
        TokenSource tokens = client.tokens(signIn.account(), Visit.SCOPES);

        assertThat(tokens.get(TokenOptions.NONE.forceRefresh()).token().type()).isEqualTo(TokenType.DPOP);

        assertThat(client.accounts().revealRefreshToken(signIn.account()).orElseThrow())
                .isNotEqualTo(first);
    }

    @Test
    void aSessionThatTheServerEndedWantsASignIn() {
        OAuthClient client = secretBasic(applicant.metadata()).build();
        SignIn signIn = visit.signIn(client, "alice");
        TokenSource tokens = client.tokens(signIn.account(), Visit.SCOPES);
        client.revoke(client.accounts().revealRefreshToken(signIn.account()).orElseThrow());

        assertThatThrownBy(() -> tokens.get(TokenOptions.NONE.forceRefresh()))
                .isInstanceOf(SignInRequiredException.class);
    }

    @Test
    void aRegistrationIsReadChangedAndDeleted() {
        ClientRegistrations registrations = ClientRegistrations.over(transport);
        RegisteredClient registered =
                applicant.register(provider.open(), applicant.metadata().build());

        RegisteredClient read = registrations.read(registered);
        assertThat(read.clientId()).isEqualTo(registered.clientId());
        RegisteredClient changed = registrations.update(
                read, read.metadata().toBuilder().clientName("Another name").build());
        assertThat(changed.metadata().member("client_name")).contains("Another name");
        assertThat(changed.registrationAccessToken())
                .as("the provider gives a new one with each change")
                .isNotEqualTo(read.registrationAccessToken());
        registrations.delete(changed);

        assertThatThrownBy(() -> registrations.read(changed)).isInstanceOf(OAuthException.class);
    }

    @Test
    void whatTheServerDoesNotRegisterIsTold() {
        assertThatThrownBy(() -> applicant.register(
                        provider.open(),
                        applicant.metadata().tokenEndpointAuthMethod("magic").build()))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.error().orElseThrow().code()).isEqualTo("invalid_client_metadata"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256", "ES256", "Ed25519", "EdDSA", "HS256"})
    void idTokensAreVerifiedByTheAlgorithmThatIsRegistered(String algorithm) {
        RegisteredClient registered = applicant.register(
                provider.open(),
                applicant
                        .metadata()
                        .member("id_token_signed_response_alg", algorithm)
                        .build());
        OAuthClient client = applicant
                .client(
                        provider.open(),
                        registered,
                        ClientAuthentication.secretBasic(
                                registered.clientSecret().orElseThrow()))
                .build();

        assertThat(visit.signIn(client, "alice").claims().orElseThrow().algorithm())
                .isEqualTo(algorithm);
    }

    @Test
    void anIdTokenOfAnotherAlgorithmIsRefused() {
        RegisteredClient registered =
                applicant.register(provider.open(), applicant.metadata().build());
        OAuthClient client = applicant
                .client(
                        provider.open(),
                        registered,
                        ClientAuthentication.secretBasic(
                                registered.clientSecret().orElseThrow()))
                .idTokens(JoseIdTokens.builder(ServerKeys.fetchedOver(transport))
                        .algorithms("ES256")
                        .build())
                .build();

        assertThatThrownBy(() -> visit.signIn(client, "alice")).isInstanceOf(OAuthException.class);
    }

    @Test
    void whatIsAskedOfTheSignInIsAnsweredAndChecked() {
        OAuthClient client = secretBasic(applicant.metadata()).build();

        SignIn signIn = visit.signIn(
                client,
                Visit.request()
                        .maxAge(Duration.ofMinutes(5))
                        .claims("{\"userinfo\":{\"email\":null},\"id_token\":{\"email_verified\":null}}")
                        .prompt(Prompt.CONSENT)
                        .build(),
                "alice");

        assertThat(signIn.claims().orElseThrow().instant("auth_time")).isPresent();
        assertThat(client.userInfo(client.tokens(signIn.account(), Visit.SCOPES), "alice")
                        .text("email"))
                .contains("alice@example.com");
    }

    @Test
    void whoIsNotSignedInCannotBeSignedInSilently() {
        OAuthClient client = secretBasic(applicant.metadata()).build();
        PendingAuthorization pending =
                client.authorize(Visit.request().prompt(Prompt.NONE).build());
        AuthorizationCallback callback = visit.callback(pending, "alice");

        assertThatThrownBy(() -> client.complete(callback, pending.browserBinding()))
                .isInstanceOfSatisfying(
                        SignInRequiredException.class,
                        e -> assertThat(e.error().orElseThrow().code()).isEqualTo("login_required"));
    }

    @Test
    void theAnswerIsPosted() {
        OAuthClient client = secretBasic(applicant.metadata()).build();
        PendingAuthorization pending = client.authorize(
                Visit.request().responseMode(ResponseMode.FORM_POST).build());

        String posted = visit.pages().signInByForm(pending.uri(), "alice", Applicant.REDIRECT);

        assertThat(client.complete(AuthorizationCallback.parse(posted), pending.browserBinding())
                        .account()
                        .subject())
                .isEqualTo("alice");
    }

    @Test
    void aDeviceIsLetIn() {
        OAuthClient client = secretBasic(applicant
                        .metadata()
                        .grantTypes(
                                "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"))
                .build();
        DeviceAuthorization device = client.authorizeDevice(Visit.SCOPES);
        visit.pages().approveDevice(device.verificationUriComplete().orElseThrow(), "bob", "Sign-in Success");

        assertThat(client.await(device).account().subject()).isEqualTo("bob");
    }

    @Test
    void aTokenForAResourceIsValidatedByThatResource() {
        OAuthClient client = secretBasic(
                        applicant.metadata().grantTypes("authorization_code", "refresh_token", "client_credentials"))
                .build();
        URI resource = URI.create("https://api.example.com");

        TokenSource tokens = client.clientCredentials(Scopes.of("read"), RequestOptions.NONE.resource(resource));

        AccessTokens validation = AccessTokens.builder(
                        ServerKeys.fetchedOver(transport), client.metadata(), resource.toString())
                .algorithms("ES256")
                .build();
        assertThat(validation.bearer(tokens.token()).scopes()).isEqualTo(Scopes.of("read"));
        assertThatThrownBy(() -> AccessTokens.builder(
                                ServerKeys.fetchedOver(transport), client.metadata(), "https://other.example.com")
                        .algorithms("ES256")
                        .build()
                        .bearer(tokens.token()))
                .isInstanceOf(OAuthException.class);
    }

    @Test
    void metadataIsFoundByRfc8414Too() {
        OAuthClient client = OAuthClient.builder(transport)
                .server(AuthorizationServer.oauth(provider.open()))
                .client(secretBasic(applicant.metadata()).build().clientId(), ClientAuthentication.none())
                .build();

        assertThat(client.metadata().issuer()).isEqualTo(provider.open());
    }

    @Test
    void theServerTellsOfALogoutAndSendsTheBrowserBack() {
        try (Receiver receiver = Receiver.start(provider.authority().receiver(), 200)) {
            URI goodbye = URI.create("https://app.example.com/bye");
            OAuthClient client = secretBasic(applicant
                            .metadata()
                            .member("backchannel_logout_uri", receiver.uri().toString())
                            .member("backchannel_logout_session_required", true)
                            .member("post_logout_redirect_uris", List.of(goodbye.toString())))
                    .build();
            SignIn signIn = visit.signIn(client, "alice");
            PendingLogout logout = client.logout(LogoutRequest.builder()
                    .idTokenHint(signIn.response().idToken().orElseThrow())
                    .postLogoutRedirectUri(goodbye)
                    .build());

            URI back = visit.pages().signOut(logout.uri(), goodbye);

            AuthorizationCallback returned = AuthorizationCallback.parse(back.getRawQuery());
            String kept = logout.state().orElseThrow().reveal();
            PendingLogout.requireReturn(kept, returned);
            assertThatThrownBy(() -> PendingLogout.requireReturn(kept + "x", returned))
                    .isInstanceOf(OAuthException.class);
            String form = receiver.await().body();
            String told = URLDecoder.decode(form.substring(form.indexOf('=') + 1), StandardCharsets.UTF_8);
            LogoutToken token = LogoutTokens.builder(client).build().validate(told);
            assertThat(token.sessionId())
                    .isPresent()
                    .isEqualTo(signIn.claims().orElseThrow().text("sid"));
            assertThat(token.subject()).contains("alice");
        }
    }
}
