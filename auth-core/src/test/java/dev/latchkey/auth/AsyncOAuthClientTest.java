package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.granted;
import static dev.latchkey.auth.Stage.refreshable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The futures of the client, on the same flights as its blocking calls. */
@Timeout(20)
class AsyncOAuthClientTest {

    private final Stage stage = new Stage();
    private final List<Runnable> waiting = new ArrayList<>();
    private final OAuthClient client = stage.builder().executor(waiting::add).build();
    private final AsyncOAuthClient async = client.async();

    private void runAll() {
        while (!waiting.isEmpty()) {
            waiting.remove(0).run();
        }
    }

    @Test
    void nothingRunsOnTheCallersThread() throws Exception {
        TokenSource tokens = client.clientCredentials(READ);
        stage.answers(granted(""));

        CompletableFuture<TokenResult> token = async.token(tokens);

        assertThat(token).isNotDone();
        assertThat(stage.transport.requests()).isEmpty();
        runAll();
        assertThat(token.get().token().reveal()).isEqualTo(Stage.ACCESS_TOKEN);
        assertThat(async.token(tokens)).isCompleted();
        assertThat(waiting).isEmpty();
    }

    @Test
    void allWhoAskAtOnceShareOneFlightAndNobodyCanEndItForTheOthers() throws Exception {
        TokenSource tokens = client.clientCredentials(READ);
        stage.answers(granted(""));

        CompletableFuture<TokenResult> first = async.token(tokens);
        CompletableFuture<TokenResult> second = async.token(tokens);
        first.cancel(true);
        runAll();

        assertThat(second.get().origin()).isEqualTo(TokenResult.Origin.SERVER);
        assertThat(stage.transport.requests()).hasSize(1);
    }

    @Test
    void aSignInAndWhatFollowsIt() throws Exception {
        CompletableFuture<PendingAuthorization> begun =
                async.authorize(AuthorizationRequest.builder(Stage.REDIRECT, READ)
                        .account(AccountNaming.subject("alice"))
                        .build());
        runAll();
        stage.answers(refreshable());
        CompletableFuture<Account> account = async.complete(
                        Stage.callback(begun.get().uri()), begun.get().browserBinding())
                .thenApply(signIn -> signIn.account());
        runAll();

        assertThat(account.get().subject()).isEqualTo("alice");
        var accounts = async.accounts("", 10);
        runAll();
        assertThat(accounts.get().accounts()).containsExactly(account.get());
        assertThatThrownBy(() -> async.accounts("", 0)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void aFutureFailsWithWhatTheBlockingCallThrows() {
        stage.answers(Answer.json(400, "{\"error\":\"access_denied\"}"));
        CompletableFuture<TokenResult> token = async.token(client.clientCredentials(READ));
        runAll();

        assertThatThrownBy(token::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(AccessDeniedException.class);
    }

    @Test
    void aTokenThatIsStillValidOutlivesTheFailureToReplaceIt() throws Exception {
        TokenSource tokens = client.clientCredentials(READ);
        stage.answers(granted(""));
        var first = async.token(tokens);
        runAll();
        stage.answers(Answer.of(500));

        CompletableFuture<TokenResult> later = tokens.getAsync(TokenOptions.NONE.minimumValidity(Duration.ofHours(2)));
        runAll();

        assertThat(later.get().token()).isEqualTo(first.get().token());
        assertThat(stage.transport.requests()).hasSize(2);
    }

    @Test
    void metadataIsThereAtOnceOrFetched() throws Exception {
        var metadata = async.metadata();
        runAll();

        assertThat(metadata.get().issuer()).isEqualTo(Stage.ISSUER);
    }
}
