package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.REDIRECT;
import static dev.latchkey.auth.Stage.callback;
import static dev.latchkey.auth.Stage.callbackOf;
import static dev.latchkey.auth.Stage.granted;
import static dev.latchkey.auth.Stage.metadataJson;
import static dev.latchkey.auth.Stage.refreshable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class AuthListenerTest {

    private final Stage stage = new Stage();
    private final AuthorizationRequest request = AuthorizationRequest.builder(REDIRECT, READ)
            .account(AccountNaming.subject("alice"))
            .build();

    /** Writes down each event, then does what a test wants. */
    private static final class Recorder implements AuthListener {

        final List<String> events = new CopyOnWriteArrayList<>();
        private final Supplier<Throwable> thrown;

        Recorder(Supplier<Throwable> thrown) {
            this.thrown = thrown;
        }

        private void record(String event) {
            events.add(event);
            Throwable now = thrown.get();
            if (now != null) {
                sneak(now);
            }
        }

        // As code in other languages throws checked exceptions.
        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void sneak(Throwable thrown) throws T {
            throw (T) thrown;
        }

        @Override
        public void metadataFetched(String issuer, Duration took) {
            assertThat(took).isPositive();
            record("metadata " + issuer);
        }

        @Override
        public void authorizationStarted(String issuer, Scopes scopes) {
            record("started " + issuer + " " + scopes);
        }

        @Override
        public void callbackRefused(OAuthException reason) {
            record("refused " + reason.getClass().getSimpleName());
        }

        @Override
        public void sessionEnded(Account account, OAuthException reason) {
            record("ended " + account.subject());
        }

        @Override
        public void signedIn(Account account) {
            record("signed in " + account.subject());
        }

        @Override
        public void tokenGranted(
                String grantType, String issuer, Scopes scopes, Optional<Instant> expiresAt, Duration took) {
            assertThat(took).isPositive();
            record("granted " + grantType + " " + issuer + " " + scopes + " " + expiresAt.orElse(null));
        }

        @Override
        public void tokenFailed(String grantType, String issuer, OAuthException reason) {
            record("failed " + grantType + " " + issuer + " "
                    + reason.getClass().getSimpleName());
        }
    }

    private void everything(OAuthClient client) {
        stage.answers(metadataJson(ISSUER));
        PendingAuthorization pending = client.authorize(request);
        var unused = catchThrowable(
                () -> client.complete(callbackOf("state", "unknown", "code", "c"), pending.browserBinding()));
        stage.answers(refreshable());
        Account account = client.complete(callback(pending.uri()), pending.browserBinding())
                .account();
        stage.clock.advance(Duration.ofHours(2));
        stage.answers(Answer.json(400, "{\"error\":\"invalid_grant\"}"));
        unused = catchThrowable(() -> client.tokens(account, READ).token());
        stage.answers(granted(",\"scope\":\"less\""));
        TokenSource tokens = client.clientCredentials(READ);
        tokens.token();
        tokens.token();
    }

    @Test
    void eachEventIsToldOnceInItsOrderAndAHitIsNone() {
        Recorder recorder = new Recorder(() -> null);
        everything(stage.discovering().listener(recorder).build());
        assertThat(recorder.events)
                .containsExactly(
                        "metadata https://as.example.com",
                        "started https://as.example.com api.read",
                        "refused SignInRequiredException",
                        "granted authorization_code https://as.example.com api.read 2026-11-21T13:00:00Z",
                        "signed in alice",
                        "failed refresh_token https://as.example.com SignInRequiredException",
                        "ended alice",
                        "granted client_credentials https://as.example.com less 2026-11-21T15:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "error", "checked", "oauth"})
    void aListenerThatThrowsCostsNobodyAToken(String kind) {
        Recorder recorder = new Recorder(() -> {
            switch (kind) {
                case "runtime":
                    return new IllegalStateException("listener");
                case "error":
                    return new AssertionError("listener");
                case "checked":
                    return new java.io.IOException("listener");
                default:
                    return new dev.latchkey.auth.error.ConfigurationException("listener", "failed");
            }
        });
        everything(stage.discovering().listener(recorder).build());
        assertThat(recorder.events).hasSize(8);
        assertThat(stage.records()).isEqualTo(1);
    }

    @Test
    void whoListensToNothingHearsNothing() {
        everything(stage.discovering().listener(new AuthListener() {}).build());
        assertThat(stage.records()).isEqualTo(1);
    }
}
