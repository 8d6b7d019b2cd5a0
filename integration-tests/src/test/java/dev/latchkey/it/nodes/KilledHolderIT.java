package dev.latchkey.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.it.keycloak.KeycloakServer;
import dev.latchkey.it.keycloak.WithKeycloak;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process that is redeeming a refresh token is killed, at each point of it, over each store; two other nodes go on. On
 * a Keycloak that ends a session whose refresh token is used twice the policy is to sign in again, on one that forgives
 * one use more it is to retry. Three processes are killed, each of which holds the leases of ten sessions.
 */
@WithKeycloak
final class KilledHolderIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final Duration AMPLE = Duration.ofMinutes(3);

    private final KeycloakServer keycloak;
    private final RealmEvents strict;
    private final RealmEvents forgiving;

    KilledHolderIT(KeycloakServer keycloak) {
        this.keycloak = keycloak;
        this.strict = new RealmEvents(keycloak, "strict");
        this.forgiving = new RealmEvents(keycloak, "forgiving");
    }

    @Test
    void whoeverGoesOnEndsTheSessionOrRetriesAsTheServersPolicyIsAndNothingIsReplayed(@TempDir Path directory)
            throws Exception {
        List<String> refusedByStrict = strict.refused();
        List<String> refusedByForgiving = forgiving.refused();
        long deadline = Fleet.in(AMPLE);
        List<Orphan> orphans = new ArrayList<>();
        try (Places places = new Places(directory);
                Fleet fleet = new Fleet("holder")) {
            try {
                for (StoreKind kind : StoreKind.values()) {
                    orphans.addAll(hold(kind, places.of(kind), fleet));
                }
                for (int standing = 0; standing < orphans.size(); standing++) {
                    Said said = fleet.next(deadline);
                    assertThat(said.what).as(fleet.tail()).isEqualTo(Said.STANDS);
                }
                awaitSent(orphans, deadline);
                fleet.kill();
                orphans.forEach(orphan -> orphan.startSurvivors(TIMEOUT, deadline));
                for (Orphan orphan : orphans) {
                    orphan.awaitSurvivors();
                }
                for (Orphan orphan : orphans) {
                    orphan.check(orphan.isStrict() ? strict : forgiving, TIMEOUT);
                }
            } finally {
                orphans.forEach(Orphan::close);
            }
        }
        assertThat(strict.refused()).as("REFRESH_TOKEN_ERROR events").isEqualTo(refusedByStrict);
        assertThat(forgiving.refused()).as("REFRESH_TOKEN_ERROR events").isEqualTo(refusedByForgiving);
    }

    /** Signs in once for each point and each policy, and starts the process that begins to refresh them all. */
    private List<Orphan> hold(StoreKind kind, String place, Fleet fleet) throws Exception {
        List<Orphan> orphans = new ArrayList<>();
        List<String> arguments = new ArrayList<>(HolderProgram.arguments(kind, place, TIMEOUT));
        for (String realm : List.of("strict", "forgiving")) {
            String issuer = keycloak.plainIssuer(realm).toString();
            for (Point point : Point.values()) {
                orphans.add(Orphan.signIn(kind, place, issuer, realm.equals("strict"), point));
            }
            arguments.addAll(
                    List.of(issuer, orphans.get(orphans.size() - 1).account().subject()));
        }
        fleet.start(HolderProgram.class, arguments);
        return orphans;
    }

    /** Of a request that is out and whose answer nobody reads, Keycloak's own word says that it is done. */
    private void awaitSent(List<Orphan> orphans, long deadline) throws Exception {
        List<Orphan> open;
        do {
            assertThat(System.nanoTime() - deadline).as("in time").isNegative();
            Map<String, Integer> atStrict = strict.redeemed();
            Map<String, Integer> atForgiving = forgiving.redeemed();
            open = orphans.stream()
                    .filter(orphan -> (orphan.isStrict() ? atStrict : atForgiving).getOrDefault(orphan.session(), 0)
                            < orphan.point().redeemed)
                    .collect(Collectors.toList());
        } while (!open.isEmpty());
    }
}
