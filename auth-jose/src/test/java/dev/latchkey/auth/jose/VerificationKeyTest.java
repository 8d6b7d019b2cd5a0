package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which members of a JWK set are taken for keys. */
class VerificationKeyTest {

    private static final String POINT = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return Keys.base64(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    /** The greatest odd number of so many bits. */
    private static BigInteger odd(int bits) {
        return BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
    }

    private static Map<String, Object> rsa(BigInteger modulus, BigInteger exponent) {
        return new HashMap<>(Map.of("kty", "RSA", "n", unsigned(modulus), "e", unsigned(exponent)));
    }

    private static Map<String, Object> edwards(String algorithm) {
        return Map.of("kty", "OKP", "crv", "Ed25519", "x", POINT, "alg", algorithm);
    }

    private static void refused(Map<String, Object> jwk, String problem) {
        assertThatThrownBy(() -> VerificationKey.of(jwk, null))
                .isInstanceOfSatisfying(
                        JoseFault.class, fault -> assertThat(fault.problem()).contains(problem));
    }

    private static VerificationAlgorithm named(String name) {
        return Objects.requireNonNull(VerificationAlgorithm.named(name));
    }

    @ParameterizedTest
    @CsvSource({"2047, false", "2048, true", "8192, true", "8193, false"})
    void anRsaKeyHasFrom2048To8192Bits(int bits, boolean taken) throws JoseFault {
        Map<String, Object> jwk = rsa(odd(bits), BigInteger.valueOf(65_537));
        if (taken) {
            assertThat(VerificationKey.of(jwk, null).fits(named("RS256"))).isTrue();
        } else {
            refused(jwk, "has " + bits + " bits");
        }
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, true", "17, true", "64, true", "65, false"})
    void anExponentIsOddAndHasFromTwoTo64Bits(int bits, boolean taken) throws JoseFault {
        Map<String, Object> jwk = rsa(odd(2048), odd(bits));
        if (taken) {
            assertThat(VerificationKey.of(jwk, null).fits(named("PS256"))).isTrue();
        } else {
            refused(jwk, "numbers that no RSA key has");
        }
    }

    @Test
    void evenNumbersMakeNoRsaKey() {
        refused(rsa(odd(2048).subtract(BigInteger.ONE), BigInteger.valueOf(65_537)), "numbers that no RSA key has");
        refused(rsa(odd(2048), BigInteger.valueOf(65_536)), "numbers that no RSA key has");
    }

    @ParameterizedTest
    @CsvSource({"Ed25519, true", "EdDSA, true", "ES256, false"})
    void ed25519GoesByTwoNames(String algorithm, boolean fits) throws JoseFault {
        VerificationKey key = VerificationKey.of(edwards(algorithm), null);

        assertThat(key.fits(named("EdDSA"))).isEqualTo(fits);
        assertThat(key.fits(named("Ed25519"))).isEqualTo(fits);
        assertThat(key.fits(named("RS256"))).isFalse();
    }

    @Test
    void whatTheJcaCannotReadOfEd25519VerifiesNothing() throws JoseFault {
        assumeTrue(JcaSignature.has(Algorithm.of("Ed25519"), null), "Ed25519 came with Java 15");
        String input = Keys.base64("{\"alg\":\"EdDSA\"}") + "." + Keys.base64("{}") + ".";
        byte[] tooLarge = new byte[64];
        Arrays.fill(tooLarge, (byte) 0xff);
        CompactJwt jwt = CompactJwt.parse(input + Keys.base64(tooLarge));

        assertThat(VerificationKey.of(edwards("EdDSA"), null).verifies(named("EdDSA"), jwt))
                .as("s is too large")
                .isFalse();
    }

    @Test
    void onlyEd25519OfItsLengthIsTakenOfTheOtherCurves() {
        refused(Map.of("kty", "OKP", "crv", "X25519", "x", POINT), "no curve");
        refused(Map.of("kty", "OKP", "crv", "Ed25519", "x", POINT.substring(0, 40)), "no curve");
        refused(Map.of("kty", "oct", "x", POINT), "no type");
    }

    @Test
    void aKeyForAnotherUseIsLeftOut() throws JoseFault {
        Map<String, Object> jwk = rsa(odd(2048), BigInteger.valueOf(3));
        jwk.put("use", "enc");
        refused(jwk, "another use");
        jwk.put("use", "sig");
        jwk.put("key_ops", List.of("sign"));
        refused(jwk, "another use");
        jwk.put("key_ops", "verify");
        refused(jwk, "another use");
        jwk.put("key_ops", List.of("sign", "verify"));
        assertThat(VerificationKey.of(jwk, null).hasKeyId("1")).isFalse();
    }

    @Test
    void aKeyThatIsNotOnlyPublicIsLeftOut() {
        for (String secret : List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k")) {
            Map<String, Object> jwk = rsa(odd(2048), BigInteger.valueOf(65_537));
            jwk.put(secret, "AQAB");
            refused(jwk, "not only a public key");
        }
    }

    @Test
    void theSameKeyIsTheSameByItsNumbers() throws JoseFault {
        VerificationKey key = VerificationKey.of(rsa(odd(2048), BigInteger.valueOf(65_537)), null);

        assertThat(key.isSameAs(VerificationKey.of(rsa(odd(2048), BigInteger.valueOf(65_537)), null)))
                .isTrue();
        assertThat(key.isSameAs(VerificationKey.of(rsa(odd(2048), BigInteger.valueOf(3)), null)))
                .isFalse();
        assertThat(key.isSameAs(VerificationKey.of(edwards("EdDSA"), null))).isFalse();
    }
}
