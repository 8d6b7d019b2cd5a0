package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.granted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.grant.Assertion;
import dev.latchkey.auth.grant.JwtBearerGrant;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenSource;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nonces of the authorization server and of resources (RFC 9449 §8, §9). */
@Timeout(20)
class DpopNonceTest {

    private static final URI API = URI.create("https://api.example.com/items");

    private final Stage stage = new Stage();
    private final AtomicInteger assertions = new AtomicInteger();
    private final OAuthClient client = stage.builder()
            .client(ClientId.of("app"), new Assertions())
            .binding(new FakeBinding.Factory("fake"))
            .build();

    /** Proves its identity anew for every attempt, as an assertion does. */
    private final class Assertions implements ClientAuthentication {
        @Override
        public String method() {
            return "private_key_jwt";
        }

        @Override
        public void authenticate(RequestDraft request) {
            request.parameter("client_assertion", "assertion-" + assertions.incrementAndGet());
        }
    }

    private static Answer demand(String nonce) {
        return Answer.json(400, "{\"error\":\"use_dpop_nonce\"}").header("DPoP-Nonce", nonce);
    }

    private static Answer token(String more) {
        return Answer.json(200, granted(more).replace("Bearer", "DPoP"));
    }

    private List<String> proofs() {
        return stage.transport.requests().stream()
                .map(request -> request.header("dpop").orElse("none"))
                .collect(Collectors.toList());
    }

    @Test
    void d6_aDemandedNonceIsGivenOnceWithNewClientAuthentication() {
        stage.answers(demand("n1")).answers(token(""));

        client.clientCredentials(READ).token();

        assertThat(proofs())
                .containsExactly(
                        "key-1 POST https://as.example.com/token",
                        "key-1 POST https://as.example.com/token and nonce n1");
        assertThat(stage.transport.requests().get(0).body()).contains("client_assertion=assertion-1");
        assertThat(stage.transport.requests().get(1).body()).contains("client_assertion=assertion-2");
    }

    @Test
    void d6_aSecondDemandIsSurfaced() {
        stage.answers(demand("n1")).answers(demand("n2"));

        assertThatThrownBy(() -> client.clientCredentials(READ).token())
                .isInstanceOfSatisfying(
                        OAuthException.class,
                        e -> assertThat(e.error().orElseThrow().code()).isEqualTo("use_dpop_nonce"));
        assertThat(stage.transport.requests()).hasSize(2);
    }

    @Test
    void d6_withoutANewNonceNothingIsSentAgain() {
        stage.answers(Answer.json(400, "{\"error\":\"use_dpop_nonce\"}"));
        assertThatThrownBy(() -> client.clientCredentials(READ).token()).isInstanceOf(OAuthException.class);
        stage.clock.advance(Duration.ofMinutes(1));
        stage.answers(demand("n 1"));
        assertThatThrownBy(() -> client.clientCredentials(READ).token()).isInstanceOf(OAuthException.class);
        stage.clock.advance(Duration.ofMinutes(1));
        stage.answers(demand("n1").header("DPoP-Nonce", "n2"));
        assertThatThrownBy(() -> client.clientCredentials(READ).token()).isInstanceOf(OAuthException.class);
        assertThat(stage.transport.requests()).hasSize(3);
    }

    @Test
    void d5_theNonceOfASuccessIsUsedNext() {
        stage.answers(token("").header("DPoP-Nonce", "n1"))
                .answers(token("").header("DPoP-Nonce", "n2"))
                .answers(token(""));
        TokenSource tokens = client.clientCredentials(READ);

        tokens.token();
        tokens.get(TokenOptions.NONE.forceRefresh());
        tokens.get(TokenOptions.NONE.forceRefresh());

        assertThat(proofs())
                .containsExactly(
                        "key-1 POST https://as.example.com/token",
                        "key-1 POST https://as.example.com/token and nonce n1",
                        "key-1 POST https://as.example.com/token and nonce n2");
    }

    @Test
    void d11_anotherNodesFirstRefreshHasTheNonceOfTheSession() {
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(Stage.REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build());
        stage.answers(token(",\"refresh_token\":\"r1\"").header("DPoP-Nonce", "n1"));
        Account alice = client.complete(Stage.callback(pending.uri()), pending.browserBinding())
                .account();
        stage.clock.advance(Duration.ofHours(2));
        stage.answers(token("").header("DPoP-Nonce", "n2")).answers(token(""));

        another().tokens(alice, READ).token();
        stage.clock.advance(Duration.ofHours(2));
        another().tokens(alice, READ).token();

        assertThat(proofs())
                .containsExactly(
                        "key-1 POST https://as.example.com/token",
                        "key-1 POST https://as.example.com/token and nonce n1",
                        "key-1 POST https://as.example.com/token and nonce n2");
    }

