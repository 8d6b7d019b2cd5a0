package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

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
import dev.latchkey.auth.token.TokenOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A store that throws, loses its connection or is slow at each step of a refresh, on a server that takes a second use of a
 * refresh token for theft: no refresh token is used twice and none is lost.
 */
class StoreAtEachStepTest extends WithSessions {

    private final AtomicLong nanos = new AtomicLong();
    private final RotatingServer server = new RotatingServer(false);

    /** What goes wrong. */
    private enum Trouble {
        /** The call is not done. */
        THROWS,
        /** The call is done, and its answer does not come. */
        LOSES_THE_ANSWER,
        /** As a driver may throw that knows nothing of the port. */
        THROWS_ITS_OWN,
        /** The call takes ten seconds. */
        IS_SLOW,
        /** The call takes half a minute. */
        IS_VERY_SLOW
    }

    static Stream<Arguments> troubles() {
        List<Arguments> all = new ArrayList<>();
        for (Trouble trouble : Trouble.values()) {
            for (int from = 1; from <= 3; from++) {
                for (int calls = 1; calls <= 4; calls++) {
                    for (UncertainRefresh policy : UncertainRefresh.values()) {
                        all.add(Arguments.of(trouble, from, calls, policy));
                    }
                }
            }
        }
        return all.stream();
    }

    /** In trouble from one call to another. */
    private final class Troubled implements TokenStore {

        private final Trouble trouble;
        private final int from;
        private final int to;
        private int calls;

        Troubled(Trouble trouble, int from, int calls) {
            this.trouble = trouble;
            this.from = from;
            this.to = from + calls;
        }

        private <T> T call(Call<T> call) throws TokenStoreException {
            int number = ++calls;
            if (number < from || number >= to) {
                return call.call();
            }
            switch (trouble) {
                case THROWS:
                    throw new TokenStoreException("disk on fire", null);
                case THROWS_ITS_OWN:
                    throw new IllegalStateException("pool shut down");
                case LOSES_THE_ANSWER:
                    call.call();
                    throw new TokenStoreException("connection lost", null);
                default:
                    nanos.addAndGet(Duration.ofSeconds(trouble == Trouble.IS_SLOW ? 10 : 30)
                            .toNanos());
                    return call.call();
            }
        }

        @Override
        public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
            return call(() -> store.find(key));
        }

        @Override
        public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
                throws TokenStoreException {
            return call(() -> store.replace(key, expected, record));
        }

