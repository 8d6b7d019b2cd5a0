package dev.latchkey.it.atproto.pds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.it.Transport;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody at the reference server whose DID is a {@code did:web}, with a port, as it is in development only. */
@WithPds
class WebDidAtPdsIT {

    private static final String SESSION = "com.atproto.server.getSession";
    private static final String DOCUMENT = "GET /.well-known/did.json 200";

    private final PdsWorld world;

    WebDidAtPdsIT(PdsWorld world) {
        this.world = world;
    }

    @ParameterizedTest
    @EnumSource
    void signsInCallsRefreshesAndSignsOut(Transport kind) throws IOException {
        Person person = world.webPerson("web-" + kind.name().toLowerCase(Locale.ROOT) + ".test");
        assertThat(person.did()).startsWith("did:web:localhost%3A");
        try (Application app = Application.confidential(world, kind, InMemoryTokenStore.create())) {
            // By the handle: this server writes hints in small letters, and takes no DID with %3a for one.
            Account account = app.signIn(person.handle(), person);
            assertThat(account.subject()).isEqualTo(person.did());
            assertThat(app.wire.lines())
                    .as("before and after")
                    .filteredOn(DOCUMENT::equals)
                    .hasSize(2);
            assertThat(app.client.calls(account).query(SESSION, Parameters.NONE).json())
                    .containsEntry("did", person.did())
                    .containsEntry("handle", person.handle());

            app.wire.clear();
            app.client.tokens(account).get(TokenOptions.NONE.forceRefresh());
            assertThat(app.wire.lines()).startsWith(DOCUMENT).endsWith("POST /oauth/token 200");
            assertThat(app.client.calls(account).query(SESSION, Parameters.NONE).status())
                    .isEqualTo(200);

            assertThat(app.client.signOut(account).revocation()).isEqualTo(Revocation.DONE);
            assertThat(world.pds.sessions(person.did())).isEmpty();
        }
    }
}