    /** Each account's token lives longer than the server's nonces, of which every account gets the same. */
    @Test
    void aRefreshAfterFiveMinutesIsOneRequestIfAnotherAccountWasThereMeanwhile() {
        AtomicLong nanos = new AtomicLong();
        OAuthClient busy = stage.builder()
                .client(ClientId.of("app"), new Assertions())
                .binding(new FakeBinding.Factory("fake"))
                .ticker(nanos::get)
                .build();
        TokenSource alice = busy.tokens(JwtBearerGrant.of(Assertion.of("a"), Scopes.NONE));
        TokenSource bob = busy.tokens(JwtBearerGrant.of(Assertion.of("b"), Scopes.NONE));
        stage.answers(token("").header("DPoP-Nonce", "n1"));
        alice.token();
        nanos.addAndGet(Duration.ofMinutes(5).toNanos());
        stage.answers(token("").header("DPoP-Nonce", "n2"));
        bob.token();
        stage.answers(token(""));
        alice.get(TokenOptions.NONE.forceRefresh());

        assertThat(proofs())
                .containsExactly(
                        "key-1 POST https://as.example.com/token",
                        "key-2 POST https://as.example.com/token and nonce n1",
                        "key-1 POST https://as.example.com/token and nonce n2");
    }

    /** A server that gives each key its own, and uses the refresh token up before it looks at the nonce. */
    @Test
    void d11_aRefreshOnAnotherNodeTriesNobodyElsesNonce() throws Exception {
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(Stage.REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build());
        stage.answers(token(",\"refresh_token\":\"r1\"").header("DPoP-Nonce", "of-alice"));
        Account alice = client.complete(Stage.callback(pending.uri()), pending.browserBinding())
                .account();
        stage.clock.advance(Duration.ofHours(2));
        FakeBinding.Factory keys = new FakeBinding.Factory("fake");
        keys.create(Stage.metadata().build());
        OAuthClient another = stage.builder()
                .client(ClientId.of("app"), new Assertions())
                .binding(keys)
                .build();
        stage.answers(token("").header("DPoP-Nonce", "of-bob")).answers(token(""));
        another.tokens(JwtBearerGrant.of(Assertion.of("bob"), Scopes.NONE)).token();

        another.tokens(alice, READ).token();

        assertThat(proofs().get(2)).isEqualTo("key-1 POST https://as.example.com/token and nonce of-alice");
    }

    private OAuthClient another() {
        return stage.builder()
                .client(ClientId.of("app"), new Assertions())
                .binding(new FakeBinding.Factory("fake"))
                .build();
    }

