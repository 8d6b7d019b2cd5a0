package dev.latchkey.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.it.Transport;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Forged ID tokens, and a hostile host of the server's keys. */
@ParameterizedClass
@EnumSource(Transport.class)
final class IdTokenAttacksTest extends Victim {

    private final OAuthClient client = builder().build();

    IdTokenAttacksTest(Transport kind) {
        super(kind);
    }

    /** Says that nobody is signed in by what is made of the right claims. */
    private OAuthException signsNobodyIn(BiFunction<PendingAuthorization, String, String> forgery) {
        PendingAuthorization pending = begin(client);
        server.json("/token", "200 OK", tokens(forgery.apply(pending, claims(pending))));
        OAuthException refused = failsWith(
                OAuthException.class, () -> client.complete(parsed(honest(pending)), pending.browserBinding()));
        assertThat(client.accounts()).isEmpty();
        return refused;
    }

    private void forged(String header) {
        signsNobodyIn((pending, claims) -> Forge.rs256(header, claims, Forge.STRANGER));
        signsNobodyIn((pending, claims) -> Forge.unsigned(header, claims));
    }

    @Test
    void j1_noneIsRefusedInEverySpelling() {
        for (String none : new String[] {"none", "None", "NONE", "nOnE", "none ", " none", "", "n\\u006fne", "null"}) {
            forged("{\"alg\":\"" + none + "\"}");
        }
        forged("{\"alg\":null}");
        forged("{\"alg\":[\"none\"]}");
        forged("{}");
        forged("{\"alg\":\"RS256\",\"alg\":\"none\"}");
        forged("{\"alg\":\"none\",\"alg\":\"RS256\"}");
    }

    @Test
    void j2_thePublicKeyIsNoSecret() {
        byte[] der = Forge.SERVER.getPublic().getEncoded();
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String pem = "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
        byte[][] secrets = {
            der,
            pem.getBytes(StandardCharsets.US_ASCII),
            Forge.jwk(Forge.SERVER, "k1").getBytes(StandardCharsets.US_ASCII),
            "s3cret".getBytes(StandardCharsets.US_ASCII)
        };
        for (byte[] secret : secrets) {
            for (String algorithm : new String[] {"HS256", "hs256", "HS512", "RS256"}) {
                String header = "{\"alg\":\"" + algorithm + "\",\"kid\":\"k1\"}";
                signsNobodyIn((pending, claims) -> Forge.hs256(header, claims, secret));
            }
        }
    }

    @Test
    void j1_anotherAlgorithmOrSpellingThanThePinnedOneIsRefused() {
        for (String algorithm : new String[] {"rs256", "RS256 ", "PS256", "RS384", "ES256", "RS1", "EdDSA"}) {
            String header = "{\"alg\":\"" + algorithm + "\",\"kid\":\"k1\"}";
            signsNobodyIn((pending, claims) -> Forge.rs256(header, claims, Forge.SERVER));
        }
    }

    @Test
    void j3_keysInTheHeaderAreNeitherUsedNorFetched() {
        String stranger = Forge.jwk(Forge.STRANGER, "k1");
        forged("{\"alg\":\"RS256\",\"kid\":\"k1\",\"jwk\":" + stranger + "}");
        forged("{\"alg\":\"RS256\",\"jwk\":" + stranger + "}");
        forged("{\"alg\":\"RS256\",\"kid\":\"k1\",\"jku\":\"" + server.elsewhere("/jwks") + "\"}");
        forged("{\"alg\":\"RS256\",\"kid\":\"k1\",\"x5u\":\"" + server.elsewhere("/x5u") + "\"}");
        forged("{\"alg\":\"RS256\",\"kid\":\"" + server.elsewhere("/kid") + "\"}");
        forged("{\"alg\":\"RS256\",\"kid\":\"../../../../dev/null\"}");
    }

