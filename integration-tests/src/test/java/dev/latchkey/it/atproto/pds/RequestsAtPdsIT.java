package dev.latchkey.it.atproto.pds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.atproto.Xrpc;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.it.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How many requests it takes at the reference server, with handles in a DNS server and at hosts of their own. */
@WithPds
class RequestsAtPdsIT {

    private static final String SESSION = "com.atproto.server.getSession";
    private static final String TOKEN = "POST /oauth/token ";

    /** The server's nonces live for three at most. */
    private static final Duration IDLE = Duration.ofMinutes(4);

    private final PdsWorld world;

    RequestsAtPdsIT(PdsWorld world) {
        this.world = world;
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(60)
    void coldItTakesSevenAndWarmOne(Transport kind) {
        Person person = world.someone();
        world.serveHandle(person);
        world.seen().clear();
        try (Application app = Application.resolving(world, kind)) {
            app.client.authorize(person.handle());
            // The file of the handle may be asked for a little later: the DNS was believed at once.
            while (app.wire.lines().size() < 6) {
                Thread.onSpinWait();
            }

            assertThat(app.wire.lines())
                    .containsExactlyInAnyOrder(
                            "GET /.well-known/atproto-did 200",
                            "GET /" + person.did() + " 200",
                            "GET /.well-known/oauth-protected-resource 200",
                            "GET /.well-known/oauth-authorization-server 200",
                            "POST /oauth/par 400",
                            "POST /oauth/par 201");
            assertThat(questions(person)).containsExactly("DNS TXT _atproto." + person.handle());

            app.wire.clear();
            app.client.authorize(person.handle());

            assertThat(app.wire.lines()).containsExactly("POST /oauth/par 201");
            assertThat(questions(person)).as("and the DNS is not asked again").hasSize(1);
        }
    }

    private List<String> questions(Person person) {
        return world.seen().lines().stream()
                .filter(line -> line.startsWith("DNS ") && line.contains(person.handle()))
                .collect(Collectors.toList());
    }

    @ParameterizedTest
    @EnumSource
    void whoWasIdleForLongerThanNoncesLiveIsAskedForANewOneOnce(Transport kind) throws IOException {
        Person person = world.someone();
        try (Application app = Application.confidential(world, kind, InMemoryTokenStore.create())) {
            Account account = app.signIn(person.handle(), person);
            Xrpc calls = app.client.calls(account);
            calls.query(SESSION, Parameters.NONE);

            later(app);
            calls.query(SESSION, Parameters.NONE);
            calls.query(SESSION, Parameters.NONE);
            assertThat(app.wire.lines())
                    .containsExactly(
                            "GET /xrpc/" + SESSION + " 401",
                            "GET /xrpc/" + SESSION + " 200",
                            "GET /xrpc/" + SESSION + " 200");

            later(app);
            app.client.tokens(account).get(TokenOptions.NONE.forceRefresh());
            assertThat(app.wire.lines())
                    .filteredOn(line -> line.startsWith(TOKEN))
                    .containsExactly(TOKEN + 400, TOKEN + 200);

            later(app);
            assertThat(app.client.signOut(account).revocation()).isEqualTo(Revocation.DONE);
            assertThat(app.wire.lines()).containsExactly("POST /oauth/revoke 400", "POST /oauth/revoke 200");
            assertThat(world.pds.sessions(person.did())).isEmpty();
        }
    }

    private void later(Application app) {
        world.later(IDLE);
        app.wire.clear();
    }
}
