package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.UncertainRefresh;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.TokenOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two nodes and one store. A node that is "killed" stops for ever at a named point, which is all that another one sees of
 * a kill.
 */
class RefreshAcrossNodesTest extends WithSessions {

    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private final RotatingServer strict = new RotatingServer(false);
    private final AtomicLong nanos = new AtomicLong();

    private OAuthClient node(HttpTransport over, TokenStore in, UncertainRefresh policy) {
        return builder(over, in)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://issuer.example")
                                .tokenEndpoint(URI.create("https://issuer.example/token"))
                                .build())
                        .uncertainRefresh(policy))
                .ticker(nanos::get)
                .pause(duration -> nanos.addAndGet(duration.toNanos()))
                .build();
    }

    private Account expiredSession() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.onPost("/token").alwaysAnswers(strict);
        return alice;
    }

    /** Begins a refresh on a node that never comes back from where it hangs, and waits until it is there. */
    private void beginsAndIsKilled(OAuthClient node, Account account, CountDownLatch there) {
        Thread thread = new Thread(
                () -> {
                    var unused = node.tokens(account, READ).token();
                },
                "killed");
        thread.setDaemon(true);
        thread.start();
        await(there);
    }

    private static void hang() {
        try {
            NEVER.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String record() {
        return new String(store.find(allKeys().get(0)).orElseThrow().record().content(), StandardCharsets.UTF_8);
    }

    @Test
    void theSecondNodeWaitsForTheFirstAndUsesItsToken() throws Exception {
        Account alice = expiredSession();
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger looks = new AtomicInteger();
        HttpTransport slow = request -> {
            arrived.countDown();
            await(answer);
            return transport.send(request);
        };
        OAuthClient first = builder(slow, store).build();
        OAuthClient second = builder(transport, store)
                .pause(duration -> {
                    if (looks.incrementAndGet() == 20) {
                        answer.countDown();
                    }
                })
                .build();
        Thread one = new Thread(
                () -> assertThat(first.tokens(alice, READ).token().reveal()).isEqualTo("t2"));
        one.start();
        await(arrived);
        assertThat(record()).contains("\"lease\":{\"owner\":");
        assertThat(second.tokens(alice, READ).token().reveal()).isEqualTo("t2");
        one.join(10_000);
        assertThat(strict.refreshes).hasValue(1);
        assertThat(looks.get()).isGreaterThanOrEqualTo(20);
        assertThat(record()).doesNotContain("lease");
    }

    @Test
    void aRefreshTakesThreeStoreCallsBesideTheRequest() {
        Account alice = expiredSession();
        CountingStore counting = new CountingStore(store);
        OAuthClient node = builder(transport, counting).build();
        node.tokens(alice, READ).token();
        assertThat(counting.calls).hasValue(3);
        assertThat(strict.refreshes).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource(UncertainRefresh.class)
    void aNodeKilledBeforeItSentLeavesAMarkedAttempt(UncertainRefresh policy) {
        Account alice = expiredSession();
        CountDownLatch there = new CountDownLatch(1);
        HttpTransport dying = request -> {
            there.countDown();
            hang();
            throw new AssertionError();
        };
        beginsAndIsKilled(node(dying, store, policy), alice, there);
        OAuthClient successor = node(transport, store, policy);
        long before = nanos.get();
        if (policy != UncertainRefresh.REAUTHORIZE) {
            assertThat(successor.tokens(alice, READ).token().reveal()).isEqualTo("t2");
            assertThat(strict.replays).hasValue(0);
        } else {
            assertThatThrownBy(() -> successor.tokens(alice, READ).token())
                    .isInstanceOf(SignInRequiredException.class)
                    .hasMessageContaining("nobody knows");
            assertThat(strict.refreshes).hasValue(0);
            assertThat(store.size()).isZero();
        }
        assertThat(Duration.ofNanos(nanos.get() - before))
                .as("not before the lease has run out on its own clock")
                .isGreaterThanOrEqualTo(Duration.ofSeconds(75));
    }

    @ParameterizedTest
    @EnumSource(UncertainRefresh.class)
    void aNodeKilledAfterItSent(UncertainRefresh policy) {
        Account alice = expiredSession();
        CountDownLatch there = new CountDownLatch(1);
        HttpTransport dying = request -> {
            transport.send(request).close();
            there.countDown();
            hang();
            throw new AssertionError();
        };
        beginsAndIsKilled(node(dying, store, policy), alice, there);
        OAuthClient successor = node(transport, store, policy);
        assertThatThrownBy(() -> successor.tokens(alice, READ).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(strict.replays)
                .as("sent again only where that is the policy")
                .hasValue(policy == UncertainRefresh.REAUTHORIZE ? 0 : 1);
        assertThat(store.size()).isZero();
    }

    @Test
    void aServerThatForgivesLetsTheSuccessorGoOn() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        RotatingServer forgiving = new RotatingServer(true);
        transport.onPost("/token").alwaysAnswers(forgiving);
        CountDownLatch there = new CountDownLatch(1);
        HttpTransport dying = request -> {
            transport.send(request).close();
            there.countDown();
            hang();
            throw new AssertionError();
        };
        beginsAndIsKilled(node(dying, store, UncertainRefresh.RETRY), alice, there);
        OAuthClient successor = node(transport, store, UncertainRefresh.RETRY);
        assertThat(successor.tokens(alice, READ).token().reveal()).isEqualTo("t3");
        assertThat(forgiving.replays).hasValue(0);
    }

    @Test
    void aNodeKilledBeforeItWroteHasLostTheTokenAndTheStrictServerIsNotAskedAgain() {
        Account alice = expiredSession();
        CountDownLatch there = new CountDownLatch(1);
        AtomicInteger writes = new AtomicInteger();
        CountingStore dying = new CountingStore(store) {
            @Override
            public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
                    throws TokenStoreException {
                if (writes.incrementAndGet() == 2) {
                    there.countDown();
                    hang();
                }
                return super.replace(key, expected, record);
            }
        };
        beginsAndIsKilled(node(transport, dying, UncertainRefresh.REAUTHORIZE), alice, there);
        OAuthClient successor = node(transport, store, UncertainRefresh.REAUTHORIZE);
        assertThatThrownBy(() -> successor.tokens(alice, READ).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(strict.refreshes).hasValue(1);
        assertThat(strict.replays).hasValue(0);
    }

    @Test
    void aLeaseThatRunsOutDuringASlowAnswerCostsNoToken() throws Exception {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        RotatingServer forgiving = new RotatingServer(true);
        transport.onPost("/token").alwaysAnswers(forgiving);
        CountDownLatch there = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        HttpTransport slow = request -> {
            there.countDown();
            await(goOn);
            return transport.send(request);
        };
        OAuthClient first = node(slow, store, UncertainRefresh.RETRY);
        Thread one = new Thread(
                () -> assertThat(first.tokens(alice, READ).token().reveal()).isEqualTo("t3"));
        one.start();
        await(there);
        OAuthClient second = node(transport, store, UncertainRefresh.RETRY);
        assertThat(second.tokens(alice, READ).token().reveal()).isEqualTo("t2");
        goOn.countDown();
        one.join(10_000);
        // Both have answers of the server; the session goes on with the second node's, and nothing was replayed.
        clock.advance(Duration.ofHours(2));
        assertThat(forgiving.replays).hasValue(0);
        assertThat(record()).contains("\"refresh_token\":\"r2\"").doesNotContain("lease");
    }

    @Test
    void anAnswerThatIsLostIsAskedForAgainByTheNextCallerOnly() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        OAuthClient node = node(transport, store, UncertainRefresh.RETRY);
        transport.fails(Kind.DEADLINE, Delivery.UNKNOWN);
        assertThatThrownBy(() -> node.tokens(alice, READ).token()).isInstanceOf(TemporaryFailureException.class);
        assertThat(transport.requests()).hasSize(2);
        assertThat(record()).as("counted, and nobody need wait").contains("\"millis\":0,\"attempts\":1");
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        assertThat(node.tokens(alice, READ).token().reveal()).isEqualTo("second");
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "r1");
        assertThat(record()).doesNotContain("lease");
    }

    @Test
    void anAnswerThatIsLostOnAStrictServerEndsTheSessionWithoutASecondUse() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        OAuthClient node = node(transport, store, UncertainRefresh.REAUTHORIZE);
        transport.fails(Kind.DEADLINE, Delivery.UNKNOWN);
        assertThatThrownBy(() -> node.tokens(alice, READ).token()).isInstanceOf(SignInRequiredException.class);
        assertThatThrownBy(() -> node.tokens(alice, READ).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(transport.requests()).hasSize(2);
    }

    @Test
    void whatWasNotSentIsNoAttempt() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        OAuthClient node = node(transport, store, UncertainRefresh.REAUTHORIZE);
        transport.fails(Kind.CONNECT, Delivery.NOT_SENT);
        assertThatThrownBy(() -> node.tokens(alice, READ).token()).isInstanceOf(TemporaryFailureException.class);
        transport.answers(Answer.of(503));
        assertThatThrownBy(() -> node.tokens(alice, READ).token()).isInstanceOf(TemporaryFailureException.class);
        assertThat(record()).doesNotContain("lease");
        clock.advance(Duration.ofSeconds(1));
        transport.onPost("/token").alwaysAnswers(strict);
        assertThat(node.tokens(alice, READ).token().reveal()).isEqualTo("t2");
    }

    @Test
    void aGrantThatDiedBecauseAnotherNodeHadRotatedItIsNotDead() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        // Another node broke the lease and refreshed; the server tells this one that its token is gone.
        OAuthClient other = client();
        transport.onPost("/token").alwaysAnswers(request -> {
            if (request.form().get("refresh_token").equals("r1")
                    && request.form().containsKey("scope")) {
                takeOver("r9");
                return Answer.json(400, "{\"error\":\"invalid_grant\"}");
            }
            return Answer.json(200, granted("ours", ",\"refresh_token\":\"r10\""));
        });
        assertThat(other.tokens(alice, READ).token().reveal()).isEqualTo("ours");
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "r9");
    }

    @Test
    void aRefusedTokenThatAnotherNodeOnlyTouchedIsDeadAndNotSentAgain() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.onPost("/token").alwaysAnswers(request -> {
            touch(allKeys().get(0));
            return Answer.json(400, "{\"error\":\"invalid_grant\"}");
        });
        assertThatThrownBy(() -> client().tokens(alice, READ).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(transport.requests()).hasSize(2);
        assertThat(store.size()).isZero();
    }

    @Test
    void aNodeWhoseLeaseWasBrokenLeavesItsSuccessorsMark() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.onPost("/token").alwaysAnswers(request -> {
            rewrite(record().replaceAll("\"owner\":\"[^\"]*\"", "\"owner\":\"successor\""));
            return Answer.of(503);
        });
        assertThatThrownBy(() -> client().tokens(alice, READ).token()).isInstanceOf(TemporaryFailureException.class);
        assertThat(record()).contains("\"owner\":\"successor\"");
    }

    @Test
    void aServerThatBrokeDownMayHaveRedeemedTheToken() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        OAuthClient node = node(transport, store, UncertainRefresh.REAUTHORIZE);
        transport.answers(Answer.of(500));
        assertThatThrownBy(() -> node.tokens(alice, READ).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(store.size()).isZero();
    }

    private void rewrite(String content) {
        StoreKey key = allKeys().get(0);
        assertThat(store.replace(
                        key,
                        store.find(key).orElseThrow().version(),
                        StoreRecord.of(content.getBytes(StandardCharsets.UTF_8), StoreRecord.FOREVER)))
                .isPresent();
    }

    private void takeOver(String refreshToken) {
        rewrite("{\"v\":2,\"account\":{\"issuer\":\"https://issuer.example\",\"subject\":\"alice\"},"
                + "\"refresh_token\":\"" + refreshToken + "\",\"access_tokens\":{}}");
    }

    @Test
    void aStoreThatThrowsAtAnyStepLosesNoToken() {
        for (int step = 0; step < 4; step++) {
            Account alice = signIn(client(), "alice" + step, "r1");
            clock.advance(Duration.ofHours(2));
            FailingStore failing = new FailingStore(store);
            ScriptedTransport line = ScriptedTransport.create();
            OAuthClient node = builder(line, failing).build();
            RotatingServer server = new RotatingServer(false);
            line.onPost("/token").alwaysAnswers(server);
            failing.writesBeforeFailing = step;
            try {
                node.tokens(alice, READ).token();
            } catch (TemporaryFailureException e) {
                assertThat(step).as("before anything was sent").isZero();
                assertThat(server.refreshes).hasValue(0);
            }
            failing.writesBeforeFailing = FailingStore.NEVER;
            clock.advance(Duration.ofHours(2));
            node.tokens(alice, READ).get(TokenOptions.NONE.forceRefresh());
            assertThat(server.replays).as("step " + step).hasValue(0);
            OAuthClient other = builder(line, store).build();
            assertThat(other.tokens(alice, READ)
                            .get(TokenOptions.NONE.forceRefresh())
                            .isSaved())
                    .isTrue();
            assertThat(server.replays).as("step " + step).hasValue(0);
        }
    }
}
