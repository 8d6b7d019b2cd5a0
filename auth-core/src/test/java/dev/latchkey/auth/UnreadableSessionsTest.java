package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.store.EncryptedTokenStore;
import dev.latchkey.auth.store.EncryptionKey;
import dev.latchkey.auth.store.EncryptionKeys;
import dev.latchkey.auth.store.UnreadableRecordException;
import dev.latchkey.auth.testkit.Answer;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Sessions that were encrypted with a key that this client does not have. */
class UnreadableSessionsTest extends WithSessions {

    private final OAuthClient before = under("old");
    private final OAuthClient now = under("new");

    private OAuthClient under(String keyId) {
        EncryptionKeys keys = EncryptionKeys.of(EncryptionKey.random(keyId, new SecureRandom()));
        return builder(transport, EncryptedTokenStore.over(store, keys)).build();
    }

    private RecordVersion version() {
        return store.find(allKeys().get(0)).orElseThrow().version();
    }

    @Test
    void aKeyThatIsMissingIsToldAsThatAndNotAsAStoreThatIsDown() {
        Account alice = signIn(before, "alice", "r1");
        RecordVersion untouched = version();
        assertThatThrownBy(() -> now.tokens(alice, READ).token())
                .isInstanceOfSatisfying(ConfigurationException.class, e -> {
                    assertThat(e.field()).isEqualTo("store");
                    assertThat(((UnreadableRecordException) e.getCause()).reason())
                            .isEqualTo(UnreadableRecordException.Reason.UNKNOWN_KEY);
                })
                .hasMessageContaining("under key old")
                .hasMessageContaining("sign in again");
        assertThat(version()).as("whoever has the key still has the session").isEqualTo(untouched);
        assertThat(transport.requests()).hasSize(1);
    }

    @Test
    void aNewSignInReplacesASessionThatCannotBeDecrypted() {
        Account alice = signIn(before, "alice", "r1");
        assertThat(signIn(now, "alice", "r2")).isEqualTo(alice);
        assertThat(now.accounts().revealRefreshToken(alice).orElseThrow().reveal())
                .isEqualTo("r2");
        now.close();
    }

    @Test
    void aRefreshUnderWayDoesNotReplaceASessionThatItCannotDecrypt() {
        Account alice = signIn(now, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        // Somebody signs in anew on a node that has a newer key.
        transport.onPost("/token").alwaysAnswers(request -> {
            if (request.form().get("grant_type").equals("refresh_token")) {
                signInWith(before, "alice");
                return Answer.json(200, granted("late", ",\"refresh_token\":\"r2\""));
            }
            return Answer.json(200, granted("fresh", ",\"refresh_token\":\"r9\""));
        });
        now.tokens(alice, READ).token();
        assertThat(before.accounts().revealRefreshToken(alice).orElseThrow().reveal())
                .isEqualTo("r9");
    }

    @Test
    void anApplicationsTokenThatCannotBeDecryptedIsReplaced() {
        transport.answers(200, "application/json", granted("first", ""));
        before.clientCredentials(READ).token();
        transport.answers(200, "application/json", granted("second", ""));
        assertThat(now.clientCredentials(READ).token().reveal()).isEqualTo("second");
    }
}
