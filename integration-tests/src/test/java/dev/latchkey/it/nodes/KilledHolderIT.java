package dev.latchkey.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.server.UncertainRefresh;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.it.keycloak.KeycloakServer;
import dev.latchkey.it.keycloak.WithKeycloak;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Three processes share a session, and the one that is redeeming the refresh token is killed at a random moment: before
 * its request is out, while Keycloak works, or before the answer is stored. Nobody can tell which.
 */
@WithKeycloak
final class KilledHolderIT {

    private static final int PROCESSES = 3;
    private static final int THREADS = 4;
    private static final int KILLS = Integer.getInteger("latchkey.it.kills", 3);
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    // As the client computes it: longer than any refresh can take.
    private static final Duration LEASE = TIMEOUT.multipliedBy(5).dividedBy(2);
    // A token of before the kill serves for two seconds, and the machine may be busy.
    private static final Duration SLACK = Duration.ofSeconds(12);
    private static final Duration AMPLE = Duration.ofMinutes(2);
    // After the kill Keycloak may see one more request; what the survivors go on with takes seconds.
    private static final List<Duration> LONGEST_DELAYS =
            List.of(Duration.ofMillis(3), Duration.ofMillis(30), Duration.ofMillis(120));

    private final KeycloakServer keycloak;

    KilledHolderIT(KeycloakServer keycloak) {
        this.keycloak = keycloak;
    }

    @ParameterizedTest
    @EnumSource(
            value = StoreKind.class,
            names = {"FILE", "REDIS"})
    void onAStrictServerTheSessionGoesOnOrTheUserSignsInAndNothingIsReplayed(StoreKind kind, @TempDir Path directory)
            throws Exception {
        try (Places places = new Places(directory)) {
            for (int kill = 0; kill < KILLS; kill++) {
                killOne(kind, places.of(kind), UncertainRefresh.REAUTHORIZE, kill);
            }
        }
        assertThat(new RealmEvents(keycloak, "strict").refused()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = StoreKind.class,
            names = {"FILE", "REDIS"})
    void onAServerThatForgivesOneReuseTheSessionGoesOn(StoreKind kind, @TempDir Path directory) throws Exception {
        try (Places places = new Places(directory)) {
            for (int kill = 0; kill < KILLS; kill++) {
                Set<String> outcomes = killOne(kind, places.of(kind), UncertainRefresh.RETRY, kill);
                assertThat(outcomes).containsExactly(Said.GENERATION);
            }
        }
        assertThat(new RealmEvents(keycloak, "forgiving").refused()).isEmpty();
    }

    /** Gives what became of the survivors: the session's next generations, or the end of the session. */
    private Set<String> killOne(StoreKind kind, String place, UncertainRefresh policy, int number) throws Exception {
        String issuer = keycloak.plainIssuer(policy == UncertainRefresh.RETRY ? "forgiving" : "strict")
                .toString();
        Random random = new Random(31L * number + kind.ordinal());
        try (Fleet fleet = new Fleet(kind.name())) {
            Account account = signIn(kind, place, policy, issuer);
            for (int i = 0; i < PROCESSES; i++) {
                fleet.start(NodeProgram.arguments(
                        issuer, account, policy, kind, place, THREADS, Integer.MAX_VALUE, TIMEOUT));
            }
            Said last = awaitAttempt(fleet, 1 + random.nextInt(3));
            Duration delay = LONGEST_DELAYS.get(number % LONGEST_DELAYS.size());
            LockSupport.parkNanos((long) (random.nextDouble() * delay.toNanos()));
            last.by.kill();
            long killed = System.nanoTime();
            return awaitSurvivors(fleet, last, killed, policy);
        }
    }

    private static Account signIn(StoreKind kind, String place, UncertainRefresh policy, String issuer) {
        try (HttpTransport transport = Brief.transport();
                OAuthClient client = Brief.client(transport, issuer, policy, kind.open(place))
                        .build()) {
            return Brief.signIn(client, kind.user()).account();
        }
    }

    /** Waits until all nodes are at work and one of them sends a refresh token; the n-th time. */
    private static Said awaitAttempt(Fleet fleet, int nth) throws InterruptedException {
        Set<Node> atWork = new HashSet<>();
        int attempts = 0;
        long deadline = Fleet.in(AMPLE);
        while (true) {
            Said said = fleet.next(deadline);
            assertThat(said.what).as(fleet.tail()).isNotIn(Said.WRONG, Said.ENDED, Said.GONE);
            if (said.is(Said.GENERATION)) {
                atWork.add(said.by);
            }
            if (said.is(Said.SENDS) && atWork.size() == PROCESSES && ++attempts == nth) {
                return said;
            }
        }
    }

    private static Set<String> awaitSurvivors(Fleet fleet, Said attempt, long killed, UncertainRefresh policy)
            throws InterruptedException {
        long deadline = killed + LEASE.plus(SLACK).toNanos();
        Map<Node, Integer> generations = new java.util.HashMap<>();
        Set<Node> decided = new HashSet<>();
        Set<String> outcomes = new HashSet<>();
        boolean answered = false;
        long first = 0;
        while (decided.size() < PROCESSES - 1) {
            Said said = fleet.next(deadline);
            if (said.by == attempt.by) {
                answered |= said.is(Said.ANSWERED);
                continue;
            }
            assertThat(said.what).as(fleet.tail()).isNotIn(Said.WRONG, Said.GONE);
            if (said.nanos < killed) {
                continue;
            }
            if (said.is(Said.ENDED)) {
                outcomes.add(Said.ENDED);
                decided.add(said.by);
            } else if (said.is(Said.GENERATION) && generations.merge(said.by, 1, Integer::sum) == 2) {
                // The first may have been on its way before the kill.
                outcomes.add(Said.GENERATION);
                decided.add(said.by);
            }
            first = first == 0 && decided.size() == 1 ? said.nanos : first;
        }
        System.out.printf(
                "%s: killed %d ms after it sent, %s, %s after %d ms (%s)%n",
                attempt.by,
                TimeUnit.NANOSECONDS.toMillis(killed - attempt.nanos),
                answered ? "answered" : "unanswered",
                outcomes,
                TimeUnit.NANOSECONDS.toMillis(first - killed),
                policy);
        assertThat(outcomes).as("all survivors agree").hasSize(1);
        return outcomes;
    }
}
