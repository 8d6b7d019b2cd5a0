package dev.latchkey.auth.jose;

import static dev.latchkey.auth.jose.Wycheproof.ES256;
import static dev.latchkey.auth.jose.Wycheproof.ES256_SIGNATURE;
import static dev.latchkey.auth.jose.Wycheproof.FOO;
import static dev.latchkey.auth.jose.Wycheproof.RS256;
import static dev.latchkey.auth.jose.Wycheproof.RSA_MODULUS;
import static dev.latchkey.auth.jose.Wycheproof.accepts;
import static dev.latchkey.auth.jose.Wycheproof.acceptsMac;
import static dev.latchkey.auth.jose.Wycheproof.ecKey;
import static dev.latchkey.auth.jose.Wycheproof.rsaKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWK;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import java.security.PublicKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wycheproof's json_web_key_test, by its numbers, and the wrong uses of json_web_signature_test. */
class WycheproofKeyTest {

    private static final String HMAC_KEY = "{\"kty\":\"oct\",\"kid\":\"kid-aes-sign\",\"use\":\"sig\","
            + "\"k\":\"-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE\"";
    private static final String HMAC =
            "eyJhbGciOiJIUzI1NiIsImtpZCI6ImtpZC1hZXMtc2lnbiJ9.Zm9v." + "TD37p4c_0jmreSrBSDmE0F3mYSPtkZ3WrSyI5wb_KTg";
    private static final String EC = ES256 + "." + FOO + "." + ES256_SIGNATURE;

    private static String rsa() {
        String input = RS256 + "." + FOO;
        return input + "." + Wycheproof.rsaSignature(Wycheproof.digestInfo(input));
    }

    /** A secret that a server publishes is a key of nobody's, alone, beside others or twice; so are keys of AES. */
    @Test
    void tc1To4And25And26_secretsInAKeySetAreNoKeys() {
        assertThat(accepts(HMAC, HMAC_KEY + ",\"alg\":\"HS256\"}", ecKey(",\"alg\":\"ES256\"")))
                .isFalse();
        assertThat(accepts(HMAC, HMAC_KEY + ",\"alg\":\"HS256\"}")).isFalse();
        assertThat(accepts(HMAC, HMAC_KEY + ",\"alg\":\"HS256\"}", HMAC_KEY + ",\"alg\":\"HS256\"}"))
                .isFalse();
        assertThat(accepts(HMAC, HMAC_KEY + ",\"alg\":\"A256GCM\"}")).isFalse();
        assertThat(accepts(HMAC, HMAC_KEY + ",\"alg\":\"A256KW\"}")).isFalse();
    }

    @Test
    void tc5_acceptsValid() {
        assertThat(accepts(rsa(), rsaKey(",\"alg\":\"RS256\",\"use\":\"sig\""))).isTrue();
        assertThat(accepts(EC, ecKey(",\"alg\":\"ES256\",\"use\":\"sig\""))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"use\":\"enc\"",
                ",\"use\":\"enc\",\"alg\":\"RSA1_5\"",
                ",\"alg\":\"RSA1_5\"",
                ",\"key_ops\":[\"encrypt\"]"
            })
    void tc6And21_keysForAnotherUseAreNotUsed(String more) {
        assertThat(accepts(rsa(), rsaKey(more))).isFalse();
        assertThat(accepts(EC, ecKey(more))).isFalse();
    }

    /** The generator that made this key made only such as can be factored (CVE-2017-15361). */
    @Test
    void tc7_rejectsKeyWithRocaVulnerability() throws Exception {
        String jws =
                "eyJhbGciOiJSUzI1NiIsImtpZCI6ImtpZC1yc2Etcm9jYS1zaWduIn0.Zm9v.AF_6dFYBEaaI5OlOehaktwYarwKZwFFeKTNwz9ar6nt"
                        + "Nh4k8oeQwiODJqT1nnX2KhrWMUc80JJIdaCq3y7wOSmlPrqRgrL5r9xqfQdokirCuynoq4Lbi226VlZmijmkyYtSeEbzvkhyjbY8cDQF"
                        + "_c2DMMQG8FBRNJPOSTxi_I75Twj0877G-16i3bAWcvFxcNKGQzSQNcp5Lvh15N2I3PDM5W7HaFwPO0drzLR9dsDW9uDCqHvMMyshC7rg"
                        + "ZdqfXpkaJL8Whn_mUScnLxS7J-2wVt9xKY3LpR97HoanIK-rcqYS_eq9hY_65te4qbwPCtQMjipIgIGo9HZrNRomAB1c";
        String modulus =
                "AanFpofbj7KjD4Lf-N2hVMKR7yewSyXhhbirIMTGpfYEhZ_lnt5UoK98DnKIgArXGTu3MaW_HhFw16HGaTDUHqPrId7fe4r11CqRw09y"
                        + "BFuW79V8sYIwHdzCaWflUI6auImYbVfoN9_nD5n8N8SY9DwXw7mwZM9wREPXoDPgOoIWl6q_MPsp7n0zs3Z5ZaiQWOOzl1S9OhwAfSii"
                        + "Owz6efnXEaxuTEtPd7BjSx7NaFka8Dx9U7YqXy2RFj1O9PjyaDGuRh7YXsX3iMUSP_wSyHQg_c_qHRtKUsNSGCT7OZg0hzm2Kphtjnay"
                        + "KJvC64vAbROBR4Ubg6Bxg9IQVZ-QYyE";
        String key = rsaKey("").replace(RSA_MODULUS, modulus).replace("kid-rsa-sign", "kid-rsa-roca-sign");
        assertThat(accepts(jws, key)).isFalse();

        PublicKey ours = JWK.parse(key).toRSAKey().toPublicKey();
        assertThatThrownBy(() -> Algorithm.of("PS256").requireFit(ours))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("CVE-2017-15361");
        Algorithm.of("PS256").requireFit(Keys.RSA.getPublic());
    }

