package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.OPENID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.Gate;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who signs out is out: here, on other nodes, and whatever is under way. */
@Timeout(20)
class SignOutTest extends WithAccounts {

    private final OAuthClient client = client();

    @Test
    void removesTheSessionItsTokensAndItsIndexEntryAndSendsNothing() {
        Account alice = signIn(client, "alice", "alice@example.com");
        Account bob = signIn(client, "bob", "bob@example.com");
        TokenSource tokens = client.tokens(alice, OPENID);
        tokens.token();
        int sent = stage.transport.requests().size();

        SignOutResult result = client.accounts().remove(alice);

        assertThat(result.wasSignedIn()).isTrue();
        assertThat(result.revocation().outcome()).isEqualTo(Revocation.Outcome.NOT_ASKED);
        assertThatThrownBy(tokens::token).isInstanceOf(SignInRequiredException.class);
        assertThat(client.accounts()).containsExactly(bob);
        assertThat(indexEntries("alice@example.com")).isEmpty();
        assertThat(client.tokens(bob, OPENID).token().reveal()).isEqualTo("a-r-bob");
        assertThat(stage.transport.requests()).hasSize(sent);
        assertThat(events).containsExactly("signed out alice");
        assertThat(stage.records()).as("bob and his index entry").isEqualTo(2);
    }

    @Test
    void whoeverIsNotSignedInIsSignedOutWithoutAWord() {
        Account alice = signIn(client, "alice", "alice@example.com");
        client.accounts().remove(alice);
        events.clear();
        for (SignOut how : SignOut.values()) {
            SignOutResult again = client.accounts().remove(alice, how);
            assertThat(again.wasSignedIn()).isFalse();
            assertThat(again.revocation().isDone()).isFalse();
            assertThat(again.revocation().failure()).isEmpty();
        }
        assertThat(events).isEmpty();
        assertThat(revoked()).isEmpty();
    }

    @Test
    void anAccountWithoutTheUserNameFindsItsIndexEntryAllTheSame() {
        signIn(client, "alice", "alice@example.com");
        client.accounts().remove(Account.of(Stage.ISSUER, "alice"));
        assertThat(indexEntries("alice@example.com")).isEmpty();
    }

    @Test
    void aRefreshThatAnotherNodeLandsInBetweenIsRemovedTooAndItsTokenIsRevoked() {
        revocationAnswers(Answer.of(200));
        Account alice = signIn(client, "alice", "alice@example.com");
        AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {
            stage.clock.advance(Duration.ofHours(1));
            stage.answers(tokens("a2", "r2"));
            assertThat(client.tokens(alice, OPENID).token().reveal()).isEqualTo("a2");
        });
        OAuthClient here = builder(beforeRemove(meanwhile)).build();

        SignOutResult result = here.accounts().remove(alice, SignOut.AND_AT_SERVER);

