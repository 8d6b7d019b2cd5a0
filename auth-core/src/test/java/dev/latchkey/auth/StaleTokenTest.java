package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResult.Origin;
import dev.latchkey.auth.token.TokenSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Fresh, stale and expired; and how a node learns what others did to a session. */
class StaleTokenTest extends WithSessions {

    @Test
    void aStaleTokenIsGivenToEverybodyWhileOneFlightReplacesIt() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        TokenSource tokens = client.tokens(alice, READ);
        tokens.token();
        clock.advance(Duration.ofSeconds(3_560));
        CountDownLatch answer = new CountDownLatch(1);
        RotatingServer server = new RotatingServer(false);
        transport.onPost("/token").alwaysAnswers(request -> {
            await(answer);
            return server.apply(request);
        });
        assertThat(inParallel(64, () -> tokens.token().reveal())).containsOnly("first-alice");
        answer.countDown();
        flights.join();
        assertThat(tokens.token().reveal()).isEqualTo("t2");
        assertThat(server.refreshes).hasValue(1);
    }

    @Test
    void aChangeThatIsToldLateMakesNobodyWaitForTheServer() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        TokenSource tokens = client.tokens(alice, READ);
        tokens.token();
        clock.advance(Duration.ofSeconds(3_560));
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        transport.onPost("/token").alwaysAnswers(request -> {
            arrived.countDown();
            await(answer);
            return Answer.json(200, granted("second", ",\"refresh_token\":\"r2\""));
        });
        tokens.token();
        await(arrived);
        // Another client writes the record, as a store that tells late of our own lease would have us believe.
        touch(allKeys().get(0));
        assertThat(tokens.token().reveal()).isEqualTo("first-alice");
        answer.countDown();
        flights.join();
        assertThat(tokens.token().reveal()).isEqualTo("second");
        assertThat(transport.requests()).hasSize(2);
    }

    @Test
    void aTokenIsReplacedWhenTheServerWantsItAlthoughItIsValidForLonger() throws Exception {
        TokenSource tokens = client().clientCredentials(READ);
        transport.answers(200, "application/json", granted("one", ",\"refresh_in\":1800"));
        tokens.token();
        clock.advance(Duration.ofSeconds(1_799));
        tokens.token();
        flights.join();
        assertThat(transport.requests()).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        transport.answers(200, "application/json", granted("two", ""));
        assertThat(tokens.token().reveal()).isEqualTo("one");
        flights.join();
        assertThat(tokens.token().reveal()).isEqualTo("two");
    }

    @Test
    void aServerThatIsDownForAnHourCostsNobodyAValidToken() throws Exception {
        OAuthClient client = client();
        transport.answers(
                200,
                "application/json",
                granted("long", ",\"refresh_token\":\"r1\",\"refresh_in\":600").replace("3600", "7200"));
        Account alice = signInWith(client, "alice");
        TokenSource tokens = client.tokens(alice, READ);
        tokens.token();
        clock.advance(Duration.ofMinutes(10));
        int down = 0;
        for (int minute = 0; minute < 60; minute++) {
            transport.fails(Kind.CONNECT, Delivery.NOT_SENT);
            down++;
            assertThat(tokens.token().reveal()).isEqualTo("long");
            flights.join();
            assertThat(tokens.token().reveal()).as("left alone for a while").isEqualTo("long");
            flights.join();
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(transport.requests()).hasSize(1 + down);
        transport.answers(200, "application/json", granted("back", ",\"refresh_token\":\"r2\""));
        tokens.token();
        flights.join();
        assertThat(tokens.token().reveal()).isEqualTo("back");
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "r1");
    }

    @Test
    void aStaleTokenOfTheStoreServesANodeThatHasNone() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofSeconds(3_560));
        OAuthClient other = client();
        assertThat(other.tokens(alice, READ).get(TokenOptions.NONE).origin()).isEqualTo(Origin.STORE);
        assertThat(transport.requests()).hasSize(1);
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        assertThat(other.tokens(alice, READ).token().reveal()).isEqualTo("first-alice");
        flights.join();
        assertThat(other.tokens(alice, READ).token().reveal()).isEqualTo("second");
    }

    @Test
    void aSignOutElsewhereIsNoticedWithinTheBoundOfStaleness() throws Exception {
        // This store tells of no changes.
        OAuthClient client = builder(transport, new CountingStore(store)).build();
        Account alice = signIn(client, "alice", "r1");
        TokenSource tokens = client.tokens(alice, READ);
        tokens.token();
        removeEverything();
        clock.advance(Duration.ofSeconds(59));
        assertThat(tokens.token().reveal()).isEqualTo("first-alice");
        flights.join();
        assertThat(tokens.token().reveal()).isEqualTo("first-alice");
        clock.advance(Duration.ofSeconds(1));
        assertThat(tokens.token().reveal()).as("looked at in the background").isEqualTo("first-alice");
        flights.join();
        assertThatThrownBy(tokens::token).isInstanceOf(SignInRequiredException.class);
    }

    @Test
    void aSignOutElsewhereIsSeenAtOnceWhereTheStoreTells() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        TokenSource tokens = client.tokens(alice, READ);
        tokens.token();
        removeEverything();
        assertThatThrownBy(tokens::token).isInstanceOf(SignInRequiredException.class);
    }

    @Test
    void aStoreThatCannotTellOfChangesYetIsAskedAgain() {
        AtomicInteger asked = new AtomicInteger();
        CountingStore moody = new CountingStore(store) {
            @Override
            public Optional<Subscription> changes(Consumer<StoreKey> listener) {
                if (asked.incrementAndGet() == 1) {
                    throw new IllegalStateException("not connected");
                }
                return store.changes(listener);
            }
        };
        OAuthClient client = builder(transport, moody).build();
        Account alice = signIn(client, "alice", "r1");
        TokenSource tokens = client.tokens(alice, READ);
        assertThat(tokens.token().reveal()).isEqualTo("first-alice");
        assertThatThrownBy(() -> client.tokens(alice.withSession("other"), READ).token())
                .isInstanceOf(SignInRequiredException.class);
        removeEverything();
        assertThatThrownBy(tokens::token).isInstanceOf(SignInRequiredException.class);
        assertThat(asked).hasValue(2);
        client.close();
    }

    @Test
    void aLookAtTheStoreTakesOverWhatAnotherNodePutThere() throws Exception {
        CountingStore quiet = new CountingStore(store);
        OAuthClient client = builder(transport, quiet).build();
        Account alice = signIn(client, "alice", "r1");
        TokenSource tokens = client.tokens(alice, READ);
        tokens.token();
        OAuthClient other = builder(transport, quiet).build();
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        other.tokens(alice, READ).get(TokenOptions.NONE.forceRefresh());
        clock.advance(Duration.ofSeconds(60));
        tokens.token();
        flights.join();
        assertThat(tokens.token().reveal()).isEqualTo("second");
        assertThat(transport.requests()).hasSize(2);
    }

    @Test
    void aStoreThatIsDownCostsNobodyAValidToken() throws Exception {
        FailingStore failing = new FailingStore(store);
        OAuthClient client = builder(transport, failing).build();
        Account alice = signIn(client, "alice", "r1");
        TokenSource tokens = client.tokens(alice, READ);
        tokens.token();
        failing.readsFail = true;
        for (int minute = 0; minute < 59; minute++) {
            clock.advance(Duration.ofMinutes(1));
            assertThat(tokens.token().reveal()).isEqualTo("first-alice");
            flights.join();
        }
        clock.advance(Duration.ofMinutes(1));
        assertThatThrownBy(tokens::token).isInstanceOf(TemporaryFailureException.class);
    }

    @Test
    void aClockThatIsSetBackHasTheTokenReplacedAndOneThatJumpsAheadDoesToo() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        TokenSource tokens = client.tokens(alice, READ);
        tokens.token();
        clock.advance(Duration.ofHours(-5));
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        assertThat(tokens.token().reveal())
                .as("nobody knows how old it is, so nobody need wait")
                .isEqualTo("first-alice");
        flights.join();
        assertThat(tokens.token().reveal()).isEqualTo("second");
        assertThat(transport.requests()).hasSize(2);
        clock.advance(Duration.ofHours(10));
        transport.answers(200, "application/json", granted("third", ",\"refresh_token\":\"r3\""));
        assertThat(tokens.token().reveal()).isEqualTo("third");
    }

    @Test
    void aTokenOfTheFutureDoesNotLiveForEverWhileTheServerIsDown() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(-5));
        TokenSource tokens = client.tokens(alice, READ);
        for (int minute = 0; minute < 60; minute++) {
            transport.fails(Kind.CONNECT, Delivery.NOT_SENT);
            assertThat(tokens.token().reveal()).isEqualTo("first-alice");
            flights.join();
            clock.advance(Duration.ofMinutes(1));
        }
        // By now it has been in use for an hour, which is its whole life.
        transport.fails(Kind.CONNECT, Delivery.NOT_SENT);
        assertThatThrownBy(tokens::token).isInstanceOf(TemporaryFailureException.class);
    }

    @Test
    void aWaiterKeepsItsOwnTimeAndTheFlightGoesOn() throws Exception {
        OAuthClient client =
                builder(transport, store).timeout(Duration.ofMillis(200)).build();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        CountDownLatch answer = new CountDownLatch(1);
        RotatingServer server = new RotatingServer(false);
        transport.onPost("/token").alwaysAnswers(request -> {
            await(answer);
            return server.apply(request);
        });
        TokenSource tokens = client.tokens(alice, READ);
        assertThatThrownBy(tokens::token).isInstanceOf(TemporaryFailureException.class);
        answer.countDown();
        flights.join();
        assertThat(tokens.token().reveal()).isEqualTo("t2");
        assertThat(server.refreshes).hasValue(1);
    }

    @Test
    void aDeadGrantIsRememberedForAWhileAndASignInEndsThat() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.onPost("/token").answers(Answer.json(400, "{\"error\":\"invalid_grant\"}"));
        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(() -> client.tokens(alice, READ).token())
                    .isInstanceOf(SignInRequiredException.class)
                    .hasMessageContaining("invalid_grant");
        }
        assertThat(transport.requests()).hasSize(2);
        signIn(client, "alice", "r2");
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("first-alice");
    }

    @Test
    void aDeadGrantLeavesTheTokensThatAreStillValid() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        TokenSource tokens = client.tokens(alice, READ);
        tokens.token();
        clock.advance(Duration.ofSeconds(3_550));
        transport.answers(Answer.json(400, "{\"error\":\"invalid_grant\"}"));
        tokens.token();
        flights.join();
        clock.advance(Duration.ofSeconds(49));
        assertThat(tokens.token().reveal()).isEqualTo("first-alice");
        flights.join();
        clock.advance(Duration.ofSeconds(2));
        assertThatThrownBy(tokens::token).isInstanceOf(SignInRequiredException.class);
        assertThat(transport.requests()).hasSize(2);
    }

    @Test
    void anErrorThatOnlyConcernsOneRequestLeavesTheSession() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        transport.answers(Answer.json(400, "{\"error\":\"consent_required\"}"));
        assertThatThrownBy(() -> client.tokens(alice, WRITE).token()).isInstanceOf(SignInRequiredException.class);
        clock.advance(Duration.ofHours(2));
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("second");
    }

    @Test
    void aFlightInterruptsNobodyElse() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(1);
        transport.onPost("/token").alwaysAnswers(request -> {
            arrived.countDown();
            await(answer);
            return Answer.json(200, granted("second", ",\"refresh_token\":\"r2\""));
        });
        Thread first = new Thread(
                () -> assertThatThrownBy(() -> client.tokens(alice, READ).token())
                        .isInstanceOf(TemporaryFailureException.class));
        first.start();
        assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
        first.interrupt();
        first.join(10_000);
        answer.countDown();
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("second");
        assertThat(transport.requests()).hasSize(2);
    }
}