    @Test
    void tc8_rejects1024BitRsaKey() {
        String jws =
                "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2XzEwMjQifQ..AFuv9BiuEQP1Nmidc5xFw0qIT1d0NmgqakVKmJ-mMJNzg_J1L6nNXxMr"
                        + "SXCS6sfGIgXc44-vk8StVf7eIKjxozqzZ3Z2jT8AX_vp6_1WOje9jSPYEwf-3OgmD2QcyV14jXVTx9s0M8WKoYIo4_zA4qGiViE18khw"
                        + "Gd9uqsjrJVA";
        String modulus =
                "rJBIp6T1YK-RtPyvYqFFlcucqewSAA_IReSFchE8qyiQrbARqRlXWkB2DR8j_pJQnIpYELbQWZC5Cd0PTGAU8rMbar2AW6zpmBbi7aQf"
                        + "17lUBdt8XI9M9rq7FPVQ1dDdUXm1SVH_9qqWhvMPR422SbfHBEzCAtzK0ANDRo6qz78";
        assertThat(accepts(jws, rsaKey("").replace(RSA_MODULUS, modulus).replace("kid-rsa-sign", "RS256_1024")))
                .isFalse();
    }

    @Test
    void tc9_rejectsPublicExponent1() {
        String header = Wycheproof.header("{\"alg\":\"RS256\",\"kid\":\"RS256_2048\"}");
        // With this exponent the signature is the padded digest itself.
        byte[] padded = new byte[256];
        Arrays.fill(padded, 1, 204, (byte) 0xff);
        padded[1] = 1;
        System.arraycopy(Wycheproof.digestInfo(header + "."), 0, padded, 205, 51);
        String key = "{\"kty\":\"RSA\",\"kid\":\"RS256_2048\",\"alg\":\"RS256\",\"e\":\"AQ\",\"n\":\""
                + "u-SfdHPjFtGmzuoH6gheIIZ4nLwUHBQEtFGqOe0N8JuZUc5VOzlI8yl0r8ESilAouttkdftexj4VFJz5R9FH90ypVQDPL0H4mC_RtkcJ"
                + "1DBB8MriU8dmzqSXP1SBs4s5L-pJWxKKLjXddD6gXJZ7HT_aPl2olvlLh8JkD_52U6sjdeP3OWDKvMu5GsrMlS9XJCVaCx8r9698OEEl"
                + "wK-ZW9PztgTSb-MvyTuyzis5Yc13n_z0wMLahpDilI2fzNsZ3yH6htu4VXPraSEZV6C0Z7epAAAUqiUnxh3WRupEICaewYEnW3MVS2hH"
                + "wLwtPu_RR0XHoZr1oPSlQMP3Zi2QKw"
                + "\"}";

        assertThat(accepts(header + ".." + Keys.base64(padded), key)).isFalse();
    }

    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({"HS256,31", "HS384,47", "HS512,63", "HS256,1", "HS384,1", "HS512,1"})
    void tc10To12And16To18_secretsThatAreTooShort(String algorithm, int length) {
        assertThatThrownBy(() -> VerificationKey.of(ClientSecret.of("k".repeat(length)), algorithm, null))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("has fewer than the");
        assertThatThrownBy(() -> ClientSecret.of("")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "HS256,long_hs256_key,21LcS4mucXHeWxB34_udiXxb3M3MHd0127KdnfF726o",
        "HS384,long_hs384_key,Ets-iThpZ2a7MChVHGPUIddl87WDNMWBXzUuaqqwXhy1JQJ2e7qzF395b8dTM8XE",
        "HS512,long_hs512_key,QNYWqEdHjNGYfU3_Nf-ZfwaTuW9sNCtzQCNYcp64VJJPeFzph9CsN2CbBhCa2LKTJ7xXwpZPyS3KkwqLAwy17g"
    })
    void tc13To15_longSecrets(String algorithm, String keyId, String mac) {
        String header = Wycheproof.header("{\"alg\":\"" + algorithm + "\",\"kid\":\"" + keyId + "\"}");
        assertThat(acceptsMac(header + "." + FOO + "." + mac, counting(65), algorithm))
                .isTrue();
        assertThat(acceptsMac(header + "." + FOO + "." + mac, counting(64), algorithm))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {",\"alg\":\"ES521\"", ",\"alg\":\"ES224\"", ",\"alg\":\"ES384\""})
    void tc19And20_mismatchedAlgAndCurve(String more) {
        assertThat(accepts(EC, ecKey(more))).isFalse();
    }

    @Test
    void tc22To24_modifiedKeys() {
        assertThat(accepts(EC, ecKey("").replace("nVgmw", "nVgnw"))).isFalse();
        assertThat(accepts(EC, ecKey("").replace("P-256", "P-384"))).isFalse();
        assertThat(accepts(EC, ecKey("").replace("\"EC\"", "\"RSA\""))).isFalse();
        assertThat(accepts(EC, ecKey(""))).isTrue();
    }
}