        assertThat(result.wasSignedIn()).isTrue();
        assertThat(meanwhile).hasValue(null);
        assertThat(revoked()).containsExactly("token=r2&token_type_hint=refresh_token&client_id=app");
        assertThat(client.accounts()).isEmpty();
    }

    @Test
    void aRefreshUnderWayOnAnotherNodeDoesNotBringTheSessionBack() throws Exception {
        staysSignedOut(client, builder().build());
    }

    @Test
    void aRefreshUnderWayOnThisNodeDoesNotBringTheSessionBack() throws Exception {
        staysSignedOut(client, client);
    }

    private void staysSignedOut(OAuthClient refreshing, OAuthClient signingOut) throws Exception {
        for (int round = 0; round < 50; round++) {
            Account alice = signIn(refreshing, "alice-" + round, "alice@example.com");
            stage.clock.advance(Duration.ofHours(1));
            Gate atTheServer = Gate.closed("the server has redeemed the token");
            stage.answers(Answer.json(200, tokens("a2", "r2")).heldAt(atTheServer));
            TokenSource tokens = refreshing.tokens(alice, OPENID);
            CompletableFuture<Object> outcome = inBackground(tokens);
            atTheServer.awaitArrival();

            assertThat(signingOut.accounts().remove(alice).wasSignedIn()).isTrue();
            assertThat(stage.records()).isZero();
            atTheServer.open();
            outcome.get(10, TimeUnit.SECONDS);

            assertThat(stage.records()).isZero();
            assertThat(refreshing.accounts()).isEmpty();
            assertThat(client().accounts()).isEmpty();
        }
    }

    private static CompletableFuture<Object> inBackground(TokenSource tokens) {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            return CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return tokens.token();
                        } catch (SignInRequiredException e) {
                            return e;
                        }
                    },
                    thread);
        } finally {
            thread.shutdown();
        }
    }

    @Test
    void aSignInAfterTheSignOutIsANewSession() {
        Account alice = signIn(client, "alice", "alice@example.com");
        client.accounts().remove(alice);
        signIn(client, "alice", "alice@example.com", "", "r-new");
        assertThat(client.tokens(alice, OPENID).token().reveal()).isEqualTo("a-r-new");
        assertThat(client.accounts().named("alice@example.com")).containsExactly(alice);
    }

    @Test
    void aStoreThatFailsIsToldAndTheTokensAreRevokedAllTheSame() {
        revocationAnswers(Answer.of(200));
        Account alice = signIn(client, "alice", "alice@example.com");
        OAuthClient here = builder(new CountingStore(stage.store) {
                    @Override
                    public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
                        throw new TokenStoreException("disk on fire", null);
                    }
                })
                .build();
        assertThatThrownBy(() -> here.accounts().remove(alice, SignOut.AND_AT_SERVER))
                .isInstanceOfSatisfying(
                        TemporaryFailureException.class,
                        e -> assertThat(e.safeToRetry()).isTrue())
                .hasMessageContaining("disk on fire")
                .hasMessageContaining("may still be there")
                .hasMessageEndingWith("Its tokens were revoked at the server");
        assertThat(revoked()).containsExactly("token=r-alice&token_type_hint=refresh_token&client_id=app");
        assertThat(events).as("nobody has signed out yet").isEmpty();
        assertThatThrownBy(() -> here.accounts().remove(alice))
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageEndingWith("sign out again");
        assertThat(revoked()).as("not asked for").hasSize(1);
        assertThat(client.accounts()
                        .remove(alice, SignOut.AND_AT_SERVER)
                        .revocation()
                        .isDone())
                .isTrue();
    }

    @Test
    void aStoreThatDoesNotTakeARefreshIsNotSignedOutOfBehindItsBack() {
        revocationAnswers(Answer.of(200));
        FailingStore failing = new FailingStore(stage.store);
        OAuthClient here = builder(failing).build();
        Account alice = signIn(here, "alice", "alice@example.com");
        stage.clock.advance(Duration.ofHours(1));
        failing.writesBeforeFailing = 1;
        stage.answers(tokens("a2", "r2"));
        assertThat(here.tokens(alice, OPENID).token().reveal()).isEqualTo("a2");

        assertThatThrownBy(() -> here.accounts().remove(alice, SignOut.AND_AT_SERVER))
                .isInstanceOf(TemporaryFailureException.class);
        failing.writesBeforeFailing = FailingStore.NEVER;
        here.accounts().remove(alice, SignOut.AND_AT_SERVER);
        assertThat(revoked())
                .as("the token that this process alone knows, each time")
                .hasSize(2)
                .containsOnly("token=r2&token_type_hint=refresh_token&client_id=app");
        assertThat(stage.records()).isZero();
        assertThatThrownBy(() -> here.tokens(alice, OPENID).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(stage.records()).isZero();
    }

    @Test
    void aSlowStoreDoesNotLoseTheRevocationThatWasAskedFor() throws Exception {
        revocationAnswers(Answer.of(200));
        Account alice = signIn(client, "alice", "alice@example.com");
        Gate atTheStore = Gate.closed("the store is slow");
        TokenStore slow = new CountingStore(stage.store) {
            @Override
            public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
                try {
                    atTheStore.pass();
                } catch (InterruptedException e) {
                    throw new TokenStoreException("interrupted", e);
                }
                return super.remove(key, expected);
            }
        };
        JoinedFlights flights = new JoinedFlights();
        AtomicInteger started = new AtomicInteger();
        OAuthClient here = builder(slow)
                .executor(flight -> {
                    started.incrementAndGet();
                    flights.execute(flight);
                })
                .timeout(Duration.ofMillis(50))
                .build();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> here.accounts().remove(alice, SignOut.AND_AT_SERVER))
                    .isInstanceOf(TemporaryFailureException.class)
                    .hasMessageContaining("asking again joins it");
        }
        assertThat(started).as("whoever asks again joins it").hasValue(1);
        assertThat(revoked()).isEmpty();
        atTheStore.open();
        flights.join();
        assertThat(revoked()).containsExactly("token=r-alice&token_type_hint=refresh_token&client_id=app");
        assertThat(stage.records()).isZero();
        assertThat(events).containsExactly("signed out alice");
    }

    @Test
    void aRemovalWhoseAnswerWasLostIsARemoval() {
        revocationAnswers(Answer.of(200));
        Account alice = signIn(client, "alice", "alice@example.com");
        AtomicReference<String> lost = new AtomicReference<>("connection lost");
        OAuthClient here = builder(new CountingStore(stage.store) {
                    @Override
                    public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
                        boolean removed = super.remove(key, expected);
                        String message = lost.getAndSet(null);
                        if (message != null) {
                            throw new TokenStoreException(message, null);
                        }
                        return removed;
                    }
                })
                .build();
        SignOutResult result = here.accounts().remove(alice, SignOut.AND_AT_SERVER);
        assertThat(result.wasSignedIn()).isTrue();
        assertThat(result.revocation().isDone()).isTrue();
        assertThat(revoked()).hasSize(1);
    }

    @Test
    void aDamagedRecordIsRemovedAndItsTokensAreSaidToLiveOn() {
        Account alice = signIn(client, "alice", "alice@example.com");
        overwrite(SessionKey.of(alice, "app", "").storeKey(), "rubbish");
        SignOutResult result = client.accounts().remove(alice, SignOut.AND_AT_SERVER);
        assertThat(result.wasSignedIn()).isTrue();
        assertThat(result.revocation().failure()).containsInstanceOf(ConfigurationException.class);
        assertThat(stage.records()).isZero();
        assertThat(revoked()).isEmpty();
    }

    @Test
    void twoBrowsersOfOneUserLiveAndLeaveIndependently() {
        revocationAnswers(Answer.of(200));
        Account desk = signIn(client, "alice", "alice@example.com", "desk", "r-desk");
        Account phone = signIn(client, "alice", "alice@example.com", "phone", "r-phone");
        assertThat(desk).isNotEqualTo(phone);
        assertThat(client.accounts()).containsExactlyInAnyOrder(desk, phone);
        assertThat(client.accounts().named("alice@example.com")).containsExactlyInAnyOrder(desk, phone);

        stage.clock.advance(Duration.ofHours(1));
        stage.answers(tokens("a-phone-2", "r-phone-2"));
        assertThat(client.tokens(phone, OPENID).token().reveal()).isEqualTo("a-phone-2");
        assertThat(stage.transport.lastRequest().form()).containsEntry("refresh_token", "r-phone");
        stage.answers(tokens("a-desk-2", "r-desk-2"));
        assertThat(client.tokens(desk, OPENID).token().reveal()).isEqualTo("a-desk-2");
        assertThat(stage.transport.lastRequest().form()).containsEntry("refresh_token", "r-desk");

        client.accounts().remove(desk, SignOut.AND_AT_SERVER);
        assertThat(revoked()).containsExactly("token=r-desk-2&token_type_hint=refresh_token&client_id=app");
        assertThat(client.accounts()).containsExactly(phone);
        assertThat(client.accounts().named("alice@example.com")).containsExactly(phone);
        assertThat(client.tokens(phone, OPENID).token().reveal()).isEqualTo("a-phone-2");
        assertThatThrownBy(() -> client.tokens(desk, OPENID).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(events).containsExactly("signed out alicedesk");
    }

    @Test
    void everyNodeThatLooksIntoTheStoreSeesTheSignOut() {
        Account alice = signIn(client, "alice", "alice@example.com");
        OAuthClient elsewhere = builder().build();
        elsewhere.accounts().remove(alice);
        AccessToken atHand = null;
        try {
            atHand = client().tokens(alice, OPENID).token();
        } catch (SignInRequiredException expected) {
            assertThat(expected).hasMessageContaining("sign in");
        }
        assertThat(atHand).isNull();
    }

    private TokenStore beforeRemove(AtomicReference<Runnable> meanwhile) {
        return new CountingStore(stage.store) {
            @Override
            public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
                Runnable first = meanwhile.getAndSet(null);
                if (first != null) {
                    first.run();
                }
                return super.remove(key, expected);
            }
        };
    }
}
