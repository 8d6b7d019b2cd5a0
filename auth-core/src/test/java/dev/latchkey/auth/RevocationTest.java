package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.Gate;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RFC 7009 on the wire, and what is made of its answers. */
@Timeout(20)
class RevocationTest extends WithAccounts {

    private final OAuthClient client = client();

    @Test
    void k15_theRefreshTokenIsRevokedWithTheClientsAuthentication() {
        revocationAnswers(Answer.of(200));
        OAuthClient post = builder()
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of("s3cret")))
                .build();
        OAuthClient basic = builder()
                .client(ClientId.of("app"), ClientAuthentication.secretBasic(ClientSecret.of("s3cret")))
                .build();
        Account alice = signIn(client, "alice", "alice@example.com", "", "r1");

        SignOutResult result = client.accounts().remove(alice, SignOut.AND_AT_SERVER);

        assertThat(result.revocation()).isSameAs(Revocation.DONE);
        assertThat(result.revocation().isDone()).isTrue();
        RecordedRequest request = stage.transport.lastRequest();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri()).hasToString("https://as.example.com/revoke");
        assertThat(request.header("Content-Type")).contains("application/x-www-form-urlencoded");
        assertThat(request.header("Authorization")).isEmpty();
        assertThat(request.body()).isEqualTo("token=r1&token_type_hint=refresh_token&client_id=app");

        assertThat(post.revoke(RefreshToken.of("r 2")).isDone()).isTrue();
        assertThat(stage.transport.lastRequest().body())
                .isEqualTo("token=r+2&token_type_hint=refresh_token&client_id=app&client_secret=s3cret");
        assertThat(basic.revoke(AccessToken.bearer("a3")).isDone()).isTrue();
        assertThat(stage.transport.lastRequest().body()).isEqualTo("token=a3&token_type_hint=access_token");
        assertThat(stage.transport.lastRequest().header("Authorization")).contains("Basic YXBwOnMzY3JldA==");
        assertThat(events).containsExactly("signed out alice");
    }

    @Test
    void withoutARefreshTokenTheValidAccessTokensAreRevoked() {
        revocationAnswers(Answer.of(200));
        Account alice = complete(client, "alice", "alice@example.com", "", tokens("a1", "r1"));
        stage.answers(tokens("a2", "r1").replace("3600", "7200"));
        client.tokens(alice, Scopes.of("other")).token();
        withoutRefreshToken(alice);
        assertThat(client.accounts().remove(alice, SignOut.AND_AT_SERVER).revocation())
                .isSameAs(Revocation.DONE);
        assertThat(revoked())
                .containsExactlyInAnyOrder(
                        "token=a1&token_type_hint=access_token&client_id=app",
                        "token=a2&token_type_hint=access_token&client_id=app");

        alice = complete(client, "alice", "alice@example.com", "", tokens("a3", "r1"));
        stage.answers(tokens("a4", "r1").replace("3600", "7200"));
        client.tokens(alice, Scopes.of("other")).token();
        withoutRefreshToken(alice);
        stage.clock.advance(Duration.ofHours(1));
        client.accounts().remove(alice, SignOut.AND_AT_SERVER);
        assertThat(revoked()).hasSize(3).last().isEqualTo("token=a4&token_type_hint=access_token&client_id=app");
    }

    @Test
    void k15_whereTheRefreshTokenCannotBeRevokedItsAccessTokensAre() {
        stage.transport
                .onPost("/revoke")
                .alwaysAnswers(request -> request.body().contains("hint=refresh_token")
                        ? Answer.json(400, "{\"error\":\"unsupported_token_type\"}")
                        : Answer.of(200));
        Account alice = complete(client, "alice", "alice@example.com", "", tokens("a1", "r1"));

        Revocation revocation =
                client.accounts().remove(alice, SignOut.AND_AT_SERVER).revocation();

        assertThat(revocation.outcome()).isEqualTo(Revocation.Outcome.NOT_OFFERED);
        assertThat(revoked())
                .containsExactly(
                        "token=r1&token_type_hint=refresh_token&client_id=app",
                        "token=a1&token_type_hint=access_token&client_id=app");
    }

    @Test
    void k15_aServerThatDoesNotKnowTheClientOrHasNoTimeIsNotAskedAgainForEachToken() {
        for (int status : List.of(401, 429, 503)) {
            stage.transport.onPost("/revoke").answers(Answer.json(status, "{\"error\":\"invalid_client\"}"));
            Account alice = complete(client, "alice", "alice@example.com", "", tokens("a1", "r1"));

            client.accounts().remove(alice, SignOut.AND_AT_SERVER);

            assertThat(revoked()).last().isEqualTo("token=r1&token_type_hint=refresh_token&client_id=app");
        }
        assertThat(revoked()).hasSize(3);
    }

    private void withoutRefreshToken(Account account) {
        StoreKey key = SessionKey.of(account, "app", "").storeKey();
        String content = new String(stage.store.find(key).orElseThrow().record().content(), StandardCharsets.UTF_8);
        assertThat(content).contains("\"refresh_token\":\"r1\",");
        overwrite(key, content.replace("\"refresh_token\":\"r1\",", ""));
    }

    @Test
    void k15_aSuccessIsAllInItsStatus() {
        for (Answer answer : new Answer[] {
            Answer.of(200),
            Answer.of(200, "application/json", ""),
            Answer.of(200, "application/json", "not JSON"),
            Answer.of(200, "text/html", "<html>"),
            Answer.of(200, "application/json", "{\"error\":\"whatever\"}"),
            Answer.of(200).header("Content-Encoding", "unheard-of")
        }) {
            stage.answers(answer);
            assertThat(client.revoke(RefreshToken.of("r1"))).isSameAs(Revocation.DONE);
        }
        assertThat(stage.transport.openResponses()).isZero();
        assertThat(events).isEmpty();
    }

    @Test
    void anotherSuccessIsNone() {
        for (int status : new int[] {201, 202, 204}) {
            stage.answers(Answer.of(status));
            assertFailed(client.revoke(RefreshToken.of("r1")), InvalidResponseException.class, "must be 200");
        }
    }

    @Test
    void t2_aRedirectOfARevocationIsNotFollowed() {
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            stage.answers(Answer.of(status).header("Location", "https://evil.example/"));
            assertFailed(client.revoke(RefreshToken.of("r1")), InvalidResponseException.class, "redirect");
        }
        assertThat(stage.transport.requests())
                .hasSize(5)
                .allMatch(each -> each.path().equals("/revoke"));
    }

    @Test
    void k15_aServerThatAsksToWaitIsToldAndMayBeAskedAgain() {
        Account alice = signIn(client, "alice", "alice@example.com", "", "r1");
        stage.answers(Answer.of(503).header("Retry-After", "120"));
        SignOutResult result = client.accounts().remove(alice, SignOut.AND_AT_SERVER);

        assertThat(result.wasSignedIn()).isTrue();
        assertThat(result.revocation().outcome()).isEqualTo(Revocation.Outcome.FAILED);
        assertThat(result.revocation().failure()).get().isInstanceOfSatisfying(TemporaryFailureException.class, e -> {
            assertThat(e.retryAfter()).contains(Duration.ofMinutes(2));
            assertThat(e.safeToRetry()).isTrue();
            assertThat(e).hasMessageNotContaining("r1");
        });
        assertThat(events).containsExactly("signed out alice", "not revoked alice TemporaryFailureException");
        assertThat(client.accounts()).isEmpty();
    }

    @Test
    void whatDoesNotArriveIsTold() {
        stage.transport.fails(Kind.CONNECT, Delivery.NOT_SENT);
        assertFailed(client.revoke(RefreshToken.of("r1")), TemporaryFailureException.class, "not sent");
        stage.transport.fails(Kind.DEADLINE, Delivery.UNKNOWN);
        Revocation unknown = client.revoke(RefreshToken.of("r1"));
        assertFailed(unknown, TemporaryFailureException.class, "may be sent again");
        assertThat(unknown.failure())
                .get()
                .isInstanceOfSatisfying(
                        TemporaryFailureException.class,
                        e -> assertThat(e.safeToRetry())
                                .as("to revoke twice does no harm")
                                .isTrue());
        stage.transport.fails(Kind.TLS, Delivery.NOT_SENT);
        assertFailed(client.revoke(AccessToken.bearer("a1")), ConfigurationException.class, "tls");
        assertThat(events)
                .containsExactly(
                        "not revoked nobody TemporaryFailureException",
                        "not revoked nobody TemporaryFailureException",
                        "not revoked nobody ConfigurationException");
    }

    @Test
    void aRefusalIsTold() {
        stage.answers(Answer.json(401, "{\"error\":\"invalid_client\",\"token\":\"r1\",\"x_token\":\"r1\"}"));
        Revocation refused = client.revoke(RefreshToken.of("r1"));
        assertFailed(refused, ConfigurationException.class, "invalid_client");
        assertThat(refused.failure().orElseThrow()).hasMessageNotContaining("r1");
    }

    @Test
    void aTypeThatTheServerDoesNotRevokeIsNoFailure() {
        stage.answers(Answer.json(400, "{\"error\":\"unsupported_token_type\"}"));
        Revocation revocation = client.revoke(AccessToken.bearer("a1"));
        assertThat(revocation.outcome()).isEqualTo(Revocation.Outcome.NOT_OFFERED);
        assertThat(revocation.failure().orElseThrow().error().orElseThrow().code())
                .isEqualTo("unsupported_token_type");
        assertThat(events).isEmpty();
    }

    @Test
    void anAddressThatIsNoneIsAFailureAndNotAServerThatRevokesNothing() {
        Map<String, Object> members = new HashMap<>(Stage.metadata().build().asMap());
        members.put("revocation_endpoint", "/revoke");
        OAuthClient here = builder()
                .server(AuthorizationServer.of(AuthorizationServerMetadata.of(members)))
                .build();

        assertFailed(
                here.revoke(RefreshToken.of("r1")),
                ConfigurationException.class,
                "revocation_endpoint must be an absolute");
    }

    @Test
    void aServerWithoutTheEndpointIsAskedNothing() {
        OAuthClient here = builder()
                .server(AuthorizationServer.of(Stage.metadata().build()))
                .build();
        Account alice = signIn(here, "alice", "alice@example.com");
        int before = stage.transport.requests().size();
        SignOutResult result = here.accounts().remove(alice, SignOut.AND_AT_SERVER);
        assertThat(result.wasSignedIn()).isTrue();
        assertThat(result.revocation()).isSameAs(Revocation.NOT_OFFERED);
        assertThat(here.revoke(RefreshToken.of("r1"))).isSameAs(Revocation.NOT_OFFERED);
        assertThat(stage.transport.requests()).hasSize(before);
        assertThat(events).containsExactly("signed out alice");
    }

    @Test
    void nothingIsRevokedOverPlainHttp() {
        OAuthClient here = builder()
                .server(AuthorizationServer.of(Stage.metadata()
                        .revocationEndpoint(URI.create("http://as.example.com/revoke"))
                        .build()))
                .build();
        assertFailed(here.revoke(RefreshToken.of("r1")), ConfigurationException.class, "https");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void metadataThatCannotBeHadDoesNotKeepTheSession() {
        Account alice = signIn(client, "alice", "alice@example.com");
        OAuthClient discovering = stage.discovering().build();
        stage.transport.fails(Kind.CONNECT, Delivery.NOT_SENT);
        SignOutResult result = discovering.accounts().remove(alice, SignOut.AND_AT_SERVER);
        assertThat(result.wasSignedIn()).isTrue();
        assertFailed(result.revocation(), TemporaryFailureException.class, "not sent");
        assertThat(stage.records()).isZero();
    }

    @Test
    void aTokenIsNeverRevokedAtAnotherServer() {
        Account alice = signIn(client, "alice", "alice@example.com");
        AuthorizationServerMetadata other = AuthorizationServerMetadata.builder("https://elsewhere.example")
                .tokenEndpoint(URI.create("https://elsewhere.example/token"))
                .revocationEndpoint(URI.create("https://elsewhere.example/revoke"))
                .build();
        OAuthClient elsewhere = builder().server(AuthorizationServer.of(other)).build();
        assertThatThrownBy(() -> elsewhere.accounts().remove(alice, SignOut.AND_AT_SERVER))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("elsewhere.example");
        assertThat(client.accounts()).as("nothing was removed").containsExactly(alice);
        assertThat(stage.transport.requests()).hasSize(1);

        OAuthClient discovering = builder()
                .server(AuthorizationServer.oauth("https://elsewhere.example"))
                .build();
        stage.answers(
                "{\"issuer\":\"https://elsewhere.example\",\"token_endpoint\":\"https://elsewhere.example/token\","
                        + "\"revocation_endpoint\":\"https://elsewhere.example/revoke\"}");
        SignOutResult result = discovering.accounts().remove(alice, SignOut.AND_AT_SERVER);
        assertFailed(result.revocation(), ConfigurationException.class, "elsewhere.example");
        assertThat(stage.transport.requests()).as("the metadata").hasSize(2);
    }

    @Test
    void theTokensOfABoundSessionAreRevokedWithAProofOfItsKey() {
        revocationAnswers(Answer.of(200));
        OAuthClient bound = builder().binding(new FakeBinding.Factory("fake")).build();
        Account alice = complete(
                bound, "alice", "alice@example.com", "", tokens("a1", "r1").replace("Bearer", "DPoP"));
        assertThat(bound.accounts()
                        .remove(alice, SignOut.AND_AT_SERVER)
                        .revocation()
                        .isDone())
                .isTrue();
        assertThat(stage.transport.lastRequest().header("DPoP")).contains("key-1 POST https://as.example.com/revoke");
    }

    @Test
    void aBoundAccessTokenIsRevokedWithAProofOfItsKey() {
        revocationAnswers(Answer.of(200));
        OAuthClient bound = builder().binding(new FakeBinding.Factory("fake")).build();
        Account alice = complete(
                bound, "alice", "alice@example.com", "", tokens("a1", "r1").replace("Bearer", "DPoP"));

        Revocation revocation = bound.revoke(bound.tokens(alice, Stage.OPENID).get(TokenOptions.NONE));

        assertThat(revocation).isSameAs(Revocation.DONE);
        assertThat(stage.transport.lastRequest().body()).startsWith("token=a1&token_type_hint=access_token");
        assertThat(stage.transport.lastRequest().header("DPoP")).contains("key-1 POST https://as.example.com/revoke");
    }

    @Test
    void aKeyThatCannotBeHadIsTold() {
        FakeBinding.Factory keys = new FakeBinding.Factory("fake");
        OAuthClient bound = builder().binding(keys).build();
        Account alice = complete(
                bound, "alice", "alice@example.com", "", tokens("a1", "r1").replace("Bearer", "DPoP"));
        keys.broken = true;
        SignOutResult result = bound.accounts().remove(alice, SignOut.AND_AT_SERVER);
        assertThat(result.wasSignedIn()).isTrue();
        assertFailed(result.revocation(), TemporaryFailureException.class, "key cannot be had");
    }

    @Test
    void aTransportThatThrowsAnythingIsTold() {
        OAuthClient here = OAuthClient.builder(request -> {
                    throw new IllegalStateException("bug");
                })
                .server(AuthorizationServer.of(server()))
                .client(ClientId.of("app"), ClientAuthentication.none())
                .build();
        assertFailed(here.revoke(RefreshToken.of("r1")), TemporaryFailureException.class, "IllegalStateException");
    }

    @Test
    void aSlowServerDoesNotKeepTheCallerWhoHasSignedOut() {
        OAuthClient here = builder().timeout(Duration.ofMillis(200)).build();
        Account alice = signIn(here, "alice", "alice@example.com");
        Gate never = Gate.closed("the server answers");
        stage.answers(Answer.of(200).heldAt(never));
        SignOutResult result = here.accounts().remove(alice, SignOut.AND_AT_SERVER);
        never.open();
        assertThat(result.wasSignedIn()).isTrue();
        assertFailed(result.revocation(), TemporaryFailureException.class, "time-out");
    }

    private static void assertFailed(Revocation revocation, Class<?> failure, String message) {
        assertThat(revocation.outcome()).isEqualTo(Revocation.Outcome.FAILED);
        assertThat(revocation.isDone()).isFalse();
        assertThat(revocation.failure().orElseThrow()).isInstanceOf(failure).hasMessageContaining(message);
    }
}
