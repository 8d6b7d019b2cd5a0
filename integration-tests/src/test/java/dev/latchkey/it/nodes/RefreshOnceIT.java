package dev.latchkey.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.server.UncertainRefresh;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.it.keycloak.KeycloakServer;
import dev.latchkey.it.keycloak.WithKeycloak;
import java.io.IOException;
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
 * twice: the three stores at the same time. How many generations is the system property {@code latchkey.it.expiries}.
 */
@WithKeycloak
final class RefreshOnceIT {

    private static final int PROCESSES = 4;
    private static final int THREADS = 16;
    private static final int EXPIRIES = Integer.getInteger("latchkey.it.expiries", 20);
    private static final Duration AMPLE = Duration.ofMinutes(1).plus(Duration.ofSeconds(6).multipliedBy(EXPIRIES));

    private final KeycloakServer keycloak;
    private final String issuer;

    RefreshOnceIT(KeycloakServer keycloak) {
        this.keycloak = keycloak;
        this.issuer = keycloak.plainIssuer("strict").toString();
    }

    @Test
    void eachRefreshTokenIsRedeemedOnceHoweverManyProcessesShareTheSession(@TempDir Path directory) throws Exception {
        try (Places places = new Places(directory)) {
            List<Shared> sessions = new ArrayList<>();
            try {
                for (StoreKind kind : StoreKind.values()) {
                    sessions.add(new Shared(kind, places.of(kind)));
                }
                long deadline = Fleet.in(AMPLE);
                for (Shared session : sessions) {
                    session.awaitEnd(deadline);
                }
                for (Shared session : sessions) {
                    session.check(new RealmEvents(keycloak, "strict"));
                }
            } finally {
                sessions.forEach(Shared::close);
            }
        }
    }

    /** One session in one store, and the processes that share it. */
    private final class Shared implements AutoCloseable {

        private final StoreKind kind;
        private final Fleet fleet;
        private final HttpTransport transport = Brief.transport();
        private final TokenStore store;
        private final OAuthClient client;
        private final SignIn signIn;
        private final Set<String> generations = new HashSet<>();
        private int redeemed;

        Shared(StoreKind kind, String place) throws IOException {
            this.kind = kind;
            this.fleet = new Fleet(kind.name());
            this.store = kind.open(place);
            this.client = Brief.client(transport, issuer, UncertainRefresh.REAUTHORIZE, store)
                    .build();
            this.signIn = Brief.signIn(client, kind.user());
            see(signIn.response().accessToken());
            for (int i = 0; i < PROCESSES; i++) {
                fleet.start(NodeProgram.arguments(
                        issuer,
                        signIn.account(),
                        UncertainRefresh.REAUTHORIZE,
                        kind,
                        place,
                        THREADS,
                        EXPIRIES,
                        Duration.ofSeconds(30)));
            }
        }

        private void see(AccessToken token) {
            String[] parts = token.reveal().split("\\.", -1);
            generations.add(parts[2].substring(0, 16));
        }

        void awaitEnd(long deadline) throws InterruptedException {
            int gone = 0;
            int done = 0;
            int longest = 0;
            while (gone < PROCESSES) {
                Said said = fleet.next(deadline);
                if (said.is(Said.GENERATION)) {
                    generations.add(said.more);
                } else if (said.is(Said.REDEEMED)) {
                    redeemed += said.number();
                } else if (said.is(Said.LONGEST)) {
                    longest = Math.max(longest, said.number());
                } else if (said.is(Said.DONE)) {
                    done++;
                } else if (said.is(Said.GONE)) {
                    gone++;
                } else {
                    assertThat(said.what).as(fleet.tail()).isIn(Said.SENDS, Said.ANSWERED);
                }
            }
            assertThat(done).as("processes that went to their end").isEqualTo(PROCESSES);
            System.out.printf(
                    "%s: %d processes of %d threads, %d generations, %d redeemed, the slowest call took %d ms%n",
                    kind, PROCESSES, THREADS, generations.size(), redeemed, longest);
        }

        void check(RealmEvents events) throws Exception {
            assertThat(events.refused()).as("refresh tokens that Keycloak refused").isEmpty();
            AccessToken last = client.tokens(signIn.account(), Brief.SCOPES)
                    .get(TokenOptions.NONE.forceRefresh())
                    .token();
            see(last);
            assertThat(generations).hasSizeGreaterThanOrEqualTo(EXPIRIES);
            assertThat(redeemed + 1).as("redeemed by the nodes and here").isEqualTo(generations.size() - 1);
            assertThat(events.redeemed(signIn.account().subject()))
                    .as("REFRESH_TOKEN events of " + kind)
                    .isEqualTo(generations.size() - 1);
            assertThat(events.refused()).as("refresh tokens that Keycloak refused").isEmpty();
        }

        @Override
        public void close() {
            fleet.close();
            client.close();
            transport.close();
        }
    }
}