        @Override
        public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
            return call(() -> store.remove(key, expected));
        }

        @Override
        public dev.latchkey.auth.spi.KeyPage keys(String partition, String cursor, int limit) {
            return store.keys(partition, cursor, limit);
        }
    }

    /** A call of the store. */
    @FunctionalInterface
    private interface Call<T> {
        T call() throws TokenStoreException;
    }

    private OAuthClient node(TokenStore in, UncertainRefresh policy) {
        return builder(transport, in)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://issuer.example")
                                .tokenEndpoint(URI.create("https://issuer.example/token"))
                                .build())
                        .uncertainRefresh(policy))
                .ticker(nanos::get)
                .pause(duration -> nanos.addAndGet(duration.toNanos()))
                .build();
    }

    private String record() {
        return new String(store.find(allKeys().get(0)).orElseThrow().record().content(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest(name = "{0} from call {1} on, {2} times, {3}")
    @MethodSource("troubles")
    void aStoreInTroubleCostsNoSession(Trouble trouble, int from, int calls, UncertainRefresh policy) {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.onPost("/token").alwaysAnswers(server);
        OAuthClient node = node(new Troubled(trouble, from, calls), policy);
        String token = null;
        for (int call = 0; call < 6 && token == null; call++) {
            Throwable failure = catchThrowable(() -> node.tokens(alice, READ).token());
            if (failure == null) {
                token = node.tokens(alice, READ).token().reveal();
            } else {
                assertThat(failure)
                        .isInstanceOfSatisfying(
                                TemporaryFailureException.class,
                                e -> assertThat(e.safeToRetry()).isTrue());
                assertThat(server.refreshes).as("nothing was sent").hasValue(0);
            }
        }
        assertThat(token).as("one request, and its token").isEqualTo("t2");
        assertThat(server.refreshes).hasValue(1);
        // What the store would not take is written with a later look, or at the latest when the client is closed.
        clock.advance(Duration.ofHours(2));
        assertThat(node.tokens(alice, READ).token().reveal()).isEqualTo("t3");
        node.close();
        assertThat(record()).contains("\"refresh_token\":\"r3\"").doesNotContain("lease");
        assertThat(node(store, policy)
                        .tokens(alice, READ)
                        .get(TokenOptions.NONE.forceRefresh())
                        .token()
                        .reveal())
                .isEqualTo("t4");
        assertThat(server.replays).hasValue(0);
    }

    @Test
    void whoeverLosesALeaseUsesTheWinnersToken() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.onPost("/token").alwaysAnswers(server);
        OAuthClient winner = node(store, UncertainRefresh.REAUTHORIZE);
        List<String> won = new ArrayList<>();
        CountingStore between = new CountingStore(store) {
            @Override
            public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
                    throws TokenStoreException {
                if (won.isEmpty()) {
                    won.add("pending");
                    won.add(winner.tokens(alice, READ).token().reveal());
                }
                return super.replace(key, expected, record);
            }
        };
        OAuthClient loser = node(between, UncertainRefresh.REAUTHORIZE);
        assertThat(loser.tokens(alice, READ).token().reveal()).isEqualTo("t2");
        assertThat(won).containsExactly("pending", "t2");
        assertThat(server.refreshes).hasValue(1);
        assertThat(between.calls).as("find, lose, find").hasValue(3);
    }

    @Test
    void aClockThatJumpsNeitherBreaksALeaseNorKeepsIt() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.onPost("/token").alwaysAnswers(server);
        String leased = record().replaceFirst("}$", ",\"lease\":{\"owner\":\"somebody\",\"millis\":75000}}");
        StoreKey key = allKeys().get(0);
        store.replace(
                key,
                store.find(key).orElseThrow().version(),
                StoreRecord.of(leased.getBytes(StandardCharsets.UTF_8), StoreRecord.FOREVER));
        List<Long> jumps = new ArrayList<>();
        OAuthClient node = builder(transport, store)
                .ticker(nanos::get)
                .pause(duration -> {
                    assertThat(server.refreshes).hasValue(0);
                    nanos.addAndGet(duration.toNanos());
                    jumps.add(nanos.get());
                    clock.advance(Duration.ofHours(jumps.size() % 2 == 0 ? -5 : 7));
                })
                .build();
        assertThat(node.tokens(alice, READ).token().reveal()).isEqualTo("t2");
        assertThat(Duration.ofNanos(nanos.get())).isBetween(Duration.ofSeconds(75), Duration.ofSeconds(76));
        assertThat(jumps).hasSizeGreaterThan(100);
    }

    @Test
    void sixtyFourThreadsAskingForFourResourcesAreServedStrictlyInSequence() throws Exception {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        List<String> presented = new ArrayList<>();
        transport.onPost("/token").alwaysAnswers(request -> {
            Answer answer = server.apply(request);
            // Without a lock of its own: whoever came at the same time would be seen.
            presented.add(request.form().get("refresh_token"));
            return answer;
        });
        CountingStore counting = new CountingStore(store);
        OAuthClient node = node(counting, UncertainRefresh.REAUTHORIZE);
        var turn = new java.util.concurrent.atomic.AtomicInteger();
        inParallel(
                64,
                () -> node.tokens(alice, dev.latchkey.auth.token.Scopes.of("res" + turn.getAndIncrement() % 4))
                        .token()
                        .reveal());
        assertThat(presented).containsExactly("r1", "r2", "r3", "r4");
        assertThat(server.overlaps).isEmpty();
        assertThat(counting.calls).as("three for each refresh").hasValue(12);
    }
}
