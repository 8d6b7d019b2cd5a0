package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.token.TokenSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a token is asked for, reused and replaced. */
@SuppressWarnings("deprecation") // The password grant is the shortest way to a session.
class TokenSourceTest extends WithSessions {

    @Test
    void asksOnceForExactlyTheScopesAndReplacesTheTokenInsideTheMarginWhileItIsHandedOut() throws Exception {
        TokenSource tokens = client().clientCredentials(READ);
        transport.answers(200, "application/json", granted("one", ""));

        assertThat(tokens.token().reveal()).isEqualTo("one");
        assertThat(transport.onlyRequest().body())
                .isEqualTo("grant_type=client_credentials&scope=api.read&client_id=app&client_secret=s3cret");
        clock.advance(Duration.ofSeconds(3539));
        assertThat(tokens.token().reveal()).isEqualTo("one");
        flights.join();
        assertThat(transport.requests()).hasSize(1);

        transport.answers(200, "application/json", granted("two", ""));
        clock.advance(Duration.ofSeconds(1));
        assertThat(tokens.token().reveal()).as("stale, and valid").isEqualTo("one");
        flights.join();
        assertThat(tokens.token().reveal()).isEqualTo("two");
        assertThat(transport.requests()).hasSize(2);
    }

    @Test
    void looksAtATokenAtHandByTheClockThatIsForThat() {
        MutableClock forHits = MutableClock.create();
        TokenSource tokens = builder(transport, store).hitClock(forHits).build().clientCredentials(READ);
        transport.answers(200, "application/json", granted("one", ""));
        tokens.token();

        forHits.advance(Duration.ofHours(2));
        transport.answers(200, "application/json", granted("two", ""));
        assertThat(tokens.token().reveal())
                .as("expired by that clock alone, so the exact one decides")
                .isEqualTo("one");
        forHits.advance(Duration.ofHours(-2));
        clock.advance(Duration.ofSeconds(3_700));
        assertThat(tokens.token().reveal()).as("a hit asks that clock alone").isEqualTo("one");
        assertThat(transport.requests()).hasSize(1);
    }

    @Test
    void theClockForHitsIsCoarseOnlyWhereTheApplicationGaveNone() {
        OAuthClientBuilder builder = builder(transport, store);
        assertThat(new Settings(builder).hitClock).isSameAs(clock);
        builder.clock = null;
        assertThat(new Settings(builder).hitClock).isInstanceOf(CoarseClock.class);
        assertThat(new Settings(builder).clock).isNotInstanceOf(CoarseClock.class);
    }

    @Test
    void reusesAShortLivedTokenForHalfItsLife() throws Exception {
        TokenSource tokens = client().clientCredentials(READ);
        transport.answers(200, "application/json", granted("one", "").replace("3600", "30"));
        tokens.token();
        clock.advance(Duration.ofSeconds(14));
        assertThat(tokens.token().reveal()).isEqualTo("one");

        transport.answers(200, "application/json", granted("two", "").replace("3600", "30"));
        clock.advance(Duration.ofSeconds(1));
        assertThat(tokens.token().reveal()).isEqualTo("one");
        flights.join();
        assertThat(tokens.token().reveal()).isEqualTo("two");
    }

    @Test
    void aTokenWithZeroLifetimeIsHandedOutOnceAndNeverReused() {
        TokenSource tokens = client().clientCredentials(READ);
        transport.answers(200, "application/json", granted("one", "").replace("3600", "0"));
        transport.answers(200, "application/json", granted("two", "").replace("3600", "0"));
        assertThat(tokens.token().reveal()).isEqualTo("one");
        assertThat(tokens.token().reveal()).isEqualTo("two");
    }

    @Test
    void aHitCallsNeitherTransportNorStore() throws Exception {
        transport.answers(200, "application/json", granted("one", ""));
        CountingStore counting = new CountingStore(store);
        OAuthClient client = builder(transport, counting).build();
        TokenSource tokens = client.clientCredentials(READ);
        tokens.token();
        flights.join();
        int before = counting.calls.get();

        for (int i = 0; i < 100; i++) {
            tokens.token();
        }
        assertThat(client.clientCredentials(READ).token().reveal()).isEqualTo("one");
        assertThat(counting.calls.get()).isEqualTo(before);
        assertThat(transport.requests()).hasSize(1);
    }

    @Test
    void aSecondClientOverTheSameStoreFindsTheTokenThere() {
        transport.answers(200, "application/json", granted("one", ""));
        client().clientCredentials(READ).token();
        HttpTransport untouched = mock(HttpTransport.class);

        assertThat(builder(untouched, store)
                        .build()
                        .clientCredentials(READ)
                        .token()
                        .reveal())
                .isEqualTo("one");
        verifyNoInteractions(untouched);
    }

