package dev.latchkey.it.atproto.pds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.it.Transport;
import dev.latchkey.it.nodes.Fleet;
import dev.latchkey.it.nodes.Node;
import dev.latchkey.it.nodes.Places;
import dev.latchkey.it.nodes.Said;
import dev.latchkey.it.nodes.StoreKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Four processes of eight threads over one session at the reference server, which ends it when a refresh token comes twice. */
@WithPds
class RefreshOnceAtPdsIT {

    private static final int PROCESSES = 4;
    private static final int THREADS = 8;
    private static final int EXPIRIES = 4;
    private static final int FORCED = 3;

    /** Longer than the server's access tokens live. */
    private static final int MINUTES = 61;

    private final PdsWorld world;

    RefreshOnceAtPdsIT(PdsWorld world) {
        this.world = world;
    }

    @ParameterizedTest
    @EnumSource
    void eachExpiryTakesOneRefresh(StoreKind kind, @TempDir Path folder) throws Exception {
        Person person = world.person("fleet-" + kind.name().toLowerCase(Locale.ROOT) + ".test");
        try (Places places = new Places(folder)) {
            String place = places.of(kind);
            eachExpiryTakesOneRefresh(person, kind, place);
        }
    }

    private void eachExpiryTakesOneRefresh(Person person, StoreKind kind, String place) throws Exception {
        try (StoreKind.Opened opened = kind.open(place);
                Application app = Application.confidential(world, Transport.JDK, opened.store());
                Fleet fleet = new Fleet("pds")) {
            Account account = app.signIn(person.handle(), person);
            List<Node> nodes = start(fleet, kind, place, account);
            long deadline = Fleet.in(Duration.ofMinutes(2));
            fleet.await(Said.STANDS, deadline);
            Set<String> all = new HashSet<>();
            for (int round = 1; round <= EXPIRIES; round++) {
                world.later(Duration.ofMinutes(MINUTES));
                world.pds.answers();
                tell(nodes, Long.toString(world.ahead().toMinutes()));
                Set<String> tokens = fleet.await(Said.DONE, deadline);
                assertThat(tokens).as("tokens of round %s", round).hasSize(1);
                assertThat(all.addAll(tokens)).isTrue();
                assertThat(world.pds.answers()).containsOnlyOnce("POST /oauth/token 200");
            }
            goesOn(app, account);
        }
    }

    @Test
    void processesThatForceItAtTheSameTimeTakeOneRefresh(@TempDir Path folder) throws Exception {
        Person person = world.person("forced.test");
        try (StoreKind.Opened opened = StoreKind.FILE.open(folder.toString());
                Application app = Application.confidential(world, Transport.JDK, opened.store());
                Fleet fleet = new Fleet("pds")) {
            Account account = app.signIn(person.handle(), person);
            List<Node> nodes = start(fleet, StoreKind.FILE, folder.toString(), account);
            long deadline = Fleet.in(Duration.ofMinutes(2));
            fleet.await(Said.STANDS, deadline);
            tell(nodes, Long.toString(world.ahead().toMinutes()));
            Set<String> all = fleet.await(Said.DONE, deadline);
            for (int round = 1; round <= FORCED; round++) {
                world.pds.answers();
                tell(nodes, PdsNode.FORCE);
                // Every one of them has looked by then, and none has the lease.
                fleet.await(Said.STANDS, deadline);
                tell(nodes, "go on");
                Set<String> tokens = fleet.await(Said.DONE, deadline);
                assertThat(tokens).as("tokens of round %s", round).hasSize(1);
                assertThat(all.addAll(tokens)).isTrue();
                assertThat(world.pds.answers()).containsOnlyOnce("POST /oauth/token 200");
            }
            goesOn(app, account);
        }
    }

    private List<Node> start(Fleet fleet, StoreKind kind, String place, Account account) throws IOException {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            nodes.add(fleet.start(
                    PdsNode.class,
                    List.of(
                            Integer.toString(THREADS),
                            world.pds.directory().toString(),
                            world.key,
                            kind.name(),
                            place,
                            account.issuer(),
                            account.subject())));
        }
        return nodes;
    }

    private static void tell(List<Node> nodes, String line) throws IOException {
        for (Node node : nodes) {
            node.tell(line);
        }
    }

    private void goesOn(Application app, Account account) throws IOException {
        assertThat(world.pds.sessions(account.subject())).hasSize(1);
        assertThat(app.client
                        .calls(account)
                        .query("com.atproto.server.getSession", Parameters.NONE)
                        .status())
                .isEqualTo(200);
    }
}