    @Test
    void k7_aBearerTokenIsDiscardedWhereDpopWasUsed() {
        stage.answers(granted(""));

        assertThatThrownBy(() -> client.clientCredentials(READ).token())
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo("token_type"));
    }

    @Test
    void d4_aResourceCallProvesTheSessionsKeyWithItsToken() throws Exception {
        stage.answers(token(""));
        stage.answers(Answer.of(200));
        HttpCalls api = new HttpCalls(client.clientCredentials(READ));

        api.get();

        RecordedRequest call = stage.transport.lastRequest();
        assertThat(call.header("Authorization")).contains("DPoP " + Stage.ACCESS_TOKEN);
        assertThat(call.header("DPoP")).contains("key-1 GET https://api.example.com/items with token");
    }

    @Test
    void d5_aResourcesNonceIsItsOwnAndUsedNext() throws Exception {
        stage.answers(token("").header("DPoP-Nonce", "as"));
        stage.answers(Answer.of(200).header("DPoP-Nonce", "rs1"));
        stage.answers(Answer.of(200).header("DPoP-Nonce", "rs2"));
        stage.answers(Answer.of(200));
        HttpCalls api = new HttpCalls(client.clientCredentials(READ));

        api.get();
        api.get();
        api.get();

        assertThat(proofs())
                .containsExactly(
                        "key-1 POST https://as.example.com/token",
                        "key-1 GET https://api.example.com/items with token",
                        "key-1 GET https://api.example.com/items with token and nonce rs1",
                        "key-1 GET https://api.example.com/items with token and nonce rs2");
    }

    @Test
    void d5_soIsTheNonceOfTheUserInfoEndpoint() {
        OAuthClient asking = stage.builder(Stage.metadata()
                        .member("userinfo_endpoint", "https://api.example.com/me")
                        .build())
                .client(ClientId.of("app"), new Assertions())
                .binding(new FakeBinding.Factory("fake"))
                .build();
        stage.answers(token("").header("DPoP-Nonce", "as"));
        String alice = "{\"sub\":\"alice\"}";
        stage.answers(challenge("DPoP error=\"use_dpop_nonce\"", "n1"))
                .answers(Answer.json(200, alice))
                .answers(Answer.json(200, alice));
        TokenSource tokens = asking.clientCredentials(READ);

        asking.userInfo(tokens, "alice");
        asking.userInfo(tokens, "alice");

        assertThat(proofs()).hasSize(4);
        assertThat(proofs().get(3)).isEqualTo("key-1 GET https://api.example.com/me with token and nonce n1");
    }

    @Test
    void d6_aResourceThatDemandsANonceIsAskedAgainOnce() throws Exception {
        stage.answers(token(""));
        stage.answers(challenge("dpop error=\"use_dpop_nonce\"", "n1")).answers(Answer.of(200));
        HttpCalls api = new HttpCalls(client.clientCredentials(READ));

        assertThat(api.get()).isEqualTo(200);
        stage.answers(challenge("DPoP error=\"use_dpop_nonce\"", "n2"))
                .answers(challenge("DPoP error=\"use_dpop_nonce\"", "n3"));
        assertThat(api.get()).isEqualTo(401);

        assertThat(stage.transport.requests()).hasSize(5);
        assertThat(proofs().get(2)).endsWith("and nonce n1");
        assertThat(stage.transport.openResponses()).isZero();
    }

    @Test
    void d6_aBodyThatCannotBeSentAgainIsNot() throws Exception {
        stage.answers(token(""));
        stage.answers(challenge("DPoP error=\"use_dpop_nonce\"", "n1"));
        HttpCalls api = new HttpCalls(client.clientCredentials(READ));

        assertThat(api.send(TransportRequest.builder("POST", API)
                        .body(RequestBody.once(
                                1, () -> new ByteArrayInputStream("x".getBytes(StandardCharsets.US_ASCII))))
                        .build()))
                .isEqualTo(401);
        assertThat(stage.transport.requests()).hasSize(2);
    }

    @Test
    void d4_aRefusedTokenIsNeverSentAsABearerToken() throws Exception {
        stage.answers(token(""));
        stage.answers(challenge("Bearer realm=\"x\"", "n1"));
        HttpCalls api = new HttpCalls(client.clientCredentials(READ));

        assertThat(api.get()).isEqualTo(401);
        assertThat(stage.transport.requests()).hasSize(2);
        assertThat(stage.transport.requests())
                .noneMatch(request -> request.header("Authorization").orElse("").startsWith("Bearer"));
    }

    @Test
    void d8_theTokenFromTheStoreComesWithItsKey() throws Exception {
        TokenSource here = client.tokens(JwtBearerGrant.of(Assertion.of("a"), Scopes.NONE));
        stage.answers(token(""));
        here.token();
        TokenSource elsewhere = another().tokens(JwtBearerGrant.of(Assertion.of("a"), Scopes.NONE));
        stage.answers(Answer.of(200));

        new HttpCalls(elsewhere).get();

        assertThat(stage.transport.requests()).hasSize(2);
        assertThat(stage.transport.lastRequest().header("DPoP"))
                .contains("key-1 GET https://api.example.com/items with token");
    }

    private static Answer challenge(String challenge, String nonce) {
        return Answer.of(401).header("WWW-Authenticate", challenge).header("DPoP-Nonce", nonce);
    }

    private final class HttpCalls {

        private final AuthorizedTransport transport;

        HttpCalls(TokenSource tokens) {
            transport = AuthorizedTransport.over(stage.transport, tokens).to(API);
        }

        int get() throws Exception {
            return send(TransportRequest.builder("GET", API).build());
        }

        int send(TransportRequest request) throws Exception {
            try (TransportResponse response = transport.send(request)) {
                return response.status();
            }
        }
    }
}
