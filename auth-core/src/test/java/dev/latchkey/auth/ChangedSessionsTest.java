package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.Gate;
import dev.latchkey.auth.token.TokenSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a store tells of changes, and what a client makes of it. */
@Timeout(20)
class ChangedSessionsTest extends WithSessions {

    private final Gate atTheServer = Gate.closed("the server has the refresh token");

    /** A source with a stale token at hand, whose refresh is held at the server. */
    private TokenSource refreshing(OAuthClient client, Account account) throws InterruptedException {
        TokenSource tokens = client.tokens(account, READ);
        clock.advance(Duration.ofSeconds(3_550));
        transport.answers(
                Answer.json(200, granted("second", ",\"refresh_token\":\"r2\"")).heldAt(atTheServer));
        assertThat(tokens.token().reveal()).isEqualTo("first-alice");
        atTheServer.awaitArrival();
        return tokens;
    }

    private Account signedIn(OAuthClient client) {
        Account alice = signIn(client, "alice", "r1");
        client.tokens(alice, READ).token();
        return alice;
    }

    @Test
    void aSignOutElsewhereIsSeenWhileARefreshIsUnderWay() throws Exception {
        OAuthClient here = client();
        TokenSource tokens = refreshing(here, signedIn(here));
        client().accounts().remove(Account.of("https://issuer.example", "alice"));
        assertThatThrownBy(tokens::token).isInstanceOf(SignInRequiredException.class);
        atTheServer.open();
        flights.join();
        assertThatThrownBy(tokens::token).isInstanceOf(SignInRequiredException.class);
        assertThat(store.size()).isZero();
    }

    @Test
    void aChangeElsewhereThatLeavesTheTokenDoesNotMakeCallersWaitForTheRefreshUnderWay() throws Exception {
        OAuthClient here = client();
        TokenSource tokens = refreshing(here, signedIn(here));
        touch(allKeys().get(0));
        assertThat(tokens.token().reveal()).isEqualTo("first-alice");
        atTheServer.open();
        flights.join();
        assertThat(transport.requests()).hasSize(2);
    }

    /** A store that tells late, and on another thread than the writer's. */
    private final class LateStore extends CountingStore {

        private final List<StoreKey> told = new ArrayList<>();
        private Consumer<StoreKey> listener = key -> {};

        LateStore() {
            super(store);
        }

        @Override
        public Optional<Subscription> changes(Consumer<StoreKey> changed) {
            listener = changed;
            return store.changes(told::add);
        }

        private void tell() {
            List<StoreKey> now = List.copyOf(told);
            assertThat(now).isNotEmpty();
            told.clear();
            now.forEach(listener);
        }
    }

    @Test
    void ownWritesThatAreToldLateMakeNoTokenDoubtful() throws TokenStoreException {
        LateStore late = new LateStore();
        OAuthClient here = builder(transport, late).build();
        Account alice = signedIn(here);
        clock.advance(Duration.ofHours(2));
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        here.tokens(alice, READ).token();
        late.tell();
        int calls = late.calls.get();
        assertThat(here.tokens(alice, READ).token().reveal()).isEqualTo("second");
        assertThat(late.calls).as("nobody looks").hasValue(calls);

        touch(allKeys().get(0));
        late.tell();
        assertThat(here.tokens(alice, READ).token().reveal()).isEqualTo("second");
        assertThat(late.calls).as("one look").hasValue(calls + 1);
    }

    @Test
    void anOwnRemovalThatIsToldLateLeavesTheMemoryOfADeadGrant() throws TokenStoreException {
        LateStore late = new LateStore();
        OAuthClient here = builder(transport, late).build();
        Account alice = signedIn(here);
        clock.advance(Duration.ofHours(2));
        transport.answers(Answer.json(400, "{\"error\":\"invalid_grant\",\"error_description\":\"dead\"}"));
        assertThatThrownBy(() -> here.tokens(alice, READ).token()).hasMessageContaining("invalid_grant");
        late.tell();
        int calls = late.calls.get();
        assertThatThrownBy(() -> here.tokens(alice, READ).token()).hasMessageContaining("invalid_grant");
        assertThat(late.calls).as("nobody looks").hasValue(calls);
    }
}