    @Test
    void j3_critIsRefusedWhateverItNames() {
        for (String crit : new String[] {"[\"exp\"]", "[]", "[\"b64\"]", "null", "\"alg\""}) {
            String header = "{\"alg\":\"RS256\",\"kid\":\"k1\",\"crit\":" + crit + "}";
            signsNobodyIn((pending, claims) -> Forge.rs256(header, claims, Forge.SERVER));
        }
        signsNobodyIn((pending, claims) ->
                Forge.rs256("{\"alg\":\"RS256\",\"kid\":\"k1\",\"b64\":false}", claims, Forge.SERVER));
    }

    @Test
    void whatIsNotOneSignedJwtIsRefused() {
        signsNobodyIn((pending, claims) -> idToken(pending) + ".x");
        signsNobodyIn((pending, claims) -> idToken(pending) + "=");
        signsNobodyIn((pending, claims) -> " " + idToken(pending));
        signsNobodyIn((pending, claims) -> idToken(pending).substring(1));
        signsNobodyIn((pending, claims) -> idToken(pending).replaceFirst("\\.[^.]*$", "."));
        signsNobodyIn((pending, claims) -> "a".repeat(300_000));
        signsNobodyIn((pending, claims) -> Forge.rs256(HEADER, "[".repeat(10_000), Forge.SERVER));
        signsNobodyIn((pending, claims) -> Forge.rs256(HEADER, claims.replace("}", ",\"sub\":\"eve\"}"), Forge.SERVER));
    }

    @Test
    void claimsOfOthersAreRefusedAlthoughTheServerSignedThem() {
        String[][] swaps = {
            {"\"aud\":\"app\"", "\"aud\":\"other\""},
            {"\"aud\":\"app\"", "\"aud\":[]"},
            {"\"aud\":\"app\"", "\"aud\":[\"app\",\"other\"]"},
            {"\"iss\":\"https", "\"iss\":\"http"},
            {"\"sub\":\"alice\"", "\"sub\":\"\""},
            {"\"sub\":\"alice\"", "\"sub\":1"},
            {"\"nonce\":\"", "\"nonce\":\"x"},
            {"\"exp\":", "\"exp\":-"},
            {"\"iat\":", "\"iat\":9"}
        };
        for (String[] swap : swaps) {
            signsNobodyIn((pending, claims) -> Forge.rs256(HEADER, claims.replace(swap[0], swap[1]), Forge.SERVER));
        }
    }

    @Test
    void aHostileHostOfKeysSignsNobodyInAndIsNotAskedAgainAndAgain() {
        String right = Forge.jwk(Forge.SERVER, "k1");
        String[] sets = {
            "",
            "[]",
            "{\"keys\":{}}",
            "{\"keys\":[" + right + "],\"keys\":[]}",
            "{\"keys\":[" + right.replace("\"kty\"", "\"kty\":\"EC\",\"kty\"") + "]}",
            "{\"keys\":[" + right.replace("\"sig\"", "\"enc\"") + "]}",
            "{\"keys\":" + "[".repeat(100_000),
            "{\"keys\":[\"" + "a".repeat(2 << 20) + "\"]}",
            "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k1\",\"k\":\"c2VjcmV0\"}]}",
            "{\"keys\":[" + right.replaceFirst("\"n\":\"[^\"]*", "\"n\":\"AQAB") + "]}"
        };
        for (String set : sets) {
            server.json("/jwks", "200 OK", set);
            int before = server.requestsTo("/jwks").size();
            OAuthClient fresh = builder().build();
            for (int i = 0; i < 5; i++) {
                PendingAuthorization pending = begin(fresh);
                server.json("/token", "200 OK", tokens(idToken(pending)));
                failsWith(
                        OAuthException.class, () -> fresh.complete(parsed(honest(pending)), pending.browserBinding()));
            }
            assertThat(server.requestsTo("/jwks").size() - before).isBetween(1, 2);
        }
        assertThat(client.accounts()).isEmpty();
    }
}
