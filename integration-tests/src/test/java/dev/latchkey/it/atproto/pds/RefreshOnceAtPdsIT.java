package dev.latchkey.it.atproto.pds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.it.Transport;
import dev.latchkey.it.nodes.Fleet;
import dev.latchkey.it.nodes.Node;
import dev.latchkey.it.nodes.Said;
import dev.latchkey.it.nodes.StoreKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four processes of eight threads over one session at the reference server, which ends it when a refresh token comes twice. */
@WithPds
class RefreshOnceAtPdsIT {

    private static final int PROCESSES = 4;
    private static final int THREADS = 8;
    private static final int EXPIRIES = 4;

    /** Longer than the server's access tokens live. */
    private static final int MINUTES = 61;

    private final PdsWorld world;

    RefreshOnceAtPdsIT(PdsWorld world) {
        this.world = world;
    }

    @Test
    void eachExpiryTakesOneRefresh(@TempDir Path folder) throws Exception {
        Person person = world.person("fleet.test");
        try (StoreKind.Opened opened = StoreKind.FILE.open(folder.toString());
                Application app = Application.confidential(world, Transport.JDK, opened.store());
                Fleet fleet = new Fleet("pds")) {
            Account account = app.signIn(person.handle(), person);
            List<Node> nodes = new ArrayList<>();
            for (int i = 0; i < PROCESSES; i++) {
                nodes.add(fleet.start(
                        PdsNode.class,
                        List.of(
                                Integer.toString(THREADS),
                                world.pds.directory().toString(),
                                world.key,
                                folder.toString(),
                                account.issuer(),
                                account.subject())));
            }
            long deadline = Fleet.in(Duration.ofMinutes(2));
            fleet.await(Said.STANDS, deadline);
            Set<String> all = new HashSet<>();
            for (int round = 1; round <= EXPIRIES; round++) {
                world.later(Duration.ofMinutes(MINUTES));
                world.pds.answers();
                for (Node node : nodes) {
                    node.tell(Long.toString(world.ahead().toMinutes()));
                }
                Set<String> tokens = fleet.await(Said.DONE, deadline);
                assertThat(tokens).as("tokens of round %s", round).hasSize(1);
                assertThat(all.addAll(tokens)).isTrue();
                assertThat(world.pds.answers()).containsOnlyOnce("POST /oauth/token 200");
            }
            assertThat(world.pds.sessions(person.did())).hasSize(1);
            assertThat(app.client
                            .calls(account)
                            .query("com.atproto.server.getSession", Parameters.NONE)
                            .status())
                    .isEqualTo(200);
        }
    }
}
