package dev.latchkey.it.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.CarriedAuthorization;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.Prompt;
import dev.latchkey.auth.authorize.ResponseMode;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.interactive.LoopbackReceiver;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.it.Transport;
import dev.latchkey.it.browser.Browser;
import dev.latchkey.it.browser.CallbackReceiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The authorization code with PKCE, through Keycloak's own pages in a real browser. */
@WithKeycloak
@ParameterizedClass
@EnumSource(Transport.class)
final class SignInIT {

    private final HttpTransport transport;
    private final Realm realm;
    private final CallbackReceiver application = CallbackReceiver.start();
    private final ExecutorService user = Executors.newSingleThreadExecutor();

    SignInIT(Transport kind, KeycloakServer keycloak) {
        this.transport = kind.trusting(keycloak.trust());
        this.realm = new Realm(keycloak, transport);
    }

    @AfterEach
    void close() {
        user.shutdownNow();
        application.close();
        transport.close();
    }

    @Test
    void signsInToAPublicClient(Browser browser) {
        OAuthClient client = realm.withoutSecret("public").client();

        SignIn signIn = signIn(client, request(), browser, "alice");

        assertThat(signIn.account().username()).contains("alice");
        assertThat(signIn.claims())
                .hasValueSatisfying(
                        claims -> assertThat(claims.text("family_name")).contains("Archer"));
        TokenSource tokens = client.tokens(signIn.account(), Realm.OPENID);
        assertThat(tokens.token()).isEqualTo(signIn.response().accessToken());
    }

    @Test
    void signsInToAConfidentialClientByPostAndByBasic(Browser browser) {
        ClientSecret secret = ClientSecret.of("confidential-secret");
        OAuthClient posts = realm.client("confidential", ClientAuthentication.secretPost(secret))
                .client();
        assertThat(signIn(posts, request(), browser, "bob").account().username())
                .contains("bob");

        // Bob has a session in this browser: Keycloak sends him straight back.
        OAuthClient basic = realm.client("confidential", ClientAuthentication.secretBasic(secret))
                .client();
        try (CallbackReceiver second = CallbackReceiver.start()) {
            PendingAuthorization pending = basic.authorize(AuthorizationRequest.of(second.redirectUri(), Realm.OPENID));
            browser.open(pending.uri());

            SignIn again = basic.complete(AuthorizationCallback.parse(second.await()), pending.browserBinding());
            assertThat(again.account().username()).contains("bob");
        }
    }

    @Test
    void signsInOnThisMachineWithALoopbackReceiver(Browser browser) {
        OAuthClient client = realm.withoutSecret("desktop").client();

        try (LoopbackReceiver receiver = LoopbackReceiver.open()) {
            List<CompletableFuture<Void>> opened = new ArrayList<>();
            SignIn signIn = client.interactive(
                    AuthorizationRequest.of(receiver.redirectUri(), Realm.OPENID),
                    receiver,
                    page -> opened.add(
                            CompletableFuture.runAsync(() -> browser.signIn(page, "alice", "alice-password"), user)),
                    Duration.ofSeconds(60));

            assertThat(signIn.account().username()).contains("alice");
            opened.get(0).join();
        }
    }

    @Test
    void takesACallbackByFormPost(Browser browser) {
        OAuthClient client = realm.withoutSecret("public").client();
        AuthorizationRequest request =
                request().toBuilder().responseMode(ResponseMode.FORM_POST).build();

        assertThat(signIn(client, request, browser, "alice").account().username())
                .contains("alice");
    }

    @Test
    void refusesACallbackTwiceWithoutAskingTheServer(Browser browser) {
        OAuthClient client = realm.withoutSecret("public").client();
        PendingAuthorization pending = client.authorize(request());
        browser.signIn(pending.uri(), "alice", "alice-password");
        AuthorizationCallback callback = AuthorizationCallback.parse(application.await());
        SignIn signIn = client.complete(callback, pending.browserBinding());

        assertThatThrownBy(() -> client.complete(callback, pending.browserBinding()))
                .isInstanceOf(SignInRequiredException.class)
                .satisfies(e -> assertThat(((OAuthException) e).error()).isEmpty());
        assertThat(client.tokens(signIn.account(), Realm.OPENID).token().reveal())
                .isNotEmpty();
    }

