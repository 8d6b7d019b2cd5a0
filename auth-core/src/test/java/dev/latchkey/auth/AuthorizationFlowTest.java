package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.CODE;
import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.OPENID;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.REDIRECT;
import static dev.latchkey.auth.Stage.callback;
import static dev.latchkey.auth.Stage.callbackOf;
import static dev.latchkey.auth.Stage.query;
import static dev.latchkey.auth.Stage.refreshable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.Prompt;
import dev.latchkey.auth.authorize.ResponseMode;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.Gate;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class AuthorizationFlowTest {

    private final Stage stage = new Stage();
    private final OAuthClient client = stage.client();

    private AuthorizationRequest plain() {
        return AuthorizationRequest.builder(REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build();
    }

    @Test
    void theBrowserIsSentWithExactlyTheseParameters() {
        URI uri = client.authorize(AuthorizationRequest.builder(REDIRECT, OPENID)
                        .prompt(Prompt.LOGIN)
                        .loginHint("alice@example.com")
                        .maxAge(Duration.ofMinutes(5))
                        .acrValues("gold", "silver")
                        .claims("{\"userinfo\":{}}")
                        .responseMode(ResponseMode.FORM_POST)
                        .options(RequestOptions.NONE
                                .resource(URI.create("https://api.example.com/a"))
                                .resource(URI.create("https://api.example.com/b"))
                                .parameter("ui_locales", "de en"))
                        .build())
                .uri();

        assertThat(uri.toString())
                .matches("\\Qhttps://as.example.com/authorize?response_type=code&client_id=app"
                        + "&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&scope=openid+api.read&state=\\E[\\w-]{43}"
                        + "&nonce=[\\w-]{43}&code_challenge=[\\w-]{43}\\Q&code_challenge_method=S256&response_mode=form_post"
                        + "&prompt=login&login_hint=alice%40example.com&max_age=300&acr_values=gold+silver"
                        + "&claims=%7B%22userinfo%22%3A%7B%7D%7D&resource=https%3A%2F%2Fapi.example.com%2Fa"
                        + "&resource=https%3A%2F%2Fapi.example.com%2Fb&ui_locales=de+en\\E");
    }

    @Test
    void withoutOpenidThereIsNoNonceAndWithoutScopesNoScope() {
        URI uri = client.authorize(AuthorizationRequest.builder(REDIRECT, Scopes.NONE)
                        .account(AccountNaming.subject("alice"))
                        .build())
                .uri();
        assertThat(query(uri).keySet())
                .containsExactly(
                        "response_type",
                        "client_id",
                        "redirect_uri",
                        "state",
                        "code_challenge",
                        "code_challenge_method");
    }

    @Test
    void parametersJoinThoseOfTheEndpointsOwnQuery() {
        OAuthClient other = stage.builder(AuthorizationServerMetadata.builder(ISSUER)
                        .authorizationEndpoint(URI.create(ISSUER + "/authorize?realm=a%26b"))
                        .tokenEndpoint(URI.create(ISSUER + "/token"))
                        .build())
                .build();
        assertThat(other.authorize(plain()).uri().toString())
                .startsWith("https://as.example.com/authorize?realm=a%26b&response_type=code&");
    }

    @Test
    void theCodeIsExchangedInExactlyThisForm() throws Exception {
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .options(RequestOptions.NONE.resource(URI.create("https://api.example.com/")))
                .build());
        stage.answers(refreshable());
        client.complete(callback(pending.uri()), pending.browserBinding());

        String body = stage.transport.onlyRequest().body();
        assertThat(body)
                .matches(
                        "\\Qgrant_type=authorization_code&code=code-5ecret&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb"
                                + "&code_verifier=\\E[\\w-]{43}\\Q&resource=https%3A%2F%2Fapi.example.com%2F&client_id=app\\E");
        String verifier = stage.transport.onlyRequest().form().get("code_verifier");
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
        assertThat(query(pending.uri()).get("code_challenge"))
                .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
    }

    @Test
    void theStoreKnowsTheStateByItsHashAloneAndForTenMinutes() throws Exception {
        PendingAuthorization pending = client.authorize(plain());
        KeyPage keys = stage.store.keys("authorizations", "", 10);

        assertThat(keys.keys()).hasSize(1);
        assertThat(keys.keys().get(0).name())
                .doesNotContain(pending.state().reveal())
                .hasSize(43);
        StoreEntry entry = stage.store.find(keys.keys().get(0)).orElseThrow();
        assertThat(entry.record().usableUntil()).isEqualTo(stage.clock.instant().plus(Duration.ofMinutes(10)));
        assertThat(pending.expiresAt()).isEqualTo(stage.clock.instant().plus(Duration.ofMinutes(10)));
        String content = new String(entry.record().content(), StandardCharsets.UTF_8);
        assertThat(content).doesNotContain(pending.browserBinding().reveal());
    }

    @Test
    void whatTheSignInGaveIsReadFromTheSessionAfterwards() {
        PendingAuthorization pending = client.authorize(plain());
        stage.answers(refreshable());
        SignIn signIn = client.complete(callback(pending.uri()), pending.browserBinding());

        assertThat(client.tokens(signIn.account(), READ).token().reveal()).isEqualTo(Stage.ACCESS_TOKEN);
        assertThat(stage.transport.requests()).hasSize(1);
        assertThat(signIn.claims()).isEmpty();
        assertThat(signIn.response().refreshToken().orElseThrow().reveal()).isEqualTo(Stage.REFRESH_TOKEN);
    }

    @Test
    void anUnknownStateTouchesNothing() {
        client.authorize(plain());
        PendingAuthorization pending = client.authorize(plain());

        for (AuthorizationCallback callback : List.of(
                callbackOf("code", CODE, "state", "unknown"),
                callbackOf("code", CODE, "state", pending.state().reveal() + "x"),
                callbackOf("code", CODE, "state", pending.state().reveal().toLowerCase(java.util.Locale.ROOT)))) {
            assertThatThrownBy(() -> client.complete(callback, pending.browserBinding()))
                    .isInstanceOf(SignInRequiredException.class)
                    .hasMessageContaining("state")
                    .hasMessageNotContaining(CODE);
        }
        for (AuthorizationCallback callback : List.of(
                callbackOf("code", CODE),
                callbackOf("code", CODE, "state", ""),
                callbackOf("code", CODE, "state", "a\nb"))) {
            InvalidResponseException refused = catchThrowableOfType(
                    InvalidResponseException.class, () -> client.complete(callback, pending.browserBinding()));
            assertThat(refused.field()).isEqualTo("state");
        }
        assertThat(stage.records()).isEqualTo(2);
        assertThat(stage.transport.requests()).isEmpty();
        stage.answers(refreshable());
        client.complete(callback(pending.uri()), pending.browserBinding());
    }

    @Test
    void twoConcurrentCompletesSendTheCodeOnce() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 50; round++) {
                Stage fresh = new Stage();
                OAuthClient racing = fresh.client();
                PendingAuthorization pending = racing.authorize(plain());
                fresh.transport.onPost("/token").alwaysAnswers(Answer.json(200, refreshable()));
                Gate start = Gate.closed("start");
                List<Future<SignIn>> both = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    both.add(pool.submit(() -> {
                        start.pass();
                        return racing.complete(callback(pending.uri()), pending.browserBinding());
                    }));
                }
                start.open();
                int won = 0;
                for (Future<SignIn> each : both) {
                    Throwable lost = catchThrowable(each::get);
                    won += lost == null ? 1 : 0;
                    assertThat(lost == null || lost.getCause() instanceof SignInRequiredException)
                            .isTrue();
                }
                assertThat(won).isEqualTo(1);
                assertThat(fresh.tokenRequests()).hasSize(1);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void whileOneCallbackIsAtTheServerAnotherIsTurnedAway() throws Exception {
        PendingAuthorization pending = client.authorize(plain());
        Gate gate = Gate.closed("token endpoint");
        stage.answers(Answer.json(200, refreshable()).heldAt(gate));
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<SignIn> first =
                    pool.submit(() -> client.complete(callback(pending.uri()), pending.browserBinding()));
            gate.awaitArrival();
            assertThat(stage.records()).isZero();
            assertThatThrownBy(() -> client.complete(callback(pending.uri()), pending.browserBinding()))
                    .isInstanceOf(SignInRequiredException.class);
            gate.open();
            assertThat(first.get().account().subject()).isEqualTo("alice");
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void aCodeThatWasCertainlyNotSentMayComeAgain() {
        PendingAuthorization pending = client.authorize(plain());
        stage.transport.fails(Kind.CONNECT, Delivery.NOT_SENT);

        TemporaryFailureException failed = catchThrowableOfType(
                TemporaryFailureException.class,
                () -> client.complete(callback(pending.uri()), pending.browserBinding()));
        assertThat(failed.safeToRetry()).isTrue();
        stage.answers(refreshable());
        client.complete(callback(pending.uri()), pending.browserBinding());
        assertThat(stage.tokenRequests()).hasSize(2);
    }

    /** What safeToRetry() promises, complete(…) keeps; after any other breakdown the server may have redeemed the code. */
    @ParameterizedTest
    @CsvSource({"429, true", "503, true", "500, false", "502, false", "504, false"})
    void aCodeThatABusyServerDidNotLookAtMayComeAgain(int status, boolean again) {
        PendingAuthorization pending = client.authorize(plain());
        stage.answers(Answer.of(status));

        TemporaryFailureException failed = catchThrowableOfType(
                TemporaryFailureException.class,
                () -> client.complete(callback(pending.uri()), pending.browserBinding()));
        assertThat(failed.safeToRetry()).isEqualTo(again);
        if (again) {
            stage.answers(refreshable());
            client.complete(callback(pending.uri()), pending.browserBinding());
        } else {
            assertThatThrownBy(() -> client.complete(callback(pending.uri()), pending.browserBinding()))
                    .isInstanceOf(SignInRequiredException.class);
        }
        assertThat(stage.tokenRequests()).hasSize(again ? 2 : 1);
    }

    @Test
    void aCodeThatMayHaveArrivedIsNotSentAgain() {
        PendingAuthorization pending = client.authorize(plain());
        stage.transport.fails(Kind.EXCHANGE, Delivery.UNKNOWN);

        TemporaryFailureException failed = catchThrowableOfType(
                TemporaryFailureException.class,
                () -> client.complete(callback(pending.uri()), pending.browserBinding()));
        assertThat(failed.safeToRetry()).isFalse();
        assertThatThrownBy(() -> client.complete(callback(pending.uri()), pending.browserBinding()))
                .isInstanceOf(SignInRequiredException.class);
        assertThat(stage.tokenRequests()).hasSize(1);
        assertThat(stage.records()).isZero();
    }

    @Test
    void aCallerThatGivesUpOnACodeIsNotToldToTryAgain() {
        OAuthClient hasty = stage.builder().timeout(Duration.ofMillis(50)).build();
        PendingAuthorization pending = client.authorize(plain());
        Gate gate = Gate.closed("token endpoint");
        stage.answers(Answer.json(200, refreshable()).heldAt(gate));
        try {
            TemporaryFailureException failed = catchThrowableOfType(
                    TemporaryFailureException.class,
                    () -> hasty.complete(callback(pending.uri()), pending.browserBinding()));
            assertThat(failed.safeToRetry()).isFalse();
        } finally {
            gate.open();
        }
    }

    @Test
    void anInterruptedCallerKeepsItsInterruptAndTheSignInGoesOn() throws Exception {
        PendingAuthorization pending = client.authorize(plain());
        Gate gate = Gate.closed("token endpoint");
        stage.answers(Answer.json(200, refreshable()).heldAt(gate));
        List<Object> outcome = new ArrayList<>();
        Thread caller = new Thread(() -> {
            outcome.add(catchThrowable(() -> client.complete(callback(pending.uri()), pending.browserBinding())));
            outcome.add(Thread.currentThread().isInterrupted());
        });
        caller.start();
        gate.awaitArrival();
        caller.interrupt();
        caller.join(10_000);
        gate.open();

        assertThat(outcome.get(0)).isInstanceOf(TemporaryFailureException.class);
        assertThat(((TemporaryFailureException) outcome.get(0)).safeToRetry()).isFalse();
        assertThat(outcome.get(1)).isEqualTo(true);
    }

    @Test
    void aServersRefusalOfTheCodeAsksForANewSignInAndKeepsNothing() {
        PendingAuthorization pending = client.authorize(plain());
        stage.answers(Answer.json(400, "{\"error\":\"invalid_grant\"}"));
        assertThatThrownBy(() -> client.complete(callback(pending.uri()), pending.browserBinding()))
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("invalid_grant")
                .hasMessageNotContaining(CODE);
        assertThat(stage.records()).isZero();
    }

    @Test
    void aClientWithAnotherIdentifierLeavesTheAuthorizationAlone() {
        PendingAuthorization pending = client.authorize(plain());
        OAuthClient other = stage.builder()
                .client(ClientId.of("other"), ClientAuthentication.none())
                .build();
        assertThatThrownBy(() -> other.complete(callback(pending.uri()), pending.browserBinding()))
                .isInstanceOf(ConfigurationException.class);
        assertThat(stage.records()).isEqualTo(1);
    }

    @Test
    void openidWithoutAVerifierIsRefusedBeforeAnythingHappens() {
        OAuthClient without = OAuthClient.builder(stage.transport)
                .server(dev.latchkey.auth.server.AuthorizationServer.of(
                        Stage.metadata().build()))
                .client(ClientId.of("app"), ClientAuthentication.none())
                .store(stage.store)
                .build();
        assertThatThrownBy(() -> without.authorize(AuthorizationRequest.of(REDIRECT, OPENID)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("idTokens");
        assertThatThrownBy(() -> without.authorizeDevice(OPENID)).hasMessageContaining("idTokens");
        assertThat(stage.records()).isZero();
    }

    @Test
    void anAccountThatNobodyNamesIsAskedFor() {
        // Before the user is sent anywhere: afterwards a code would have been spent for nothing.
        assertThatThrownBy(() -> client.authorize(AuthorizationRequest.of(REDIRECT, READ)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("AccountNaming.subject");
        assertThat(stage.records()).isZero();
    }

    @Test
    void twoSessionsOfOneUserAreKeptApart() {
        List<SignIn> signIns = new ArrayList<>();
        for (String session : List.of("", "tablet")) {
            signIns.add(stage.signIn(
                    client,
                    AuthorizationRequest.builder(REDIRECT, OPENID)
                            .account(AccountNaming.byServer().session(session))
                            .build(),
                    claims -> claims));
        }
        assertThat(signIns.get(0).account()).isNotEqualTo(signIns.get(1).account());
        assertThat(stage.records()).isEqualTo(2);
    }
}
