package dev.latchkey.it.atproto.pds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.store.EncryptedTokenStore;
import dev.latchkey.auth.store.EncryptionKey;
import dev.latchkey.auth.store.EncryptionKeys;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.it.Transport;
import dev.latchkey.it.nodes.Places;
import dev.latchkey.it.nodes.StoreKind;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two clients with a store each, over one place, share a session at the reference server from its beginning over an expiry to its end. */
@WithPds
class StoresAtPdsIT {

    private static final String SESSION = "com.atproto.server.getSession";

    private final PdsWorld world;

    StoresAtPdsIT(PdsWorld world) {
        this.world = world;
    }

    @Test
    void inADatabase(@TempDir Path folder) throws Exception {
        shared("paula.test", StoreKind.POSTGRES, folder, Transport.JDK);
    }

    @Test
    void inRedis(@TempDir Path folder) throws Exception {
        shared("rosa.test", StoreKind.REDIS, folder, Transport.APACHE);
    }

    private void shared(String handle, StoreKind kind, Path folder, Transport transport) throws Exception {
        try (Places places = new Places(folder)) {
            String place = places.of(kind);
            try (StoreKind.Opened one = kind.open(place);
                    StoreKind.Opened other = kind.open(place)) {
                wholeFlow(handle, transport, one.store(), other.store());
            }
        }
    }

    @Test
    void encryptedInFiles(@TempDir Path folder) throws Exception {
        EncryptionKeys keys = EncryptionKeys.of(EncryptionKey.random("key", new SecureRandom()));
        try (StoreKind.Opened one = StoreKind.FILE.open(folder.toString());
                StoreKind.Opened other = StoreKind.FILE.open(folder.toString())) {
            wholeFlow(
                    "erik.test",
                    Transport.JDK,
                    EncryptedTokenStore.over(one.store(), keys),
                    EncryptedTokenStore.over(other.store(), keys));
        }
    }

    private void wholeFlow(String handle, Transport transport, TokenStore one, TokenStore other) throws IOException {
        Person person = world.person(handle);
        try (Application app = Application.confidential(world, transport, one);
                Application second = Application.confidential(world, transport, other)) {
            Account account = app.signIn(person.handle(), person);
            assertThat(second.client.accounts()).containsExactly(account);
            assertThat(call(second, account)).isEqualTo(200);
            assertThat(second.wire.lines())
                    .as("where the account is came with the session")
                    .allMatch(line -> line.startsWith("GET /xrpc/"));
            AccessToken first = app.client.tokens(account).token();

            world.later(Duration.ofMinutes(61));
            world.pds.answers();
            assertThat(call(second, account)).isEqualTo(200);
            assertThat(call(app, account)).isEqualTo(200);
            assertThat(world.pds.answers()).containsOnlyOnce("POST /oauth/token 200");
            assertThat(app.client.tokens(account).token())
                    .isNotEqualTo(first)
                    .isEqualTo(second.client.tokens(account).token());

            assertThat(second.client.signOut(account).revocation()).isEqualTo(Revocation.DONE);
            assertThat(world.pds.sessions(person.did())).as("at the server").isEmpty();
            assertThat(app.client.accounts()).isEmpty();
            world.later(Duration.ofMinutes(61));
            assertThat(catchThrowableOfType(OAuthException.class, () -> call(app, account)))
                    .isInstanceOf(SignInRequiredException.class);
        }
    }

    private static int call(Application app, Account account) throws IOException {
        return app.client.calls(account).query(SESSION, Parameters.NONE).status();
    }
}