    @Test
    void aReplayedCodeIsRefusedByTheServer(Browser browser) {
        OAuthClient client = realm.withoutSecret("public").client();
        CarriedAuthorization carried = client.authorizeCarried(request());
        browser.signIn(carried.uri(), "alice", "alice-password");
        AuthorizationCallback callback = AuthorizationCallback.parse(application.await());
        client.complete(callback, carried.transaction());

        assertThatThrownBy(() -> client.complete(callback, carried.transaction()))
                .isInstanceOf(SignInRequiredException.class)
                .satisfies(SignInIT::isInvalidGrant);
    }

    @Test
    void aWrongVerifierIsRefusedByTheServer(Browser browser) {
        HttpTransport spoiling = new Rewriting(transport, "code_verifier", "a".repeat(43));
        OAuthClient client = realm.over(spoiling).withoutSecret("public").client();
        PendingAuthorization pending = client.authorize(request());
        browser.signIn(pending.uri(), "alice", "alice-password");
        AuthorizationCallback callback = AuthorizationCallback.parse(application.await());

        assertThatThrownBy(() -> client.complete(callback, pending.browserBinding()))
                .isInstanceOf(SignInRequiredException.class)
                .satisfies(SignInIT::isInvalidGrant);
    }

    @Test
    void aCallbackFromAnotherBrowserChangesNothing(Browser browser) {
        OAuthClient client = realm.withoutSecret("public").client();
        PendingAuthorization pending = client.authorize(request());
        browser.signIn(pending.uri(), "alice", "alice-password");
        AuthorizationCallback callback = AuthorizationCallback.parse(application.await());

        assertThatThrownBy(
                        () -> client.complete(callback, BrowserBinding.of(pending.state(), "another-browsers-cookie")))
                .isInstanceOf(InvalidResponseException.class);
        assertThat(client.complete(callback, pending.browserBinding()).account().username())
                .contains("alice");
    }

    /** Alice never agrees, in no test. */
    @Test
    void missingConsentAsksForTheUser(Browser browser) {
        OAuthClient client = realm.withoutSecret("consenting").client();
        PendingAuthorization refused = client.authorize(request());
        browser.signIn(refused.uri(), "alice", "alice-password");
        browser.refuseConsent();
        AuthorizationCallback no = AuthorizationCallback.parse(application.await());
        assertThatThrownBy(() -> client.complete(no, refused.browserBinding()))
                .isInstanceOf(AccessDeniedException.class);

        try (CallbackReceiver silent = CallbackReceiver.start()) {
            PendingAuthorization pending =
                    client.authorize(AuthorizationRequest.builder(silent.redirectUri(), Realm.OPENID)
                            .prompt(Prompt.NONE)
                            .build());
            browser.open(pending.uri());
            AuthorizationCallback callback = AuthorizationCallback.parse(silent.await());

            assertThatThrownBy(() -> client.complete(callback, pending.browserBinding()))
                    .isInstanceOf(SignInRequiredException.class);
        }
    }

    private AuthorizationRequest request() {
        return AuthorizationRequest.of(application.redirectUri(), Realm.OPENID);
    }

    private SignIn signIn(OAuthClient client, AuthorizationRequest request, Browser browser, String username) {
        PendingAuthorization pending = client.authorize(request);
        browser.signIn(pending.uri(), username, username + "-password");
        return client.complete(AuthorizationCallback.parse(application.await()), pending.browserBinding());
    }

    private static void isInvalidGrant(Throwable failure) {
        assertThat(((OAuthException) failure).error())
                .hasValueSatisfying(error -> assertThat(error.code()).isEqualTo("invalid_grant"));
    }
}
