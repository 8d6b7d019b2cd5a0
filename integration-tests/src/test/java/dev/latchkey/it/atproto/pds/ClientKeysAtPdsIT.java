package dev.latchkey.it.atproto.pds;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.atproto.ClientKeys;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.it.Transport;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of sessions at the reference server when their client gets other keys: it ends each that comes with another one. */
@WithPds
class ClientKeysAtPdsIT {

    private static final SigningKey FIRST = key("first");
    private static final SigningKey SECOND = key("second");
    private static final String SESSION = "com.atproto.server.getSession";
    // The server remembers a client's document for ten.
    private static final Duration DOCUMENT_IS_OLD = Duration.ofMinutes(11);

    private final PdsWorld world;

    ClientKeysAtPdsIT(PdsWorld world) {
        this.world = world;
    }

    private static SigningKey key(String id) {
        try {
            return SigningKey.jwk(
                            new ECKeyGenerator(Curve.P_256).keyID(id).generate().toString())
                    .build();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void goesOn(Application app, Account account) throws IOException {
        app.client.tokens(account).get(TokenOptions.NONE.forceRefresh());
        assertThat(app.client.calls(account).query(SESSION, Parameters.NONE).json())
                .containsEntry("did", account.subject());
        assertThat(world.pds.sessions(account.subject())).hasSize(1);
    }

    private void endsHereAndThere(Application app, Account account) {
        assertThat(app.client.signOut(account).revocation()).isEqualTo(Revocation.DONE);
        assertThat(world.pds.sessions(account.subject())).isEmpty();
        assertThat(app.ended).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aSessionOfTheFormerKeyGoesOnWithItAndEndsWithIt(Transport kind) throws IOException {
        Person person = world.someone();
        String name = "rotating-" + kind;
        InMemoryTokenStore store = InMemoryTokenStore.create(world.clock());
        Account account;
        try (Application app = Application.named(world, kind, name, ClientKeys.of(FIRST, SECOND), store)) {
            account = app.signIn(person.handle(), person);
        }
        try (Application app = Application.named(world, kind, name, ClientKeys.of(SECOND, FIRST), store)) {
            goesOn(app, account);
            goesOn(app, account);
            endsHereAndThere(app, account);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSessionOfAPublicClientIsKeptByTheFirstKeyThatItIsRefreshedWith(Transport kind) throws IOException {
        Person person = world.someone();
        String name = "growing-" + kind;
        InMemoryTokenStore store = InMemoryTokenStore.create(world.clock());
        Account account;
        try (Application app = Application.named(world, kind, name, null, store)) {
            account = app.signIn(person.handle(), person);
            goesOn(app, account);
        }
        world.later(DOCUMENT_IS_OLD);
        try (Application app = Application.named(world, kind, name, ClientKeys.of(FIRST), store)) {
            goesOn(app, account);
        }
        world.later(DOCUMENT_IS_OLD);
        try (Application app = Application.named(world, kind, name, ClientKeys.of(SECOND, FIRST), store)) {
            goesOn(app, account);
            endsHereAndThere(app, account);
        }
    }
}
