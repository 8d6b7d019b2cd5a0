package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.ExtensionGrant;
import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResult.Origin;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What one call may demand, and grants that are made anew. */
class TokenOptionsTest extends WithSessions {

    private final AtomicInteger number = new AtomicInteger();

    private void serverCounts() {
        transport.onPost("/token").alwaysAnswers(request -> {
            int mine = number.incrementAndGet();
            return Answer.json(200, granted("t" + mine, ",\"refresh_token\":\"x" + mine + "\""));
        });
    }

    @Test
    void aMinimumValidityIsMetOrTheBestThereIsIsGiven() {
        TokenSource tokens = client().clientCredentials(READ);
        transport.answers(200, "application/json", granted("one", ""));
        tokens.token();
        clock.advance(Duration.ofMinutes(50));
        TokenOptions tenMinutes = TokenOptions.NONE.minimumValidity(Duration.ofMinutes(10));
        assertThat(tokens.get(tenMinutes).token().reveal()).isEqualTo("one");
        assertThat(transport.requests()).hasSize(1);
        transport.fails(Kind.CONNECT, Delivery.NOT_SENT);
        TokenOptions elevenMinutes = TokenOptions.NONE.minimumValidity(Duration.ofMinutes(11));
        assertThat(tokens.get(elevenMinutes).token().reveal()).isEqualTo("one");
        assertThat(transport.requests()).hasSize(2);
        transport.answers(200, "application/json", granted("two", ""));
        assertThat(tokens.get(elevenMinutes).token().reveal()).isEqualTo("two");
    }

