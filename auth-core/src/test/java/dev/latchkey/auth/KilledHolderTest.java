package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.SignInRequiredException;
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
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The holder of a lease is killed at each point of its way, and a successor finds what is left: on a server that ends the
 * session at a second use of a refresh token, and on one that forgives it, under each policy.
 *
 * <p>Killed means here that it stops for ever, which is all that another node sees of it.
 */
class KilledHolderTest extends WithSessions {

    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private final AtomicLong nanos = new AtomicLong();

    /** Where it dies. */
    private enum Point {
        BEFORE_THE_LEASE,
        BEFORE_SENDING,
        AFTER_SENDING,
        AFTER_THE_ANSWER,
        BEFORE_THE_WRITE,
        AFTER_THE_WRITE
    }

    /** How it ends. */
    private enum End {
        /** The successor's own refresh, with the token that the killed one had found. */
        REFRESHED,
        /** What the killed one had stored. */
        FOUND,
        /** The user must sign in, and the server never saw a second use. */
        GIVEN_UP,
        /** The user must sign in, since the server took the second use for theft. */
        REFUSED
    }

    static Stream<Arguments> deaths() {
        List<Arguments> all = new ArrayList<>();
        for (UncertainRefresh policy : UncertainRefresh.values()) {
            for (boolean forgiving : new boolean[] {false, true}) {
                for (Point point : Point.values()) {
                    all.add(Arguments.of(point, policy, forgiving, end(point, policy, forgiving)));
                }
            }
        }
        return all.stream();
    }

    private static End end(Point point, UncertainRefresh policy, boolean forgiving) {
        if (point == Point.BEFORE_THE_LEASE) {
            return End.REFRESHED;
        }
        if (point == Point.AFTER_THE_WRITE) {
            return End.FOUND;
        }
        if (policy == UncertainRefresh.REAUTHORIZE) {
            return End.GIVEN_UP;
        }
        return forgiving || point == Point.BEFORE_SENDING ? End.REFRESHED : End.REFUSED;
    }

    private OAuthClientBuilder node(HttpTransport over, TokenStore in, UncertainRefresh policy) {
        return builder(over, in)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://issuer.example")
                                .tokenEndpoint(URI.create("https://issuer.example/token"))
                                .build())
                        .uncertainRefresh(policy))
                .ticker(nanos::get)
                .pause(duration -> nanos.addAndGet(duration.toNanos()));
    }

    /** One life, and where it ends. */
    private final class Holder {

        private final Point death;
        private final CountDownLatch dead = new CountDownLatch(1);
        private final AtomicInteger writes = new AtomicInteger();

        Holder(Point death) {
            this.death = death;
        }

        private void reaches(Point point) {
            if (point == death) {
                dead.countDown();
                try {
                    NEVER.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }

        void livesUntilThen(UncertainRefresh policy, Account account) {
            HttpTransport line = request -> {
                reaches(Point.BEFORE_SENDING);
                var response = transport.send(request);
                reaches(Point.AFTER_SENDING);
                return response;
            };
            CountingStore shared = new CountingStore(store) {
                @Override
                public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
                        throws TokenStoreException {
                    int number = writes.incrementAndGet();
                    reaches(number == 1 ? Point.BEFORE_THE_LEASE : Point.BEFORE_THE_WRITE);
                    Optional<RecordVersion> version = super.replace(key, expected, record);
                    if (number == 2) {
                        reaches(Point.AFTER_THE_WRITE);
                    }
                    return version;
                }
            };
            OAuthClient client = node(line, shared, policy)
                    .listener(new AuthListener() {
                        @Override
                        public void tokenGranted(
                                String grantType,
                                String issuer,
                                Scopes scopes,
                                Optional<Instant> expiresAt,
                                Duration took) {
                            reaches(Point.AFTER_THE_ANSWER);
                        }
                    })
                    .build();
            Thread thread = new Thread(() -> client.tokens(account, READ).token(), "killed");
            thread.setDaemon(true);
            // It waits for the dead until its time-out, long after the test, and nobody is to hear of that.
            thread.setUncaughtExceptionHandler((killed, reason) -> {});
            thread.start();
            await(dead);
        }
    }

    @ParameterizedTest(name = "{0}, {1}, a server that forgives: {2}, ends {3}")
    @MethodSource("deaths")
    void theHolderIsKilled(Point point, UncertainRefresh policy, boolean forgiving, End end) {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        RotatingServer server = new RotatingServer(forgiving);
        transport.onPost("/token").alwaysAnswers(server);
        new Holder(point).livesUntilThen(policy, alice);
        int before = server.refreshes.get();
        assertThat(before).isEqualTo(point.compareTo(Point.BEFORE_SENDING) <= 0 ? 0 : 1);

        CountingStore counting = new CountingStore(store);
        OAuthClient successor = node(transport, counting, policy).build();
        long begin = nanos.get();
        if (end == End.REFRESHED || end == End.FOUND) {
            assertThat(successor.tokens(alice, READ).token().reveal())
                    .isEqualTo("t" + (before + (end == End.REFRESHED ? 2 : 1)));
        } else {
            assertThatThrownBy(() -> successor.tokens(alice, READ).token()).isInstanceOf(SignInRequiredException.class);
        }

        boolean marked = point != Point.BEFORE_THE_LEASE && point != Point.AFTER_THE_WRITE;
        Duration waited = Duration.ofNanos(nanos.get() - begin);
        if (marked) {
            assertThat(waited).as("until the lease has run out").isGreaterThanOrEqualTo(Duration.ofSeconds(75));
        } else {
            assertThat(waited).isZero();
        }
        assertThat(server.replays).hasValue(end == End.REFUSED ? 1 : 0);
        assertThat(server.refreshes.get() - before).isEqualTo(end == End.REFRESHED || end == End.REFUSED ? 1 : 0);
        if (end == End.REFRESHED || end == End.FOUND) {
            assertThat(record())
                    .contains("\"refresh_token\":\"r" + (server.refreshes.get() + 1) + "\"")
                    .doesNotContain("lease");
        } else {
            assertThat(store.size()).isZero();
        }
    }

    private String record() {
        return new String(store.find(allKeys().get(0)).orElseThrow().record().content(), StandardCharsets.UTF_8);
    }
}
