package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.LogoutRequest;
import dev.latchkey.auth.authorize.PendingLogout;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.registration.AsyncClientRegistrations;
import dev.latchkey.auth.registration.ClientMetadata;
import dev.latchkey.auth.registration.ClientRegistrations;
import dev.latchkey.auth.registration.RegisteredClient;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.RefreshToken;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Futures of what else blocks, each in one flight of a client that knows nothing of its server yet: one thread is enough. */
@Timeout(20)
class AsyncCounterpartsTest {

    private static final URI BYE = URI.create("https://app.example.com/bye");

    private final Stage stage = new Stage();
    private final List<Runnable> waiting = new ArrayList<>();
    private final OAuthClient client = stage.discovering()
            .security(SecurityProfile.LENIENT)
            .idTokens(new FakeVerifier(Map.of("iss", ISSUER, "sub", "alice")))
            .timeout(Duration.ofSeconds(1))
            .executor(waiting::add)
            .build();
    private final AsyncOAuthClient async = client.async();

    private <T> T landed(CompletableFuture<T> future) throws Exception {
        assertThat(future).as("nothing runs on the caller's thread").isNotDone();
        while (!waiting.isEmpty()) {
            waiting.remove(0).run();
        }
        return future.get();
    }

    private static AuthorizationServerMetadata server() {
        return Stage.metadata()
                .member("end_session_endpoint", ISSUER + "/logout")
                .member("registration_endpoint", ISSUER + "/register")
                .build();
    }

    private AsyncOAuthClient published() {
        Fapi.publish(stage, server());
        return async;
    }

    @Test
    @SuppressWarnings("deprecation") // It is what is tested.
    void aPasswordSignsIn() throws Exception {
        AsyncOAuthClient async = published();
        stage.transport.onPost("/token").answers(200, "application/json", Stage.refreshable());

        var signIn = landed(
                async.password(PasswordGrant.of("alice", Password.of("pw"), READ), AccountNaming.subject("alice")));

        assertThat(signIn.account().subject()).isEqualTo("alice");
        assertThat(stage.transport.lastRequest().form()).containsEntry("grant_type", "password");
    }

    @Test
    void aGrantIsExchanged() throws Exception {
        AsyncOAuthClient async = published();
        stage.transport.onPost("/token").answers(200, "application/json", Stage.granted(""));

        assertThat(landed(async.request(ClientCredentialsGrant.of(READ)))
                        .accessToken()
                        .reveal())
                .isEqualTo(Stage.ACCESS_TOKEN);
    }

    @Test
    void theBrowserIsSentToTheServersLogout() throws Exception {
        AsyncOAuthClient async = published();

        assertThat(landed(async.logoutUri(LogoutRequest.builder().build()))).hasPath("/logout");
        PendingLogout pending = landed(
                async.logout(LogoutRequest.builder().postLogoutRedirectUri(BYE).build()));

        assertThat(pending.uri())
                .hasParameter("post_logout_redirect_uri", BYE.toString())
                .hasParameter("state", pending.state().orElseThrow().reveal());
    }

    @Test
    void whatTheServerSendsIsVerified() throws Exception {
        AsyncOAuthClient async = published();

        assertThat(landed(async.verify(SignedResponse.LOGOUT_TOKEN, "signed.LOGOUT_TOKEN"))
                        .subject())
                .isEqualTo("alice");
        assertThatThrownBy(() -> landed(async.verify(SignedResponse.LOGOUT_TOKEN, "forged")))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InvalidResponseException.class);
        assertThat(landed(async.serves(ISSUER))).isTrue();
        assertThat(landed(async.serves("https://other.example.com"))).isFalse();
    }

    @Test
    void accountsAreFoundByNameAndTheirRefreshTokensHandedOut() throws Exception {
        AsyncOAuthClient async = published();
        Map<String, Object> claims = stage.claims();
        claims.put("preferred_username", "alice@example.com");
        stage.transport.onPost("/token").answers(200, "application/json", Stage.withIdToken(Stage.jwt(claims)));
        Account alice = landed(async.importRefreshToken(RefreshToken.of("r"), Stage.OPENID, AccountNaming.byServer()))
                .account();

        assertThat(landed(async.named("ALICE@example.com"))).containsExactly(alice);
        assertThat(landed(async.named("bob@example.com"))).isEmpty();
        assertThat(landed(async.revealRefreshToken(alice)))
                .hasValueSatisfying(token -> assertThat(token.reveal()).isEqualTo(Stage.REFRESH_TOKEN));
        assertThat(landed(async.remove(alice)).wasSignedIn()).isTrue();
        assertThat(landed(async.revealRefreshToken(alice))).isEmpty();
    }

    @Test
    void anyOtherCallIsAFlightThatClosingWaitsFor() throws Exception {
        assertThat(landed(async.call(() -> "done"))).isEqualTo("done");

        client.close();
        assertThatThrownBy(() -> async.call(() -> "late").get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ConfigurationException.class);
    }

    @Test
    void aClientIsRegisteredAndLookedAfter() throws Exception {
        AsyncClientRegistrations registrations =
                ClientRegistrations.over(stage.transport).async(waiting::add);
        ClientMetadata metadata =
                ClientMetadata.builder().redirectUris(Stage.REDIRECT).build();
        String known = "{\"client_id\":\"c1\",\"registration_access_token\":\"t\",\"registration_client_uri\":\""
                + ISSUER + "/c1\"}";
        stage.answers(Answer.json(201, known))
                .answers(Answer.json(200, known))
                .answers(Answer.json(200, known))
                .answers(Answer.of(204))
                .answers(Answer.json(401, "{\"error\":\"invalid_token\"}"));

        RegisteredClient registered = landed(registrations.register(server(), metadata));
        landed(registrations.read(registered));
        landed(registrations.update(registered, metadata));
        assertThat(landed(registrations.delete(registered))).isNull();

        assertThat(stage.transport.requests())
                .extracting(request -> request.method() + " " + request.path())
                .containsExactly("POST /register", "GET /c1", "PUT /c1", "DELETE /c1");
        assertThatThrownBy(() -> landed(registrations.read(registered)))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("The server refused the registration");
        AsyncClientRegistrations full = ClientRegistrations.over(stage.transport)
                .async(call -> {
                    throw new RejectedExecutionException();
                });
        assertThatThrownBy(() -> full.read(registered).get()).hasCauseInstanceOf(TemporaryFailureException.class);
    }
}
