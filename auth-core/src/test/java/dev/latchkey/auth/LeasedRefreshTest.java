package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.UncertainRefresh;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.testkit.Answer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is done before a lease, under it and after it, and what becomes of it when something comes between. */
class LeasedRefreshTest extends WithSessions {

    private static final String DEAD = "{\"error\":\"invalid_grant\"}";

    private final AtomicLong nanos = new AtomicLong();
    private final List<String> ended = new ArrayList<>();
    private final RotatingServer server = new RotatingServer(false);

    private OAuthClientBuilder node(TokenStore in, UncertainRefresh policy) {
        return builder(transport, in)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://issuer.example")
                                .tokenEndpoint(URI.create("https://issuer.example/token"))
                                .build())
                        .uncertainRefresh(policy))
                .ticker(nanos::get)
                .listener(new AuthListener() {
                    @Override
                    public void sessionEnded(Account account, OAuthException reason) {
                        ended.add(account.subject());
                    }
                });
    }

    private Account expiredSession() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        return alice;
    }

    private StoreKey key() {
        return allKeys().get(0);
    }

    private String record() {
        return new String(store.find(key()).orElseThrow().record().content(), StandardCharsets.UTF_8);
    }

    private void write(String content) {
        RecordVersion present = store.find(key()).map(StoreEntry::version).orElse(RecordVersion.ABSENT);
        store.replace(key(), present, StoreRecord.of(content.getBytes(StandardCharsets.UTF_8), StoreRecord.FOREVER));
    }

    /** A store that lets a test come between. */
    @SuppressWarnings("UnusedVariable") // The numbers are for those that override.
    private static class Interrupted extends CountingStore {

        final AtomicInteger writes = new AtomicInteger();
        final AtomicInteger removals = new AtomicInteger();

        Interrupted(TokenStore store) {
            super(store);
        }

        void beforeWrite(int number) throws TokenStoreException {}

        void afterWrite(int number) throws TokenStoreException {}

        void beforeRemoval(int number) throws TokenStoreException {}

        void afterRemoval(int number) throws TokenStoreException {}

        @Override
        public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
                throws TokenStoreException {
            int number = writes.incrementAndGet();
            beforeWrite(number);
            Optional<RecordVersion> version = super.replace(key, expected, record);
            afterWrite(number);
            return version;
        }

        @Override
        public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
            int number = removals.incrementAndGet();
            beforeRemoval(number);
            boolean removed = super.remove(key, expected);
            afterRemoval(number);
            return removed;
        }
    }

    /** A key vault that may be slow. */
    private static ClientAuthentication vault(Consumer<Integer> signing) {
        AtomicInteger number = new AtomicInteger();
        return new ClientAuthentication() {
            @Override
            public String method() {
                return "private_key_jwt";
            }

            @Override
            public void authenticate(RequestDraft request) throws IOException {
                signing.accept(number.incrementAndGet());
                request.parameter("client_assertion", "signed-" + number.get());
            }
        };
    }

    @Test
    void theClientsCredentialIsMadeBeforeTheLease() {
        Account alice = expiredSession();
        transport.onPost("/token").alwaysAnswers(server);
        List<String> seen = new ArrayList<>();
        OAuthClient node = node(store, UncertainRefresh.REAUTHORIZE)
                .client(ClientId.of("app"), vault(number -> seen.add(record())))
                .build();
        assertThat(node.tokens(alice, READ).token().reveal()).isEqualTo("t2");
        assertThat(seen).singleElement().asString().contains("r1").doesNotContain("lease");
    }

    @Test
    void aKeyVaultThatIsDownLeavesNoMark() {
        Account alice = expiredSession();
        OAuthClient node = node(store, UncertainRefresh.REAUTHORIZE)
                .client(ClientId.of("app"), vault(number -> {
                    throw new IllegalStateException("vault");
                }))
                .build();
        String before = record();
        assertThatThrownBy(() -> node.tokens(alice, READ).token()).isInstanceOf(ConfigurationException.class);
        assertThat(record()).isEqualTo(before);
        assertThat(transport.requests()).hasSize(1);
    }

    @Test
    void anAssertionThatTookLongToMakeIsMadeAnewBeforeTheLease() {
        Account alice = expiredSession();
        transport.onPost("/token").alwaysAnswers(server);
        CountingStore counting = new CountingStore(store);
        OAuthClient node = node(counting, UncertainRefresh.REAUTHORIZE)
                .client(
                        ClientId.of("app"),
                        vault(number -> nanos.addAndGet(
                                Duration.ofSeconds(number == 1 ? 31 : 1).toNanos())))
                .build();
        assertThat(node.tokens(alice, READ).token().reveal()).isEqualTo("t2");
        assertThat(transport.lastRequest().form()).containsEntry("client_assertion", "signed-2");
        assertThat(counting.calls).hasValue(3);
    }

    @Test
    void aKeyVaultThatIsAlwaysTooSlowIsATemporaryFailureAndSendsNothing() {
        Account alice = expiredSession();
        OAuthClient node = node(store, UncertainRefresh.REAUTHORIZE)
                .client(
                        ClientId.of("app"),
                        vault(number -> nanos.addAndGet(Duration.ofSeconds(31).toNanos())))
                .build();
        assertThatThrownBy(() -> node.tokens(alice, READ).token())
                .isInstanceOfSatisfying(
                        TemporaryFailureException.class,
                        e -> assertThat(e.safeToRetry()).isTrue());
        assertThat(record()).doesNotContain("lease");
        assertThat(transport.requests()).hasSize(1);
    }

    @Test
    void aLeaseThatTookLongToWinIsGivenBackAndNothingIsSentUnderIt() {
        Account alice = expiredSession();
        List<String> sent = new ArrayList<>();
        transport.onPost("/token").alwaysAnswers(request -> {
            sent.add(request.form().get("client_assertion"));
            return server.apply(request);
        });
        Interrupted slow = new Interrupted(store) {
            @Override
            void afterWrite(int number) {
                if (number == 1) {
                    nanos.addAndGet(Duration.ofSeconds(16).toNanos());
                }
            }
        };
        OAuthClient node = node(slow, UncertainRefresh.REAUTHORIZE)
                .client(ClientId.of("app"), vault(number -> {}))
                .build();
        assertThat(node.tokens(alice, READ).token().reveal()).isEqualTo("t2");
        assertThat(sent).as("the request was made anew too").containsExactly("signed-2");
        assertThat(slow.writes).as("lease, given back, lease, tokens").hasValue(4);
        assertThat(ended).isEmpty();
    }

    @Test
    void aStoreThatIsAlwaysTooSlowForALeaseIsATemporaryFailureAndSendsNothing() {
        Account alice = expiredSession();
        Interrupted slow = new Interrupted(store) {
            @Override
            void afterWrite(int number) {
                nanos.addAndGet(Duration.ofSeconds(16).toNanos());
            }
        };
        assertThatThrownBy(() -> node(slow, UncertainRefresh.REAUTHORIZE)
                        .build()
                        .tokens(alice, READ)
                        .token())
                .isInstanceOfSatisfying(
                        TemporaryFailureException.class,
                        e -> assertThat(e.safeToRetry()).isTrue())
                .hasMessageContaining("lease");
        assertThat(record()).contains("r1").doesNotContain("lease");
        assertThat(transport.requests()).hasSize(1);
    }

    @Test
    void aLeaseOutlastsTheLongestFlight() {
        Account alice = expiredSession();
        transport.onPost("/token").alwaysAnswers(request -> {
            assertThat(record()).contains("\"millis\":9000000");
            return server.apply(request);
        });
        OAuthClient node =
                node(store, UncertainRefresh.RETRY).timeout(Duration.ofHours(1)).build();
        assertThat(node.tokens(alice, READ).token().reveal()).isEqualTo("t2");
    }

    @Test
    void aRefusedTokenWhoseRemovalIsLostToAnotherWriteIsDroppedAllTheSame() {
        Account alice = expiredSession();
        transport.answers(400, "application/json", DEAD);
        Interrupted between = new Interrupted(store) {
            @Override
            void beforeRemoval(int number) {
                if (number == 1) {
                    touch(key());
                }
            }
        };
        assertThatThrownBy(() -> node(between, UncertainRefresh.RETRY)
                        .build()
                        .tokens(alice, READ)
                        .token())
                .isInstanceOf(SignInRequiredException.class);
        assertThat(transport.requests()).as("never sent again").hasSize(2);
        assertThat(store.size()).isZero();
        assertThat(ended).containsExactly("alice");
    }

    @Test
    void aRefusedTokenWhoseRemovalsAnswerIsLostEndsTheSessionOnce() {
        Account alice = expiredSession();
        transport.answers(400, "application/json", DEAD);
        Interrupted between = new Interrupted(store) {
            @Override
            void afterRemoval(int number) throws TokenStoreException {
                throw new TokenStoreException("connection lost", null);
            }
        };
        OAuthClient node = node(between, UncertainRefresh.RETRY).build();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> node.tokens(alice, READ).token()).isInstanceOf(SignInRequiredException.class);
        }
        assertThat(transport.requests()).hasSize(2);
        assertThat(store.size()).isZero();
        assertThat(ended).containsExactly("alice");
    }

    @Test
    void aRefusedTokenThatAStoreInTroubleKeepsIsNotSentAgainAtOnceAndDroppedLater() {
        Account alice = expiredSession();
        transport.onPost("/token").alwaysAnswers(Answer.json(400, DEAD));
        List<Boolean> down = new ArrayList<>(List.of(true));
        Interrupted between = new Interrupted(store) {
            @Override
            void beforeRemoval(int number) throws TokenStoreException {
                if (down.get(0)) {
                    throw new TokenStoreException("disk on fire", null);
                }
            }
        };
        OAuthClient node = node(between, UncertainRefresh.RETRY).build();
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> node.tokens(alice, READ).token())
                    .isInstanceOf(SignInRequiredException.class)
                    .hasMessageContaining("invalid_grant");
        }
        assertThat(transport.requests()).hasSize(2);
        assertThat(ended).as("not yet").isEmpty();
        down.set(0, false);
        clock.advance(Duration.ofSeconds(10));
        assertThatThrownBy(() -> node.tokens(alice, READ).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(ended).containsExactly("alice");
        assertThat(store.size()).isZero();
    }

    @Test
    void aRefusedTokenIsTheReasonAlthoughTheStoreCannotBeReadThen() {
        Account alice = expiredSession();
        FailingStore failing = new FailingStore(store) {
            @Override
            public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
                throw new TokenStoreException("disk on fire", null);
            }
        };
        transport.onPost("/token").alwaysAnswers(request -> {
            failing.readsFail = true;
            return Answer.json(400, DEAD);
        });
        assertThatThrownBy(() -> node(failing, UncertainRefresh.RETRY)
                        .build()
                        .tokens(alice, READ)
                        .token())
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("invalid_grant");
    }

    @Test
    void somebodyElsesSignInThatCameBetweenRefusalAndRemovalCounts() {
        Account alice = expiredSession();
        String newer = record().replace("r1", "r9");
        transport
                .onPost("/token")
                .alwaysAnswers(request -> request.form().get("refresh_token").equals("r9")
                        ? Answer.json(200, granted("ours", ",\"refresh_token\":\"r10\""))
                        : Answer.json(400, DEAD));
        Interrupted between = new Interrupted(store) {
            @Override
            void beforeRemoval(int number) {
                write(newer);
            }
        };
        OAuthClient node = node(between, UncertainRefresh.RETRY).build();
        assertThat(node.tokens(alice, READ).token().reveal()).isEqualTo("ours");
        assertThat(ended).isEmpty();
    }

    @Test
    void aTokenThatIsRefusedSinceWhoeverBrokeTheLeaseHasRedeemedItIsNotDroppedUnderItsHands() {
        Account alice = expiredSession();
        String broken = "\"owner\":\"successor\"";
        transport.onPost("/token").alwaysAnswers(request -> {
            // The successor has the new token already, and has not written it yet.
            write(record().replaceAll("\"owner\":\"[^\"]*\"", broken));
            return Answer.json(400, DEAD);
        });
        String theirs = record().replace("r1", "r9").replace("first-alice", "theirs");
        long later = clock.instant().plus(Duration.ofHours(1)).getEpochSecond();
        OAuthClient node = node(store, UncertainRefresh.RETRY)
                .pause(duration -> {
                    assertThat(record()).contains("\"refresh_token\":\"r1\"").contains(broken);
                    write(theirs.replaceAll("\"expires_at\":[0-9]*", "\"expires_at\":" + later));
                })
                .build();
        assertThat(node.tokens(alice, READ).token().reveal()).isEqualTo("theirs");
        assertThat(transport.requests()).hasSize(2);
        assertThat(ended).isEmpty();
    }

    @Test
    void aLeaseWhoseWritingFailedInTheAnswerIsNoAttempt() {
        Account alice = expiredSession();
        transport.onPost("/token").alwaysAnswers(server);
        Interrupted between = new Interrupted(store) {
            @Override
            void afterWrite(int number) throws TokenStoreException {
                if (number == 1) {
                    throw new TokenStoreException("connection lost", null);
                }
            }
        };
        OAuthClient node = node(between, UncertainRefresh.REAUTHORIZE).build();
        // The writer looks again, and goes on under the lease that it finds to be its own.
        assertThat(node.tokens(alice, READ).token().reveal()).isEqualTo("t2");
        assertThat(server.refreshes).hasValue(1);
        assertThat(record()).doesNotContain("lease");
    }

    private void somebodyElseIsAtIt() {
        write(record().replaceFirst("}$", ",\"lease\":{\"owner\":\"somebody\",\"millis\":75000}}"));
    }

    @Test
    void anInterruptEndsTheWaitForAnotherNodesLeaseAndDoesNotSpin() {
        Account alice = expiredSession();
        somebodyElseIsAtIt();
        CountingStore counting = new CountingStore(store);
        OAuthClient node = node(counting, UncertainRefresh.RETRY)
                .pause(duration -> {
                    // As Thread.sleep does in a thread that was interrupted.
                    throw new InterruptedException();
                })
                .build();
        assertThatThrownBy(() -> node.tokens(alice, READ).token())
                .isInstanceOfSatisfying(
                        TemporaryFailureException.class,
                        e -> assertThat(e.safeToRetry()).isTrue())
                .hasMessageContaining("nterrupted");
        assertThat(counting.calls).hasValue(1);
    }

    @Test
    void aClosedClientStopsWaitingForAnotherNodesLeaseAndTakesNone() throws Exception {
        Account alice = expiredSession();
        somebodyElseIsAtIt();
        List<OAuthClient> nodes = new ArrayList<>();
        List<String> told = new CopyOnWriteArrayList<>();
        nodes.add(node(store, UncertainRefresh.RETRY)
                .timeout(Duration.ofMillis(50))
                .pause(duration -> {
                    // Closed while it waits; then the other one gives its lease back.
                    try {
                        nodes.get(0).close();
                    } catch (TemporaryFailureException e) {
                        told.add(String.valueOf(e.getMessage()));
                    }
                    write(record().replaceFirst(",\"lease\":\\{[^}]*}", ""));
                })
                .build());
        assertThatThrownBy(() -> nodes.get(0).tokens(alice, READ).token()).isInstanceOf(OAuthException.class);
        flights.join();
        assertThat(told).singleElement().asString().contains("1 piece(s) of work");
        assertThat(record()).doesNotContain("lease");
        assertThat(transport.requests()).hasSize(1);
        nodes.get(0).close();
    }

    @Test
    void closingTellsOfWorkThatHasNotEnded() throws Exception {
        Account alice = expiredSession();
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        transport.onPost("/token").alwaysAnswers(request -> {
            arrived.countDown();
            await(answer);
            return server.apply(request);
        });
        OAuthClient node = node(store, UncertainRefresh.RETRY)
                .timeout(Duration.ofMillis(50))
                .build();
        assertThatThrownBy(() -> node.tokens(alice, READ).token()).isInstanceOf(TemporaryFailureException.class);
        await(arrived);
        assertThatThrownBy(node::close)
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("1 piece(s) of work");
        answer.countDown();
        flights.join();
        node.close();
        assertThat(record()).contains("\"refresh_token\":\"r2\"");
    }
}
