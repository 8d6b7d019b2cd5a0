package dev.latchkey.auth.jose;

import static dev.latchkey.auth.jose.IdTokenSignatureTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.Signature;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hostile hand may make of a JWT or a JWK: each is refused with a typed error, and none is believed. */
class MalformedJwtTest {

    private static final String HEADER = "{\"alg\":\"RS256\",\"kid\":\"1\"}";
    private static final String GOOD = Keys.jwt(HEADER, IdTokenStage.CLAIMS, "RS256", Keys.RSA);

    private final IdTokenStage stage = new IdTokenStage();

    @BeforeEach
    void publishes() {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {".", "..", "...", "....", ".....", "a", "a.b", "a.b.c.d", "eyJhbGciOiJSUzI1NiJ9..", "{}.{}.{}"})
    void whatIsNoJwtIsRefused(String text) {
        refused("id_token from as.example.com", () -> stage.verify(text));
    }

    @Test
    void base64urlIsReadInOneWayOnly() {
        int end = GOOD.length();
        for (String bent : new String[] {
            GOOD + "=",
            GOOD + "==",
            GOOD + "\n".trim() + "A",
            GOOD + " ",
            GOOD.substring(0, end - 1),
            GOOD + ".",
            GOOD.replaceFirst("\\.", "=."),
            " " + GOOD,
            GOOD.replace('_', '/').replace('-', '+') + "/",
            GOOD + "\u00e4"
        }) {
            refused("id_token", () -> stage.verify(bent));
        }
        // 342 characters are 256 bytes and four bits, which must be zero.
        char last = GOOD.charAt(end - 1);
        for (char other : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".toCharArray()) {
            if (other != last) {
                refused("id_token", () -> stage.verify(GOOD.substring(0, end - 1) + other));
            }
        }
    }