    @Test
    void aForcedRefreshPassesMemoryAndStore() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        serverCounts();
        TokenSource tokens = client.tokens(alice, READ);
        assertThat(tokens.get(TokenOptions.NONE).origin()).isEqualTo(Origin.STORE);
        assertThat(tokens.get(TokenOptions.NONE).origin()).isEqualTo(Origin.MEMORY);
        assertThat(tokens.get(TokenOptions.NONE.forceRefresh()).token().reveal())
                .isEqualTo("t1");
        assertThat(tokens.token().reveal()).isEqualTo("t1");
        assertThat(tokens.get(TokenOptions.NONE.forceRefresh()).origin()).isEqualTo(Origin.SERVER);
        assertThat(number).hasValue(2);
    }

    @Test
    void aForcedRefreshThatFailsSaysSo() {
        TokenSource tokens = client().clientCredentials(READ);
        transport.answers(200, "application/json", granted("one", ""));
        tokens.token();
        transport.fails(Kind.CONNECT, Delivery.NOT_SENT);
        assertThatThrownBy(() -> tokens.get(TokenOptions.NONE.forceRefresh()))
                .isInstanceOf(TemporaryFailureException.class);
        assertThat(tokens.token().reveal()).isEqualTo("one");
    }

    @Test
    void claimsGoToTheServerAndTheNewTokenTakesThePlaceOfTheOldOne() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        client.tokens(alice, READ).token();
        serverCounts();
        String claims = "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1\"}}}";
        TokenSource tokens = client.tokens(alice, READ);
        assertThat(tokens.get(TokenOptions.NONE.claims(claims)).token().reveal())
                .isEqualTo("t1");
        assertThat(transport.lastRequest().form()).containsEntry("claims", claims);
        assertThat(tokens.token().reveal()).isEqualTo("t1");
        TokenSource ours = client.clientCredentials(READ);
        ours.token();
        assertThat(ours.get(TokenOptions.NONE.claims(claims)).token().reveal()).isEqualTo("t3");
        assertThat(transport.lastRequest().form())
                .containsEntry("claims", claims)
                .containsEntry("grant_type", "client_credentials");
        assertThat(ours.token().reveal()).isEqualTo("t3");
    }

    @Test
    void sixtyFourThreadsWhoseTokenWasRefusedMakeOneRequest() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        TokenSource tokens = client.tokens(alice, READ);
        AccessToken refused = tokens.token();
        serverCounts();
        assertThat(inParallel(64, () -> {
                    tokens.rejected(refused);
                    return tokens.token().reveal();
                }))
                .containsOnly("t1");
        tokens.rejected(refused);
        assertThat(tokens.token().reveal()).isEqualTo("t1");
        assertThat(number).hasValue(1);
    }

    @Test
    void aRefusedTokenIsNotGivenAgainEvenIfNoOtherCanBeHad() {
        TokenSource tokens = client().clientCredentials(READ);
        transport.answers(200, "application/json", granted("one", ""));
        tokens.rejected(tokens.token());
        transport.fails(Kind.CONNECT, Delivery.NOT_SENT);
        assertThatThrownBy(tokens::token).isInstanceOf(TemporaryFailureException.class);
        transport.answers(200, "application/json", granted("two", ""));
        assertThat(tokens.token().reveal()).isEqualTo("two");
    }

    @Test
    void aRefusedTokenThatAnotherNodeHasReplacedCostsNoRequest() {
        CountingStore quiet = new CountingStore(store);
        OAuthClient here = builder(transport, quiet).build();
        OAuthClient there = builder(transport, quiet).build();
        Account alice = signIn(here, "alice", "r1");
        TokenSource tokens = here.tokens(alice, READ);
        AccessToken refused = tokens.token();
        serverCounts();
        there.tokens(alice, READ).get(TokenOptions.NONE.forceRefresh());
        tokens.rejected(refused);
        assertThat(tokens.token().reveal()).isEqualTo("t1");
        assertThat(number).hasValue(1);
    }

    /** Neither in memory nor out of the record, in which they lie side by side. */
    @Test
    void whatWasAskedWithOtherParametersIsAnotherToken() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        serverCounts();
        List<RequestOptions> ways = List.of(
                RequestOptions.NONE.resource(URI.create("https://a.example")),
                RequestOptions.NONE.resource(URI.create("https://b.example")),
                RequestOptions.NONE.parameter("audience", "a"),
                RequestOptions.NONE.parameter("audience", "b"),
                RequestOptions.NONE.header("X-Tenant", "a"),
                RequestOptions.NONE.header("X-Tenant", "b"));
        List<String> ours = new ArrayList<>();
        List<String> hers = new ArrayList<>();
        for (RequestOptions way : ways) {
            ours.add(client.clientCredentials(READ, way).token().reveal());
            hers.add(client.tokens(alice, READ, way).token().reveal());
        }
        assertThat(ours).containsExactly("t1", "t3", "t5", "t7", "t9", "t11");
        assertThat(hers).containsExactly("t2", "t4", "t6", "t8", "t10", "t12");
        assertThat(client.tokens(alice, READ).token().reveal())
                .as("asked for with none")
                .isEqualTo("first-alice");
        OAuthClient there = client();
        for (int i = 0; i < ways.size(); i++) {
            assertThat(there.clientCredentials(READ, ways.get(i)).token().reveal())
                    .as("another node, by the record")
                    .isEqualTo(ours.get(i));
            assertThat(there.tokens(alice, READ, ways.get(i)).token().reveal()).isEqualTo(hers.get(i));
        }
        assertThat(number).hasValue(12);
    }

    private static Grant assertion(String text) {
        return ExtensionGrant.of(
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
                Parameters.of("assertion", text).with("scope", "api.read"));
    }

    @Test
    void eachAssertionHasATokenOfItsOwn() {
        serverCounts();
        OAuthClient client = client();
        assertThat(client.tokens(assertion("a"), RequestOptions.NONE).token().reveal())
                .isEqualTo("t1");
        assertThat(client.tokens(assertion("b"), RequestOptions.NONE).token().reveal())
                .isEqualTo("t2");
        assertThat(client.tokens(assertion("a"), RequestOptions.NONE).token().reveal())
                .isEqualTo("t1");
        assertThat(client.clientCredentials(READ).token().reveal()).isEqualTo("t3");
        assertThat(number).hasValue(3);
        assertThat(client().tokens(assertion("b"), RequestOptions.NONE).token().reveal())
                .as("another node")
                .isEqualTo("t2");
    }

    @Test
    void aGrantThatIsMadeAnewIsMadeOncePerToken() {
        serverCounts();
        OAuthClient client = client();
        AtomicInteger made = new AtomicInteger();
        TokenSource alice =
                client.tokens("alice", READ, () -> assertion("alice" + made.incrementAndGet()), RequestOptions.NONE);
        TokenSource bob = client.tokens("bob", READ, () -> assertion("bob"), RequestOptions.NONE);
        assertThat(alice.token().reveal()).isEqualTo("t1");
        assertThat(alice.token().reveal()).isEqualTo("t1");
        assertThat(bob.token().reveal()).isEqualTo("t2");
        clock.advance(Duration.ofHours(1));
        assertThat(alice.token().reveal()).isEqualTo("t3");
        assertThat(made).hasValue(2);
        assertThat(transport.lastRequest().form()).containsEntry("assertion", "alice2");
    }

    @Test
    void aDeadAssertionIsNotHammered() {
        transport.onPost("/token").alwaysAnswers(Answer.json(400, "{\"error\":\"invalid_grant\"}"));
        TokenSource tokens = client().tokens(assertion("dead"), RequestOptions.NONE);
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(tokens::token).isInstanceOf(SignInRequiredException.class);
        }
        assertThat(transport.requests()).hasSize(1);
        clock.advance(Duration.ofSeconds(10));
        assertThatThrownBy(tokens::token).isInstanceOf(SignInRequiredException.class);
        assertThat(transport.requests()).hasSize(2);
    }

    @Test
    void aCodeIsNoSuchGrant() {
        Grant code = new Grant() {
            @Override
            public String grantType() {
                return "authorization_code";
            }

            @Override
            public Parameters parameters() {
                return Parameters.of("code", "c");
            }
        };
        OAuthClient client = client();
        assertThatThrownBy(() -> client.tokens(code, RequestOptions.NONE)).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> client.tokens("alice", READ, () -> code, RequestOptions.NONE)
                        .token())
                .isInstanceOf(ConfigurationException.class);
        assertThat(transport.requests()).isEmpty();
    }

    @Test
    void aSourceOfOneTokenKnowsNoOptions() {
        TokenSource one = TokenSource.of(AccessToken.bearer("only"));
        assertThat(one.get(TokenOptions.NONE).token().reveal()).isEqualTo("only");
        assertThatThrownBy(() -> one.get(TokenOptions.NONE.forceRefresh()))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void fourResourcesOfOneExpiredSessionAreRefreshedOneAfterTheOther() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        RotatingServer server = new RotatingServer(false);
        transport.onPost("/token").alwaysAnswers(server);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger turn = new AtomicInteger();
        go.countDown();
        inParallel(64, () -> {
            await(go);
            String resource = "res" + turn.getAndIncrement() % 4;
            return client.tokens(alice, dev.latchkey.auth.token.Scopes.of(resource))
                    .token()
                    .reveal();
        });
        assertThat(server.refreshes).hasValue(4);
        assertThat(server.replays).hasValue(0);
        assertThat(server.overlaps).isEmpty();
    }
}
