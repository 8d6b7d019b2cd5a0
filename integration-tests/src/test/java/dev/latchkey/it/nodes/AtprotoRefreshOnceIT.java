package dev.latchkey.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchkey.auth.atproto.AtprotoClientMetadata;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.it.atproto.Browser;
import dev.latchkey.it.atproto.lab.Lab;
import dev.latchkey.it.atproto.lab.LabAccount;
import dev.latchkey.it.atproto.lab.LabAuthorizationServer;
import dev.latchkey.it.atproto.lab.LabClock;
import dev.latchkey.it.atproto.lab.LabPds;
import dev.latchkey.it.atproto.lab.Reply;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four processes of eight threads over one session of the AT Protocol, whose server ends it when a refresh token comes twice,
 * and gives a proof or an assertion no second chance either.
 */
final class AtprotoRefreshOnceIT {

    private static final int PROCESSES = 4;
    private static final int THREADS = 8;
    private static final int EXPIRIES = 10;

    private final LabClock clock = new LabClock();

    @Test
    void eachRefreshTokenIsRedeemedOnce(@TempDir Path directory) throws Exception {
        try (Lab lab = Lab.start(clock);
                Fleet fleet = new Fleet("atproto")) {
            LabAuthorizationServer server = lab.authorizationServer("as.test");
            LabPds pds = lab.pds("pds.test", server);
            LabAccount alice = lab.account("alice.test", pds);
            // Forty calls are under way at once: the nonce before the newest must last for them.
            pds.newNonceEvery(100);
            ECKey key = new ECKeyGenerator(Curve.P_256).keyID("key-1").generate();
            byte[] document = AtprotoBrief.metadata(key.toString()).toJson();
            lab.host("app.test")
                    .document("/client-metadata.json", () -> Reply.of(200, AtprotoClientMetadata.MEDIA_TYPE, document));
            signIn(lab, alice, key, directory);

            List<Node> nodes = new ArrayList<>();
            for (int i = 0; i < PROCESSES; i++) {
                List<String> arguments = new ArrayList<>(List.of(Integer.toString(THREADS)));
                arguments.addAll(
                        AtprotoBrief.arguments(lab, StoreKind.FILE, directory.toString(), key.toString(), alice.did()));
                nodes.add(fleet.start(AtprotoNode.class, arguments));
            }
            long deadline = Fleet.in(Duration.ofMinutes(2));
            fleet.await(Said.STANDS, deadline);
            Set<String> all = new HashSet<>();
            for (int round = 1; round <= EXPIRIES; round++) {
                clock.ahead(Duration.ofMinutes(20L * round));
                for (Node node : nodes) {
                    node.tell(Integer.toString(20 * round));
                }
                Set<String> tokens = fleet.await(Said.DONE, deadline);
                assertThat(tokens).as("tokens of round %s", round).hasSize(1);
                assertThat(all.addAll(tokens)).isTrue();
                assertThat(server.refreshes()).isEqualTo(round);
            }
            assertThat(server.sessions()).containsExactly(alice.did());
            assertThat(lab.log().violations()).isEmpty();
        }
    }

    private void signIn(Lab lab, LabAccount account, ECKey key, Path directory) throws Exception {
        AtprotoBrief brief =
                AtprotoBrief.in(lab, clock, StoreKind.FILE, directory.toString(), key.toString(), account.did());
        PendingAuthorization pending = brief.client().authorize(account.handle());
        URI back = Browser.visit(lab, pending.uri());
        brief.client().complete(AuthorizationCallback.parse(back.getRawQuery()), pending.browserBinding());
        brief.client().close();
        brief.transport().close();
    }
}