    @Test
    void bitsBehindTheLastByteMustBeZero() throws JoseFault {
        assertThat(Base64Url.decode("AAE")).containsExactly(0, 1);
        assertThat(Base64Url.decode("AQ")).containsExactly(1);
        for (String bent : new String[] {"AAF", "AAG", "AA_", "AR", "AY", "A-", "A"}) {
            assertThatExceptionOfType(JoseFault.class).isThrownBy(() -> Base64Url.decode(bent));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "[]",
                "{\"alg\":\"RS256\"",
                "{\"alg\":\"RS256\"}x",
                "{\"alg\":7}",
                "{\"alg\":null}",
                "{\"kid\":\"1\"}",
                "{\"alg\":\"RS256\",\"alg\":\"none\"}",
                "{\"alg\":\"none\",\"alg\":\"RS256\"}",
                "{\"alg\":\"RS256\",\"kid\":\"2\",\"kid\":\"1\"}",
                "{\"alg\":\"RS256\",\"kid\":1}",
                "{\"alg\":\"RS256\",\"kid\":\"1\",\"typ\":{}}",
                "{'alg':'RS256'}",
                "{\"alg\":\"RS256\",}"
            })
    void aBadHeaderIsRefused(String header) {
        refused("id_token", () -> stage.verify(Keys.jwt(header, IdTokenStage.CLAIMS, "RS256", Keys.RSA)));
        assertThat(stage.transport.requests()).as("before anything is fetched").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"text\"",
                "{\"sub\":\"alice\",\"sub\":\"eve\"}",
                "{\"a\":{\"iss\":\"1\",\"iss\":\"2\"}}",
                "{\"sub\":\"alice\"} {}",
                "{\"sub\":NaN}",
                "{sub:\"alice\"}",
                "{\"sub\":\"alice\"}//"
            })
    void badClaimsAreRefusedAlthoughTheyAreSigned(String claims) {
        refused("has bad claims", () -> stage.verify(Keys.jwt(HEADER, claims, "RS256", Keys.RSA)));
    }

    @Test
    void claimsThatAreNotUtf8AreRefused() {
        byte[] latin = {'{', '"', 's', 'u', 'b', '"', ':', '"', (byte) 0xe4, '"', '}'};
        String token = Keys.signed(Keys.base64(HEADER) + "." + Keys.base64(latin), "RS256", Keys.RSA);

        refused("has bad claims", () -> stage.verify(token));
    }

    @Test
    void deepClaimsAreRefused() {
        String deep = "{\"a\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}";

        refused("deeper", () -> stage.verify(Keys.jwt(HEADER, deep, "RS256", Keys.RSA)));
        refused("id_token", () -> stage.verify(Keys.jwt("{\"alg\":" + "[".repeat(1_000), "{}", "RS256", Keys.RSA)));
    }

    @Test
    void aHugeTokenIsRefusedUnread() {
        refused("is longer than", () -> stage.verify("A".repeat(CompactJwt.MAX_LENGTH + 1)));
        refused("is longer than", () -> stage.verify(".".repeat(CompactJwt.MAX_LENGTH + 1)));
    }

    @Test
    void messagesRepeatNothingOfTheTokenButItsNames() {
        String token = Keys.jwt(
                "{\"alg\":\"RS256\",\"kid\":\"line\\nbreak\"}", "{\"sub\":\"secret-subject\"}", "RS256", Keys.RSA);

        assertThatExceptionOfType(InvalidResponseException.class)
                .isThrownBy(() -> stage.verify(token))
                .satisfies(e -> assertThat(e.getMessage())
                        .contains("kid something unprintable")
                        .doesNotContain("secret-subject", "\n", token.substring(0, 30)));
    }

    @Test
    void aTokenOfAnotherTypeIsRefused() throws IOException {
        for (String type :
                new String[] {"at+jwt", "application/at+jwt", "logout+jwt", "LOGOUT+JWT", "dpop+jwt", "x+jwt"}) {
            String header = "{\"alg\":\"RS256\",\"kid\":\"1\",\"typ\":\"" + type + "\"}";

            refused(
                    "so is meant for something else",
                    () -> stage.verify(Keys.jwt(header, IdTokenStage.CLAIMS, "RS256", Keys.RSA)));
        }
        for (String type : new String[] {"JWT", "jwt", "application/jwt", "JOSE"}) {
            String header = "{\"alg\":\"RS256\",\"kid\":\"1\",\"typ\":\"" + type + "\"}";

            assertThat(stage.verify(Keys.jwt(header, IdTokenStage.CLAIMS, "RS256", Keys.RSA))
                            .subject())
                    .isEqualTo("alice");
        }
    }

    @Test
    void keysThatCannotBeTrustedAreLeftOut() throws JoseFault {
        KeyPair small = Keys.rsa(1024);
        String big = "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" + Keys.base64(ones(2_000)) + "\"}";
        String n = Keys.base64(ones(256));
        String onCurve = Keys.jwk(Keys.P256, "");
        String x = ((ECKey) Keys.ecKey(Keys.P256)).getX().toString();
        for (String jwk : new String[] {
            Keys.jwk(small, ""),
            big,
            rsa(n, "AQ"),
            rsa(n, "Ag"),
            rsa(n, ""),
            rsa(n, Keys.base64(ones(200))),
            rsa(n + "=", "AQAB"),
            rsa(Keys.base64(new byte[256]), "AQAB"),
            "{\"kty\":\"RSA\",\"e\":\"AQAB\"}",
            "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":7}",
            Keys.jwk(Keys.RSA, ",\"d\":\"AQAB\""),
            Keys.jwk(Keys.RSA, ",\"p\":\"AQAB\""),
            Keys.jwk(Keys.RSA, ",\"kid\":7"),
            Keys.jwk(Keys.RSA, ",\"alg\":7"),
            onCurve.replace(x, Keys.base64(new byte[32])),
            onCurve.replace(x, Keys.base64(new byte[33])),
            onCurve.replace("P-256", "P-384"),
            onCurve.replace("P-256", "secp256k1"),
            onCurve.replace("P-256", "P-256K"),
            onCurve.replace("EC", "ec"),
            "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" + Keys.base64(new byte[32]) + "\"}",
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + Keys.base64(new byte[31]) + "\"}",
            "{\"kty\":\"oct\",\"k\":\"" + Keys.base64(new byte[32]) + "\"}",
            "{\"kty\":\"AKP\"}",
            "{}"
        }) {
            VerificationKeys keys = VerificationKeys.parse(
                    ByteBuffer.wrap(Keys.set(jwk, Keys.jwk(Keys.OTHER_RSA, "")).getBytes(StandardCharsets.UTF_8)),
                    null);
            assertThat(keys).as(jwk).hasToString("VerificationKeys[1 usable, 1 left out]");
        }
    }

    private static String rsa(String n, String e) {
        return "{\"kty\":\"RSA\",\"n\":\"" + n + "\",\"e\":\"" + e + "\"}";
    }

    private static byte[] ones(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xff);
        return bytes;
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_15)
    void ed25519IsVerifiedUnderBothItsNames() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = pair.getPublic().getEncoded();
        String x = Keys.base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        IdTokenStage edwards = new IdTokenStage()
                .publishes("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"1\",\"alg\":\"EdDSA\",\"x\":\"" + x + "\"}");
        JoseIdTokens verifier = edwards.builder().algorithms("EdDSA", "Ed25519").build();
        for (String name : new String[] {"EdDSA", "Ed25519"}) {
            String input =
                    Keys.base64("{\"alg\":\"" + name + "\",\"kid\":\"1\"}") + "." + Keys.base64(IdTokenStage.CLAIMS);
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(pair.getPrivate());
            signer.update(input.getBytes(StandardCharsets.US_ASCII));
            byte[] signature = signer.sign();

            assertThat(edwards.verify(verifier, input + "." + Keys.base64(signature))
                            .algorithm())
                    .isEqualTo(name);
            refused(
                    "of 65 bytes, not of 64",
                    () -> edwards.verify(verifier, input + "." + Keys.base64(Arrays.copyOf(signature, 65))));
            byte[] bent = signature.clone();
            bent[26] ^= 0x10;
            refused("does not hold", () -> edwards.verify(verifier, input + "." + Keys.base64(bent)));
            refused("does not hold", () -> edwards.verify(verifier, input + "." + Keys.base64(new byte[64])));
        }
    }

    @Test
    void aRuntimeWithoutEd25519SaysWhatToDo() {
        String set =
                Keys.set("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}");
        JoseIdTokens verifier = JoseIdTokens.builder(ServerKeys.of(set, Security.getProvider("SUN")))
                .algorithms("EdDSA")
                .build();
        String token = Keys.base64("{\"alg\":\"EdDSA\"}") + "." + Keys.base64("{}") + "." + Keys.base64(new byte[64]);

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> stage.verify(verifier, token))
                .withMessageContaining("use Java 15 or newer");
    }

    @Test
    void theProviderIsTheApplicationsChoice() throws IOException {
        JoseIdTokens right = JoseIdTokens.builder(stage.keys()
                        .provider(Security.getProvider("SunRsaSign"))
                        .build())
                .build();
        JoseIdTokens wrong = JoseIdTokens.builder(
                        stage.keys().provider(Security.getProvider("SUN")).build())
                .build();

        assertThat(stage.verify(right, GOOD).subject()).isEqualTo("alice");
        refused("cannot be verified", () -> stage.verify(wrong, GOOD));
    }
}
