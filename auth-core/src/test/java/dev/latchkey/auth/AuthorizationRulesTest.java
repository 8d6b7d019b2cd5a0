package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.HOST;
import static dev.latchkey.auth.Stage.OPENID;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.REDIRECT;
import static dev.latchkey.auth.Stage.callback;
import static dev.latchkey.auth.Stage.callbackOf;
import static dev.latchkey.auth.Stage.metadata;
import static dev.latchkey.auth.Stage.query;
import static dev.latchkey.auth.Stage.refreshable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.State;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.AccountNaming;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class AuthorizationRulesTest {

    private final Stage stage = new Stage();
    private final OAuthClient client = stage.client();

    private AuthorizationRequest plain() {
        return AuthorizationRequest.builder(REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build();
    }

    @Test
    void a1_pkceIsAlwaysThereWithS256AndAFreshVerifierOf43Characters() {
        Set<String> challenges = new HashSet<>();
        Set<String> verifiers = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            PendingAuthorization pending = client.authorize(plain());
            Map<String, String> query = query(pending.uri());
            assertThat(query).containsEntry("code_challenge_method", "S256");
            challenges.add(query.get("code_challenge"));
            stage.answers(refreshable());
            client.complete(callback(pending.uri()), pending.browserBinding());
            String verifier = stage.transport.lastRequest().form().get("code_verifier");
            assertThat(verifier).matches("[A-Za-z0-9_-]{43}");
            verifiers.add(verifier);
        }
        assertThat(challenges).hasSize(20);
        assertThat(verifiers).hasSize(20).doesNotContainAnyElementsOf(challenges);
    }

    @Test
    void a1_nothingCanAskForPlainOrBringAChallengeOfItsOwn() throws Exception {
        for (String name : new String[] {"code_challenge", "code_challenge_method", "code_verifier"}) {
            assertThatThrownBy(() -> RequestOptions.NONE.parameter(name, "plain"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(name);
        }
        for (Class<?> type : PublicTypes.all()) {
            // What encrypts has a plain text of another kind.
            if (type.getPackageName().equals("dev.latchkey.auth.store")) {
                continue;
            }
            for (Method method : type.getMethods()) {
                assertThat(method.getName().toLowerCase(java.util.Locale.ROOT))
                        .as(method.toString())
                        .doesNotContain("plain")
                        .doesNotContain("challengemethod(");
            }
        }
    }

    @Test
    void a2_stateAndNonceHave256BitsAreFreshAndNotEachOther() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            Map<String, String> query = query(stage.begin(client, OPENID).uri());
            assertThat(query.get("state")).matches("[A-Za-z0-9_-]{43}");
            assertThat(query.get("nonce")).matches("[A-Za-z0-9_-]{43}");
            seen.add(query.get("state"));
            seen.add(query.get("nonce"));
            seen.add(query.get("code_challenge"));
        }
        assertThat(seen).hasSize(150);
    }

    @Test
    void a2_aCallbackIsGoodOnce() {
        PendingAuthorization pending = client.authorize(plain());
        stage.answers(refreshable());
        client.complete(callback(pending.uri()), pending.browserBinding());

        assertThatThrownBy(() -> client.complete(callback(pending.uri()), pending.browserBinding()))
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("state");
        assertThat(stage.tokenRequests()).hasSize(1);
    }

    @Test
    void a2_aCallbackIsGoodForTenMinutes() {
        PendingAuthorization early = client.authorize(plain());
        PendingAuthorization late = client.authorize(plain());
        stage.answers(refreshable());

        stage.clock.advance(Duration.ofMinutes(10).minusSeconds(1));
        client.complete(callback(early.uri()), early.browserBinding());
        stage.clock.advance(Duration.ofSeconds(1));
        assertThatThrownBy(() -> client.complete(callback(late.uri()), late.browserBinding()))
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("state");
        assertThat(stage.tokenRequests()).hasSize(1);
    }

    @Test
    void a2_anotherBrowserCannotCompleteAndDoesNotDisturb() {
        PendingAuthorization mine = client.authorize(plain());
        PendingAuthorization other = client.authorize(plain());

        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class, () -> client.complete(callback(mine.uri()), other.browserBinding()));
        assertThat(refused.field()).isEqualTo("browser binding");
        assertThat(refused.host()).isEqualTo(HOST);
        assertThat(stage.transport.requests()).isEmpty();

        stage.answers(refreshable());
        assertThat(client.complete(callback(mine.uri()), mine.browserBinding())
                        .account()
                        .subject())
                .isEqualTo("alice");
    }

    @Test
    void a3_stateAndNonceHoldWithoutAdvertisedPkce() {
        assertThat(metadata().build().codeChallengeMethodsSupported()).isEmpty();
        PendingAuthorization pending = stage.begin(client, OPENID);
        assertThat(query(pending.uri())).containsKeys("state", "nonce", "code_challenge");

        assertThatThrownBy(() ->
                        client.complete(callbackOf("code", Stage.CODE, "state", "another"), pending.browserBinding()))
                .isInstanceOf(SignInRequiredException.class);
        Map<String, Object> claims = stage.claims();
        claims.put("nonce", "another");
        stage.answers(Stage.withIdToken(Stage.jwt(claims)));
        assertThatThrownBy(() -> client.complete(callback(pending.uri()), pending.browserBinding()))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("nonce");
        assertThat(stage.records()).isZero();
    }

    @Test
    void a15_twoTabsDoNotOverwriteEachOther() {
        PendingAuthorization first = client.authorize(plain());
        PendingAuthorization second = client.authorize(plain());
        assertThat(first.browserBinding().cookieName())
                .isNotEqualTo(second.browserBinding().cookieName());
        String cookies = cookie(first) + "; other=1; " + cookie(second);
        stage.answers(refreshable()).answers(refreshable());

        for (PendingAuthorization tab : new PendingAuthorization[] {second, first}) {
            AuthorizationCallback callback = callback(tab.uri());
            client.complete(callback, BrowserBinding.find(callback, cookies).orElseThrow());
        }
        assertThat(stage.tokenRequests())
                .extracting(request -> request.form().get("code_verifier"))
                .doesNotHaveDuplicates()
                .hasSize(2);
    }

    private static String cookie(PendingAuthorization pending) {
        String set = pending.browserBinding().setCookie();
        return set.substring(0, set.indexOf(';'));
    }

    @Test
    void a15_aFloodOfAuthorizationsPushesOutTheOldestAndTheStoreStaysBounded() {
        OAuthClient flooded = stage.builder().executor(Runnable::run).build();
        PendingAuthorization oldest = flooded.authorize(plain());
        for (int i = 0; i < 10_000; i++) {
            flooded.authorize(plain());
        }
        PendingAuthorization newest = flooded.authorize(plain());

        assertThat(stage.records()).isEqualTo(10_000);
        assertThatThrownBy(() -> flooded.complete(callback(oldest.uri()), oldest.browserBinding()))
                .isInstanceOf(SignInRequiredException.class);
        stage.answers(refreshable());
        flooded.complete(callback(newest.uri()), newest.browserBinding());
    }

    @Test
    void a15_clientsOfSeveralServersCanHaveOneLimit() {
        PendingLimit limit = PendingLimit.of(3);
        OAuthClient one = stage.builder().pendingLimit(limit).build();
        OAuthClient other = stage.builder().pendingLimit(limit).build();
        PendingAuthorization oldest = one.authorize(plain());
        for (int i = 0; i < 3; i++) {
            other.authorize(plain());
        }

        assertThat(stage.records()).isEqualTo(3);
        assertThatThrownBy(() -> one.complete(callback(oldest.uri()), oldest.browserBinding()))
                .isInstanceOf(SignInRequiredException.class);
        assertThatThrownBy(() -> PendingLimit.of(0)).hasMessageContaining("at least 1");
    }

    @Test
    void a15_abandonedAuthorizationsAreForgotten() {
        OAuthClient busy = stage.builder().executor(Runnable::run).build();
        for (int i = 0; i < 500; i++) {
            busy.authorize(plain());
        }
        stage.clock.advance(Duration.ofMinutes(11));
        for (int i = 0; i < 1_000; i++) {
            busy.authorize(plain());
        }
        assertThat(stage.records()).isLessThanOrEqualTo(1_000);
    }

    @Test
    void aDuplicateBrowserCannotGuessItsBinding() {
        PendingAuthorization pending = client.authorize(plain());
        State state = pending.state();
        assertThatThrownBy(() -> client.complete(callback(pending.uri()), BrowserBinding.of(state, state.reveal())))
                .isInstanceOf(InvalidResponseException.class);
        assertThat(stage.records()).isEqualTo(1);
    }
}
