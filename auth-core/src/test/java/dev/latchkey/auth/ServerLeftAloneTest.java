package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A server in trouble is not asked anew by each caller, even if nobody has a valid token. */
class ServerLeftAloneTest extends WithSessions {

    private int requests() {
        return transport.requests().size();
    }

    private void fails(TokenSource tokens, int times) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(tokens::token).isInstanceOf(TemporaryFailureException.class);
        }
    }

    @Test
    void withoutAValidTokenAServerInTroubleIsNotAskedByEachCaller() {
        transport.onPost("/token").alwaysAnswers(Answer.of(503));
        TokenSource tokens = client().clientCredentials(READ);
        fails(tokens, 50);
        assertThat(requests()).as("once, and once more in case it was a mishap").isEqualTo(2);
        int seconds = 0;
        for (int rest : new int[] {1, 2, 4, 8, 15, 15}) {
            int before = requests();
            clock.advance(Duration.ofSeconds(rest).minusMillis(1));
            fails(tokens, 3);
            assertThat(requests()).as("after " + seconds).isEqualTo(before);
            clock.advance(Duration.ofMillis(1));
            seconds += rest;
            fails(tokens, 3);
            assertThat(requests()).as("after " + seconds).isEqualTo(before + 1);
        }
    }

    @Test
    void anAnswerEndsTheRestAndItsGrowth() {
        TokenSource tokens = client().clientCredentials(READ);
        transport.onPost("/token").answers(Answer.of(503)).answers(Answer.of(503));
        fails(tokens, 5);
        clock.advance(Duration.ofSeconds(1));
        transport.onPost("/token").answers(200, "application/json", granted("one", ""));
        assertThat(tokens.token().reveal()).isEqualTo("one");
        clock.advance(Duration.ofHours(2));
        transport.onPost("/token").answers(Answer.of(503)).answers(200, "application/json", granted("two", ""));
        fails(tokens, 1);
        assertThat(tokens.token().reveal()).as("a first failure again").isEqualTo("two");
    }

    @Test
    void aServerThatSaysHowLongIsLeftAloneThatLongForEveryScopeOfTheSession() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.answers(Answer.of(429).header("Retry-After", "120"));
        fails(client.tokens(alice, READ), 1);
        clock.advance(Duration.ofSeconds(20));
        TemporaryFailureException waiting = catchThrowableOfType(
                TemporaryFailureException.class,
                () -> client.tokens(alice, WRITE).token());
        assertThat(waiting.retryAfter()).as("what is left").contains(Duration.ofSeconds(100));
        assertThat(waiting.safeToRetry()).isTrue();
        for (int i = 0; i < 5; i++) {
            clock.advance(Duration.ofSeconds(19));
            fails(client.tokens(alice, READ), 2);
        }
        assertThat(requests()).isEqualTo(2);
        clock.advance(Duration.ofSeconds(20));
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("second");
    }

    @Test
    void whileTheServerIsLeftAloneAnotherNodesTokenServes() {
        CountingStore quiet = new CountingStore(store);
        OAuthClient here = builder(transport, quiet).build();
        OAuthClient there = builder(transport, quiet).build();
        Account alice = signIn(here, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.answers(Answer.of(503).header("Retry-After", "600"));
        fails(here.tokens(alice, READ), 1);
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        assertThat(there.tokens(alice, READ).token().reveal()).isEqualTo("second");
        assertThat(here.tokens(alice, READ).token().reveal()).isEqualTo("second");
    }

    @Test
    void aWishBeyondReasonIsCutShort() {
        transport.onPost("/token").answers(Answer.of(503).header("Retry-After", "999999999"));
        TokenSource tokens = client().clientCredentials(READ);
        fails(tokens, 3);
        clock.advance(Duration.ofMinutes(60).minusSeconds(1));
        fails(tokens, 3);
        assertThat(requests()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(16));
        transport.onPost("/token").answers(200, "application/json", granted("one", ""));
        assertThat(tokens.token().reveal()).isEqualTo("one");
    }

    @Test
    void whoeverInsistsIsNotKeptFromAskingButByTheServersWish() {
        TokenSource tokens = client().clientCredentials(READ);
        TokenOptions forced = TokenOptions.NONE.forceRefresh();
        transport.fails(Kind.CONNECT, Delivery.NOT_SENT).fails(Kind.CONNECT, Delivery.NOT_SENT);
        fails(tokens, 3);
        assertThat(requests()).isEqualTo(2);
        transport.answers(200, "application/json", granted("one", ""));
        assertThat(tokens.get(forced).token().reveal()).isEqualTo("one");
        transport.answers(Answer.of(503).header("Retry-After", "30"));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> tokens.get(forced)).isInstanceOf(TemporaryFailureException.class);
        }
        assertThat(requests()).isEqualTo(4);
        assertThat(tokens.token().reveal()).as("valid still").isEqualTo("one");
    }

    @Test
    void aSignInEndsTheRest() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.answers(Answer.of(503).header("Retry-After", "600"));
        fails(client.tokens(alice, READ), 3);
        signIn(client, "alice", "r2");
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("first-alice");
        transport.answers(200, "application/json", granted("written", ",\"refresh_token\":\"r3\""));
        assertThat(client.tokens(alice, WRITE).token().reveal()).isEqualTo("written");
    }

    @Test
    void aClockThatIsSetBackEndsTheRest() {
        TokenSource tokens = client().clientCredentials(READ);
        transport.answers(Answer.of(503).header("Retry-After", "600"));
        fails(tokens, 3);
        clock.advance(Duration.ofHours(-1));
        transport.answers(200, "application/json", granted("one", ""));
        assertThat(tokens.token().reveal()).isEqualTo("one");
    }

    @Test
    void aStoreInTroubleIsNoReasonToLeaveTheServerAlone() {
        FailingStore failing = new FailingStore(store);
        TokenSource tokens = builder(transport, failing).build().clientCredentials(READ);
        failing.readsFail = true;
        fails(tokens, 5);
        failing.readsFail = false;
        transport.answers(200, "application/json", granted("one", ""));
        assertThat(tokens.token().reveal()).isEqualTo("one");
    }

    @Test
    void aScopeThatIsRefusedIsNoReasonToRefuseAnother() {
        OAuthClient client = client();
        transport
                .onPost("/token")
                .alwaysAnswers(request -> "api.write".equals(request.form().get("scope"))
                        ? Answer.json(400, "{\"error\":\"invalid_grant\"}")
                        : Answer.json(200, granted("read", "")));
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> client.clientCredentials(WRITE).token())
                    .isInstanceOf(SignInRequiredException.class);
        }
        assertThat(requests()).isEqualTo(1);
        assertThat(client.clientCredentials(READ).token().reveal()).isEqualTo("read");
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> client.clientCredentials(WRITE).token())
                    .isInstanceOf(SignInRequiredException.class);
        }
        assertThat(requests()).isEqualTo(2);
    }
}