    @Test
    void buildingAndAskingForSourcesDoesNoWork() {
        HttpTransport untouched = mock(HttpTransport.class);
        TokenStore untouchedStore = mock(TokenStore.class);
        OAuthClient client = builder(untouched, untouchedStore).build();
        client.clientCredentials(READ);
        client.tokens(Account.of("https://issuer.example", "alice"), READ);
        verifyNoInteractions(untouched, untouchedStore);
    }

    @Test
    void anAppAndTwoUsersNeverSeeEachOthersTokens() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "ra");
        Account bob = signIn(client, "bob", "rb");
        transport.answers(200, "application/json", granted("app", ""));

        assertThat(client.clientCredentials(READ).token().reveal()).isEqualTo("app");
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("first-alice");
        assertThat(client.tokens(bob, READ).token().reveal()).isEqualTo("first-bob");
        assertThatThrownBy(() -> client.tokens(alice.withSession("other"), READ).token())
                .isInstanceOf(SignInRequiredException.class);
        assertThatThrownBy(() -> client.tokens(alice.withTenant("other"), READ).token())
                .isInstanceOf(SignInRequiredException.class);
    }

    @Test
    void aTokenThatIsStillValidOutlivesAFailureToRefreshIt() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofSeconds(3570));
        client.tokens(alice, WRITE);
        // The first look finds the token in the store, the second wants a better one, and the third finds none.
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("first-alice");
        transport.fails(Kind.CONNECT, Delivery.NOT_SENT);
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("first-alice");
        flights.join();
        clock.advance(Duration.ofSeconds(25));
        transport.fails(Kind.CONNECT, Delivery.NOT_SENT);
        assertThat(client.tokens(alice, READ).token().reveal())
                .as("too close to its end, but better than none")
                .isEqualTo("first-alice");

        clock.advance(Duration.ofSeconds(6));
        transport.fails(Kind.DEADLINE, Delivery.UNKNOWN);
        assertThatThrownBy(() -> client.tokens(alice, READ).token())
                .isInstanceOfSatisfying(
                        TemporaryFailureException.class,
                        e -> assertThat(e.safeToRetry()).isFalse());
    }

    @Test
    void aSessionWithoutARefreshTokenIsUsedToItsEnd() {
        OAuthClient client = client();
        transport.answers(200, "application/json", granted("only", ""));
        Account alice = client.password(
                        PasswordGrant.of("alice", Password.of("pw"), READ), AccountNaming.subject("alice"))
                .account();
        clock.advance(Duration.ofSeconds(3599));
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("only");
        clock.advance(Duration.ofSeconds(2));
        assertThatThrownBy(() -> client.tokens(alice, READ).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(transport.requests()).hasSize(1);
    }

    @Test
    void aTokenOfUnknownLifetimeWithoutRefreshTokenIsUsedUntilItIsRefused() {
        OAuthClient client = client();
        transport.answers(200, "application/json", "{\"access_token\":\"only\",\"token_type\":\"bearer\"}");
        Account alice = client.password(
                        PasswordGrant.of("alice", Password.of("pw"), READ), AccountNaming.subject("alice"))
                .account();
        clock.advance(Duration.ofDays(300));
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("only");
        assertThat(client.tokens(alice, READ).token().expiresAt()).isEmpty();
    }

    @Test
    void aTokenOfUnknownLifetimeIsReplacedWhenThatIsPossible() {
        OAuthClient client = client();
        transport.answers(
                200,
                "application/json",
                "{\"access_token\":\"one\",\"token_type\":\"Bearer\",\"refresh_token\":\"r1\"}");
        Account alice = client.password(
                        PasswordGrant.of("alice", Password.of("pw"), READ), AccountNaming.subject("alice"))
                .account();
        transport
                .onPost("/token")
                .alwaysAnswers(request -> Answer.json(200, "{\"access_token\":\"two\",\"token_type\":\"Bearer\"}"));
        int before = transport.requests().size();
        for (int hour = 0; hour < 40; hour++) {
            clock.advance(Duration.ofHours(1));
            client.tokens(alice, READ).token();
        }
        assertThat(transport.requests()).hasSize(before + 40);
    }

    @Test
    void aServerInTroubleIsLeftAloneAsLongAsThereIsAValidToken() throws Exception {
        OAuthClient client = client();
        TokenSource tokens = client.clientCredentials(READ);
        transport.answers(200, "application/json", granted("one", ""));
        tokens.token();
        clock.advance(Duration.ofSeconds(3_545));
        transport.answers(Answer.of(429).header("Retry-After", "30"));
        for (int i = 0; i < 20; i++) {
            assertThat(tokens.token().reveal()).isEqualTo("one");
            flights.join();
        }
        assertThat(transport.requests()).hasSize(2);
        clock.advance(Duration.ofSeconds(30));
        transport.answers(200, "application/json", granted("two", ""));
        assertThat(tokens.token().reveal()).isEqualTo("one");
        flights.join();
        assertThat(tokens.token().reveal()).isEqualTo("two");
    }
}
