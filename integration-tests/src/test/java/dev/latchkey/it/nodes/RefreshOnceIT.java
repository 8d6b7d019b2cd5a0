package dev.latchkey.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.server.UncertainRefresh;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.it.keycloak.KeycloakServer;
import dev.latchkey.it.keycloak.WithKeycloak;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four processes of sixteen threads over one session, on a Keycloak that ends a session whose refresh token is used
 * twice: the three stores at the same time. How many expiries is the system property {@code latchkey.it.expiries}.
 */
@WithKeycloak
final class RefreshOnceIT {

    private static final int PROCESSES = 4;
    private static final int THREADS = 16;
    private static final int EXPIRIES = Integer.getInteger("latchkey.it.expiries", 20);
    private static final Duration AMPLE =
            Duration.ofMinutes(2).plus(Duration.ofSeconds(6).multipliedBy(EXPIRIES));

    private final String issuer;
    private final RealmEvents events;

    RefreshOnceIT(KeycloakServer keycloak) {
        this.issuer = keycloak.plainIssuer("strict").toString();
        this.events = new RealmEvents(keycloak, "strict");
    }

    @Test
    void eachRefreshTokenIsRedeemedOnceHoweverManyProcessesShareTheSession(@TempDir Path directory) throws Exception {
        List<String> refusedBefore = events.refused();
        List<Shared> sessions = new ArrayList<>();
        try (Places places = new Places(directory)) {
            try {
                for (StoreKind kind : StoreKind.values()) {
                    sessions.add(new Shared(kind, places.of(kind)));
                }
                for (Shared session : sessions) {
                    session.start();
                }
                long deadline = Fleet.in(AMPLE);
                for (Shared session : sessions) {
                    session.awaitEnd(deadline);
                }
                assertThat(events.refused()).as("REFRESH_TOKEN_ERROR events").isEqualTo(refusedBefore);
                for (Shared session : sessions) {
                    session.check();
                }
                assertThat(events.refused()).as("REFRESH_TOKEN_ERROR events").isEqualTo(refusedBefore);
            } finally {
                sessions.forEach(Shared::close);
            }
        }
    }

    /** One session in one store, and the processes that share it. */
    private final class Shared implements AutoCloseable {

        private final StoreKind kind;
        private final String place;
        private final Fleet fleet;
        private final HttpTransport transport = Brief.transport();
        private final StoreKind.Opened opened;
        private final OAuthClient client;
        private final SignIn signIn;
        private final ReadToken first;
        private final Set<String> granted = new HashSet<>();
        private final Set<String> seen = new HashSet<>();
        private int redeemed;

        Shared(StoreKind kind, String place) throws Exception {
            this.kind = kind;
            this.place = place;
            this.fleet = new Fleet(kind.name());
            this.opened = kind.open(place);
            this.client = Brief.client(transport, issuer, UncertainRefresh.REAUTHORIZE, opened.store())
                    .build();
            this.signIn = Brief.signIn(client, kind.user(), "");
            this.first = ReadToken.of(signIn.response().accessToken());
            granted.add(first.generation());
        }

        void start() throws Exception {
            for (int i = 0; i < PROCESSES; i++) {
                fleet.start(
                        NodeProgram.class,
                        NodeProgram.arguments(issuer, signIn.account(), first.whose(), kind, place, THREADS, EXPIRIES));
            }
        }

        void awaitEnd(long deadline) throws InterruptedException {
            int gone = 0;
            int done = 0;
            int longest = 0;
            while (gone < PROCESSES) {
                Said said = fleet.next(deadline);
                switch (said.what) {
                    case Said.GENERATION:
                        seen.add(said.more);
                        break;
                    case Said.GRANTED:
                        assertThat(granted.add(said.more)).as(said.toString()).isTrue();
                        break;
                    case Said.REDEEMED:
                        redeemed += said.number();
                        break;
                    case Said.LONGEST:
                        longest = Math.max(longest, said.number());
                        break;
                    case Said.DONE:
                        done++;
                        break;
                    case Said.GONE:
                        gone++;
                        break;
                    default:
                        throw new AssertionError(fleet.tail());
                }
            }
            System.out.printf(
                    "%s: %d processes of %d threads, %d generations, %d redeemed, the slowest call took %d ms%n",
                    kind, PROCESSES, THREADS, granted.size(), redeemed, longest);
            assertThat(done).as("processes that went to their end").isEqualTo(PROCESSES);
        }

        void check() throws Exception {
            assertThat(seen).as("tokens that callers got").isSubsetOf(granted).hasSizeGreaterThan(EXPIRIES);
            assertThat(redeemed).as("told to listeners").isEqualTo(granted.size() - 1);
            assertThat(events.redeemed(first.session()))
                    .as("REFRESH_TOKEN events of " + kind)
                    .isEqualTo(granted.size() - 1);

            // The session is alive: here is its next generation.
            ReadToken next = ReadToken.of(client.tokens(signIn.account(), Brief.SCOPES)
                    .get(TokenOptions.NONE.forceRefresh())
                    .token());

            assertThat(next.whose()).isEqualTo(first.whose());
            assertThat(granted).doesNotContain(next.generation());
            assertThat(events.redeemed(first.session())).isEqualTo(granted.size());
        }

        @Override
        public void close() {
            fleet.close();
            client.close();
            opened.close();
            transport.close();
        }
    }
}
