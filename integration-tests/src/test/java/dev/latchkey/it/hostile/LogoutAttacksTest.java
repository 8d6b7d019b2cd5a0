package dev.latchkey.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.jose.JoseIdTokens;
import dev.latchkey.auth.jose.LogoutTokens;
import dev.latchkey.it.Transport;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What anybody may post to an application's back-channel logout endpoint. */
@ParameterizedClass
@EnumSource(Transport.class)
final class LogoutAttacksTest extends Victim {

    private static final String TYPED = "{\"alg\":\"RS256\",\"kid\":\"k1\",\"typ\":\"logout+jwt\"}";

    private final OAuthClient client =
            builder().idTokens(JoseIdTokens.create(transport)).build();

    LogoutAttacksTest(Transport kind) {
        super(kind);
    }

    private LogoutTokens node() {
        return LogoutTokens.builder(client).store(store).build();
    }

    private String claims() {
        long now = Instant.now().getEpochSecond();
        return "{\"iss\":\"" + server.issuer() + "\",\"sub\":\"alice\",\"aud\":\"app\",\"iat\":" + now + ",\"exp\":"
                + (now + 120) + ",\"jti\":\"" + UUID.randomUUID()
                + "\",\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}}";
    }

    private void refused(String token) {
        failsWith(OAuthException.class, () -> node().validate(token));
    }

    @Test
    void aReplayIsRefusedOnTheSameNodeAndOnAnother() {
        LogoutTokens first = node();
        String token = Forge.rs256(TYPED, claims(), Forge.SERVER);
        assertThat(first.validate(token).subject()).contains("alice");

        for (LogoutTokens node : new LogoutTokens[] {first, node()}) {
            InvalidResponseException replay = failsWith(InvalidResponseException.class, () -> node.validate(token));
            assertThat(replay.field()).isEqualTo("jti");
        }
    }

    @Test
    void forgeriesAreRefusedAndDoNotUseUpTheIdentifier() {
        String claims = claims();
        refused(Forge.rs256(TYPED, claims, Forge.STRANGER));
        refused(Forge.unsigned("{\"alg\":\"none\",\"typ\":\"logout+jwt\"}", claims));
        refused(Forge.hs256(
                TYPED.replace("RS256", "HS256"),
                claims,
                Forge.SERVER.getPublic().getEncoded()));
        refused(Forge.rs256(
                TYPED.replace("}", ",\"jku\":\"" + server.elsewhere("/jwks") + "\"}"), claims, Forge.STRANGER));
        refused(Forge.rs256(TYPED.replace("}", ",\"crit\":[\"x\"]}"), claims, Forge.SERVER));

        assertThat(node().validate(Forge.rs256(TYPED, claims, Forge.SERVER)).issuer())
                .isEqualTo(server.issuer());
    }

    @Test
    void anIdTokenAndALogoutOfOthersAreNoLogout() {
        String[][] swaps = {
            {"}}}", "}},\"nonce\":\"n\"}"},
            {"backchannel-logout", "other"},
            {"\"aud\":\"app\"", "\"aud\":\"other\""},
            {"\"sub\":\"alice\",", ""},
            {"\"jti\":", "\"jtx\":"},
            {"\"exp\":", "\"exp\":-"},
            {"\"iss\":\"https", "\"iss\":\"http"}
        };
        for (String[] swap : swaps) {
            refused(Forge.rs256(TYPED, claims().replace(swap[0], swap[1]), Forge.SERVER));
        }
    }
}
