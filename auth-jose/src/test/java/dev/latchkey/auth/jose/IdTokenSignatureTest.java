package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.IdTokenClaims;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a signature must be: OpenID Connect Core §3.1.3.7, RFC 7515, RFC 8725. */
class IdTokenSignatureTest {

    private static final String CLAIMS = IdTokenStage.CLAIMS;
    private static final String RS256 = "{\"alg\":\"RS256\",\"kid\":\"1\"}";
    private static final String SECRET = "a-secret-of-the-client-with-many-bytes-0123456789-0123456789-0123456789";

    private final IdTokenStage stage = new IdTokenStage();

    @Test
    void i8_signatureIsVerifiedByDefault() throws IOException {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""));

        IdTokenClaims claims = stage.verify(Keys.jwt(RS256, CLAIMS, "RS256", Keys.RSA));

        assertThat(claims.subject()).isEqualTo("alice");
        assertThat(claims.algorithm()).isEqualTo("RS256");
        assertThat(stage.transport.onlyRequest().uri()).hasToString("https://keys.example.com/jwks");
        refused(
                "has a signature that does not hold",
                () -> stage.verify(Keys.jwt(RS256, CLAIMS, "RS256", Keys.OTHER_RSA)));
    }

    @Test
    void i8_noByteOfTheTokenCanBeChanged() throws IOException {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""));
        JoseIdTokens verifier = stage.verifier();
        String token = Keys.jwt(RS256, CLAIMS, "RS256", Keys.RSA);
        assertThat(stage.verify(verifier, token).subject()).isEqualTo("alice");

        for (int i = 0; i < token.length(); i++) {
            char changed = token.charAt(i) == 'A' ? 'B' : 'A';
            String bent = token.substring(0, i) + changed + token.substring(i + 1);
            assertThatExceptionOfType(InvalidResponseException.class)
                    .as("character %d", i)
                    .isThrownBy(() -> stage.verify(verifier, bent));
        }
    }

    @Test
    void i8_claimsAreOfTheTypesThatTheCoreKnows() throws IOException {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""));
        String claims =
                "{\"text\":\"t\",\"yes\":true,\"whole\":7,\"part\":0.5,\"list\":[1,\"a\"],\"map\":{\"b\":false},"
                        + "\"nothing\":null}";

        assertThat(stage.verify(Keys.jwt(RS256, claims, "RS256", Keys.RSA)).asMap())
                .isEqualTo(Map.of(
                        "text",
                        "t",
                        "yes",
                        true,
                        "whole",
                        7L,
                        "part",
                        0.5,
                        "list",
                        List.of(1L, "a"),
                        "map",
                        Map.of("b", false)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", " none", "none "})
    void j1_noneIsRefusedInAnyCase(String none) {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""));
        String input = Keys.base64("{\"alg\":\"" + none + "\"}") + "." + Keys.base64(CLAIMS) + ".";
        String signed = Keys.jwt("{\"alg\":\"" + none + "\",\"kid\":\"1\"}", CLAIMS, "RS256", Keys.RSA);

        refused("is ", () -> stage.verify(input));
        refused("is ", () -> stage.verify(signed));
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void j1_algorithmIsTheApplicationsBeforeTheMetadatas() throws IOException {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""))
                .metadata("id_token_signing_alg_values_supported", List.of("RS256", "PS256"));
        JoseIdTokens pinned = stage.builder().algorithms("PS256").build();

        stage.verify(pinned, Keys.jwt("{\"alg\":\"PS256\",\"kid\":\"1\"}", CLAIMS, "PS256", Keys.RSA));
        refused(
                "is signed with RS256, and not with PS256",
                () -> stage.verify(pinned, Keys.jwt(RS256, CLAIMS, "RS256", Keys.RSA)));
    }

    @Test
    void j1_algorithmIsTheMetadatasBeforeRs256() throws IOException {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""), Keys.jwk(Keys.P256, "2", ""))
                .metadata("id_token_signing_alg_values_supported", List.of("none", "HS256", "ES256", "XX256"));

        stage.verify(Keys.jwt("{\"alg\":\"ES256\",\"kid\":\"2\"}", CLAIMS, "ES256", Keys.P256));
        refused(
                "is signed with RS256, and not with ES256",
                () -> stage.verify(Keys.jwt(RS256, CLAIMS, "RS256", Keys.RSA)));
    }

    @Test
    void j1_algorithmIsRs256IfNobodySaysOne() throws IOException {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""));

        stage.verify(Keys.jwt(RS256, CLAIMS, "RS256", Keys.RSA));
        refused(
                "is signed with PS256, and not with RS256",
                () -> stage.verify(Keys.jwt("{\"alg\":\"PS256\",\"kid\":\"1\"}", CLAIMS, "PS256", Keys.RSA)));
    }

    @Test
    void j1_aServerThatListsOnlyWhatIsRefusedIsNotGivenRs256() {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""))
                .metadata("id_token_signing_alg_values_supported", List.of("none", "HS256"));

        refused("offers no algorithm", () -> stage.verify(Keys.jwt(RS256, CLAIMS, "RS256", Keys.RSA)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "HS256", "RS1", "rs256"})
    void j1_theApplicationCannotAllowWhatIsRefused(String algorithm) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> stage.builder().algorithms(algorithm))
                .extracting(ConfigurationException::field)
                .isEqualTo("algorithms");
    }

    @ParameterizedTest
    @CsvSource({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
    void j2_everyRsaAlgorithmIsVerified(String algorithm) throws IOException {
        verifiesAndRefuses(algorithm, Keys.RSA, Keys.OTHER_RSA);
    }

    @Test
    void j2_everyEcAlgorithmIsVerifiedOnItsCurve() throws IOException {
        verifiesAndRefuses("ES256", Keys.P256, Keys.ec("secp256r1"));
        verifiesAndRefuses("ES384", Keys.P384, Keys.ec("secp384r1"));
        verifiesAndRefuses("ES512", Keys.P521, Keys.ec("secp521r1"));
    }

    private void verifiesAndRefuses(String algorithm, KeyPair right, KeyPair wrong) throws IOException {
        IdTokenStage own = new IdTokenStage();
        own.publishes(Keys.jwk(right, "1", ""));
        JoseIdTokens verifier = own.builder().algorithms(algorithm).build();
        String header = "{\"alg\":\"" + algorithm + "\",\"kid\":\"1\"}";

        assertThat(own.verify(verifier, Keys.jwt(header, CLAIMS, algorithm, right))
                        .algorithm())
                .isEqualTo(algorithm);
        refused("does not hold", () -> own.verify(verifier, Keys.jwt(header, CLAIMS, algorithm, wrong)));
    }

    @Test
    void j2_hmacIsNeverVerifiedWithAPublicKey() {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""))
                .metadata("id_token_signing_alg_values_supported", List.of("RS256", "HS256"));
        String header = "{\"alg\":\"HS256\",\"kid\":\"1\"}";
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(Keys.RSA.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";

        refused(
                "is signed with HS256",
                () -> stage.verify(Keys.authenticated(
                        header, CLAIMS, "HS256", Keys.RSA.getPublic().getEncoded())));
        refused(
                "is signed with HS256",
                () -> stage.verify(
                        Keys.authenticated(header, CLAIMS, "HS256", pem.getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void j2_aSymmetricKeyInTheJwkSetIsNotUsed() {
        String oct = "{\"kty\":\"oct\",\"kid\":\"1\",\"k\":\"" + Keys.base64(SECRET) + "\"}";
        stage.publishes(oct).metadata("id_token_signing_alg_values_supported", List.of("HS256"));
        String token = Keys.authenticated(
                "{\"alg\":\"HS256\",\"kid\":\"1\"}", CLAIMS, "HS256", SECRET.getBytes(StandardCharsets.US_ASCII));

        refused("is signed with HS256", () -> stage.verify(token));
        refused(
                "is signed with HS256",
                () -> stage.verify(stage.builder().algorithms("RS256").build(), token));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "HS384", "HS512"})
    void j2_hmacWithTheClientsSecretIsVerifiedOnlyWhenAsked(String algorithm) throws IOException {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""))
                .metadata("id_token_signing_alg_values_supported", List.of("RS256", algorithm));
        JoseIdTokens asked = stage.builder()
                .signedWithSecret(ClientSecret.of(SECRET), algorithm)
                .build();
        byte[] secret = SECRET.getBytes(StandardCharsets.US_ASCII);
        String token = Keys.authenticated("{\"alg\":\"" + algorithm + "\"}", CLAIMS, algorithm, secret);

        assertThat(stage.verify(asked, token).algorithm()).isEqualTo(algorithm);
        assertThat(stage.transport.requests()).isEmpty();
        refused("is signed with", () -> stage.verify(token));
        refused(
                "does not hold",
                () -> stage.verify(
                        asked,
                        Keys.authenticated(
                                "{\"alg\":\"" + algorithm + "\"}", CLAIMS, algorithm, Arrays.copyOf(secret, 64))));
        refused(
                "is signed with RS256, and not with " + algorithm,
                () -> stage.verify(asked, Keys.jwt(RS256, CLAIMS, "RS256", Keys.RSA)));
    }

    @Test
    void j2_aShortSecretIsRefused() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> stage.builder().signedWithSecret(ClientSecret.of(SECRET.substring(0, 31)), "HS256"))
                .withMessageContaining("fewer than the 32 bytes");
    }

    @Test
    void j2_aKeyOfAnotherCurveIsRefused() {
        stage.publishes(Keys.jwk(Keys.P256, "1", ""))
                .metadata("id_token_signing_alg_values_supported", List.of("ES256", "ES384"));

        refused(
                "not among the 1 of the server for ES384",
                () -> stage.verify(Keys.jwt("{\"alg\":\"ES384\",\"kid\":\"1\"}", CLAIMS, "ES256", Keys.P256)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"use\":\"enc\"",
                ",\"key_ops\":[\"encrypt\"]",
                ",\"key_ops\":[]",
                ",\"key_ops\":\"verify\"",
                ",\"alg\":\"PS256\"",
                ",\"alg\":\"RSA-OAEP\"",
                ",\"use\":7"
            })
    void j2_aKeyForAnotherUseIsRefused(String member) {
        stage.publishes(Keys.jwk(Keys.RSA, "1", member));

        refused("that is not among the", () -> stage.verify(Keys.jwt(RS256, CLAIMS, "RS256", Keys.RSA)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"use\":\"sig\"",
                ",\"key_ops\":[\"verify\"]",
                ",\"alg\":\"RS256\"",
                ",\"x5c\":[\"garbage\"]",
                ",\"more\":{}"
            })
    void j2_aKeyForThisUseIsAccepted(String member) throws IOException {
        stage.publishes(Keys.jwk(Keys.RSA, "1", member));

        assertThat(stage.verify(Keys.jwt(RS256, CLAIMS, "RS256", Keys.RSA)).subject())
                .isEqualTo("alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"exp\"]", "[\"b64\"]", "[\"x\"]", "[]", "\"x\"", "null"})
    void j3_anyCriticalHeaderIsRefused(String crit) {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""));
        String header = "{\"alg\":\"RS256\",\"kid\":\"1\",\"exp\":1,\"x\":2,\"crit\":" + crit + "}";

        refused("crit", () -> stage.verify(Keys.jwt(header, CLAIMS, "RS256", Keys.RSA)));
    }

    @Test
    void j3_anUnencodedPayloadIsRefused() {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""));
        String plain = "{\"alg\":\"RS256\",\"kid\":\"1\",\"b64\":false}";
        String critical = "{\"alg\":\"RS256\",\"kid\":\"1\",\"b64\":false,\"crit\":[\"b64\"]}";

        refused("b64", () -> stage.verify(Keys.jwt(plain, CLAIMS, "RS256", Keys.RSA)));
        refused("crit", () -> stage.verify(Keys.jwt(critical, CLAIMS, "RS256", Keys.RSA)));
    }

    @Test
    void j3_keysInTheHeaderAreNotHeeded() throws IOException {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""));
        String evil = Keys.jwk(Keys.OTHER_RSA, "1", "");
        String more = ",\"jwk\":" + evil
                + ",\"jku\":\"https://evil.example.com/jwks\",\"x5u\":\"https://evil.example.com/x\","
                + "\"x5c\":[\"MIIB\"],\"x5t\":\"AA\"}";
        String header = RS256.substring(0, RS256.length() - 1) + more;

        refused("does not hold", () -> stage.verify(Keys.jwt(header, CLAIMS, "RS256", Keys.OTHER_RSA)));
        // They do no harm either where the signature is the server's.
        assertThat(stage.verify(Keys.jwt(header, CLAIMS, "RS256", Keys.RSA)).subject())
                .isEqualTo("alice");
        assertThat(stage.transport.requests())
                .allSatisfy(request -> assertThat(request.uri().getHost()).isEqualTo("keys.example.com"));
    }

    @Test
    void j4_anEcdsaSignatureOfAnotherLengthIsRefused() {
        stage.publishes(Keys.jwk(Keys.P256, "1", ""))
                .metadata("id_token_signing_alg_values_supported", List.of("ES256"));
        String token = Keys.jwt("{\"alg\":\"ES256\",\"kid\":\"1\"}", CLAIMS, "ES256", Keys.P256);
        int dot = token.lastIndexOf('.') + 1;
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot));

        for (int length : new int[] {0, 1, 63, 65, 96, 128}) {
            refused(
                    "has a signature of " + length + " bytes, not of 64",
                    () -> stage.verify(token.substring(0, dot) + Keys.base64(Arrays.copyOf(signature, length))));
        }
    }

    @Test
    void j4_anEcdsaSignatureOfZerosIsRefusedBeforeTheJca() {
        stage.publishes(Keys.jwk(Keys.P256, "1", ""))
                .metadata("id_token_signing_alg_values_supported", List.of("ES256"));
        String token = Keys.jwt("{\"alg\":\"ES256\",\"kid\":\"1\"}", CLAIMS, "ES256", Keys.P256);
        int dot = token.lastIndexOf('.') + 1;
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot));
        BigInteger order = ((ECPublicKey) Keys.P256.getPublic()).getParams().getOrder();

        for (int half = 0; half < 2; half++) {
            for (BigInteger value : List.of(BigInteger.ZERO, order, order.add(BigInteger.ONE))) {
                byte[] bent = signature.clone();
                byte[] bytes = value.toByteArray();
                Arrays.fill(bent, 32 * half, 32 * half + 32, (byte) 0);
                for (int i = 0; i < Math.min(32, bytes.length); i++) {
                    bent[32 * half + 31 - i] = bytes[bytes.length - 1 - i];
                }
                refused(
                        "has a signature that is out of the curve's range",
                        () -> stage.verify(token.substring(0, dot) + Keys.base64(bent)));
            }
        }
        refused("out of the curve's range", () -> stage.verify(token.substring(0, dot) + Keys.base64(new byte[64])));
    }

    @Test
    void j4_aDerSignatureIsRefused() throws Exception {
        stage.publishes(Keys.jwk(Keys.P256, "1", ""))
                .metadata("id_token_signing_alg_values_supported", List.of("ES256"));
        String input = Keys.base64("{\"alg\":\"ES256\",\"kid\":\"1\"}") + "." + Keys.base64(CLAIMS);
        java.security.Signature signer = java.security.Signature.getInstance("SHA256withECDSA");
        signer.initSign(Keys.P256.getPrivate());
        signer.update(input.getBytes(StandardCharsets.US_ASCII));
        String token = input + "." + Keys.base64(signer.sign());

        refused("has a signature of", () -> stage.verify(token));
    }

    @Test
    void j6_withoutKeyIdTheOnlyKeyOfItsKindIsUsed() throws IOException {
        stage.publishes(
                Keys.jwk(Keys.RSA, "1", ""),
                Keys.jwk(Keys.P256, "2", ""),
                Keys.jwk(Keys.OTHER_RSA, "3", ",\"use\":\"enc\""));

        assertThat(stage.verify(Keys.jwt("{\"alg\":\"RS256\"}", CLAIMS, "RS256", Keys.RSA))
                        .subject())
                .isEqualTo("alice");
    }

    @Test
    void j6_withoutKeyIdNoneOfSeveralIsTried() {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""), Keys.jwk(Keys.OTHER_RSA, "2", ""));

        refused(
                "names no key (kid), and the server has several for RS256",
                () -> stage.verify(Keys.jwt("{\"alg\":\"RS256\"}", CLAIMS, "RS256", Keys.RSA)));
        assertThat(stage.transport.requests()).hasSize(1);
    }

    @Test
    void j6_twoKeysOfOneIdAreNotChosenFrom() {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""), Keys.jwk(Keys.OTHER_RSA, "1", ""));

        refused("that the server has twice", () -> stage.verify(Keys.jwt(RS256, CLAIMS, "RS256", Keys.RSA)));
    }

    @Test
    void j6_theSameKeyTwiceIsOneKey() throws IOException {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""), Keys.jwk(Keys.RSA, "1", ",\"use\":\"sig\""));

        assertThat(stage.verify(Keys.jwt(RS256, CLAIMS, "RS256", Keys.RSA)).subject())
                .isEqualTo("alice");
    }

    static void refused(String problem, ThrowingCallable call) {
        assertThatExceptionOfType(InvalidResponseException.class)
                .isThrownBy(call)
                .withMessageContaining(problem)
                .withMessageContaining("from as.example.com");
    }
}
