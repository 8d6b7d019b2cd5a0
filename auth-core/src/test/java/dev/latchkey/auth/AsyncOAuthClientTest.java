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
import dev.latchkey.auth.interactive.LoopbackReceiver;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenSource;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
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

    private Account signedIn() throws Exception {
        var begun = async.authorize(AuthorizationRequest.builder(Stage.REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build());
        runAll();
        stage.answers(refreshable());
        var signIn =
                async.complete(Stage.callback(begun.get().uri()), begun.get().browserBinding());
        runAll();
        return signIn.get().account();
    }

    @Test
    void aSignOutIsToldWhenTheServerHasAnswered() throws Exception {
        OAuthClient revoking = stage.builder(Stage.metadata()
                        .revocationEndpoint(URI.create(Stage.ISSUER + "/revoke"))
                        .build())
                .executor(waiting::add)
                .build();
        Account alice = signedIn();
        stage.answers(Answer.of(200));

        CompletableFuture<SignOutResult> removed = revoking.async().remove(alice, SignOut.AND_AT_SERVER);

        assertThat(removed).isNotDone();
        runAll();
        assertThat(removed.get().wasSignedIn()).isTrue();
        assertThat(removed.get().revocation().isDone()).isTrue();
        assertThat(stage.transport.lastRequest().path()).isEqualTo("/revoke");
        assertThat(stage.records()).isZero();
    }

    @Test
    void aSignOutWhoseTokensCannotBeRevokedIsStillASignOut() throws Exception {
        Account alice = signedIn();
        StoreKey key = SessionKey.of(alice, "app", "").storeKey();
        StoreEntry entry = stage.store.find(key).orElseThrow();
        assertThat(stage.store.replace(
                        key,
                        entry.version(),
                        StoreRecord.of(new byte[] {7}, entry.record().usableUntil())))
                .isPresent();

        var removed = async.remove(alice, SignOut.AND_AT_SERVER);
        runAll();

        assertThat(removed.get().revocation().outcome()).isEqualTo(Revocation.Outcome.FAILED);
        assertThat(stage.store.find(key)).isEmpty();
    }

    @Test
    void anImportedRefreshTokenBeginsASession() throws Exception {
        stage.answers(refreshable());

        var imported = async.importRefreshToken(RefreshToken.of("elsewhere"), READ, AccountNaming.subject("alice"));
        runAll();

        assertThat(imported.get().account().subject()).isEqualTo("alice");
        assertThat(stage.transport.lastRequest().form()).containsEntry("refresh_token", "elsewhere");
    }

    @Test
    void tokensAreRevokedAndLookedUp() throws Exception {
        OAuthClient full = stage.builder(Stage.metadata()
                        .revocationEndpoint(URI.create(Stage.ISSUER + "/revoke"))
                        .member("introspection_endpoint", Stage.ISSUER + "/introspect")
                        .build())
                .executor(waiting::add)
                .build();
        AccessToken token = AccessToken.bearer("a1");
        stage.answers(Answer.of(200)).answers(Answer.of(200)).answers("{\"active\":false}");

        var plain = full.async().revoke(token);
        var result = full.async().revoke(TokenResult.of(token, TokenResult.Origin.MEMORY, true));
        var known = full.async().introspect(RefreshToken.of("r1"));
        runAll();

        assertThat(plain.get().isDone()).isTrue();
        assertThat(result.get().isDone()).isTrue();
        assertThat(known.get().isActive()).isFalse();
        assertThat(stage.transport.requests())
                .extracting(request -> request.form().get("token"))
                .containsExactly("a1", "a1", "r1");
    }

    @Test
    void theBrowserOfThisMachineSignsInWhileNobodyWaits() throws Exception {
        try (LoopbackReceiver receiver = LoopbackReceiver.open()) {
            AuthorizationRequest request = AuthorizationRequest.builder(receiver.redirectUri(), READ)
                    .account(AccountNaming.subject("alice"))
                    .build();
            stage.answers(refreshable());
            CompletableFuture<Integer> page = new CompletableFuture<>();

            var signIn =
                    async.interactive(request, receiver, uri -> visit(receiver, uri, page), Duration.ofSeconds(10));
            assertThat(signIn).isNotDone();
            runAll();

            assertThat(signIn.get().account().subject()).isEqualTo("alice");
            assertThat(page.get()).isEqualTo(200);
            assertThatThrownBy(() -> async.interactive(
                            AuthorizationRequest.of(Stage.REDIRECT, READ), receiver, uri -> {}, Duration.ofSeconds(1)))
                    .isInstanceOf(ConfigurationException.class);
        }
    }

    private static void visit(LoopbackReceiver receiver, URI uri, CompletableFuture<Integer> page) {
        String query = "?code=" + Stage.CODE + "&state=" + Stage.query(uri).get("state");
        new Thread(() -> {
                    try {
                        HttpURLConnection connection = (HttpURLConnection) URI.create(receiver.redirectUri() + query)
                                .toURL()
                                .openConnection();
                        page.complete(connection.getResponseCode());
                    } catch (IOException e) {
                        page.completeExceptionally(e);
                    }
                })
                .start();
    }
}
