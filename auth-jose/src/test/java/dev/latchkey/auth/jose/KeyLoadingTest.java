package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.auth.error.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys from files that other programs wrote; and what is said of those that cannot be used. */
class KeyLoadingTest {

    private static final boolean HAS_ED25519 = JcaSignature.has(Algorithm.of("Ed25519"), null);

    static PublicKey published(String name, String algorithm) throws Exception {
        String body = TestKeys.pem(name + ".pub").replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance(algorithm)
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(body)));
    }

    private static ConfigurationException refused(SigningKey.Builder builder) {
        return catchThrowableOfType(ConfigurationException.class, builder::build);
    }

    private static ConfigurationException refusedPem(String text) {
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class, () -> SigningKey.pem(text).build());
        assertThat(refused).isNotNull();
        for (String line : text.split("\n", -1)) {
            if (line.length() > 40 && !line.startsWith("-----")) {
                assertThat(refused.getMessage()).doesNotContain(line.substring(0, 16));
            }
        }
        assertThat(refused.getCause()).isNull();
        return refused;
    }

    /** The public half is never in the file: it is computed, and is what OpenSSL says it is. */
    @ParameterizedTest
    @CsvSource({
        "rsa, RSA, rsa, PS256",
        "rsa-pkcs1, RSA, rsa, PS256",
        "ec, EC, ec, ES256",
        "ec-sec1, EC, ec, ES256",
        "ec384, EC, ec384, ES384",
        "ec521, EC, ec521, ES512",
        "ed25519, Ed25519, ed25519, EdDSA"
    })
    void aPemKeyIsKnownByItsFileAlone(String file, String factory, String half, String algorithm) throws Exception {
        assumeTrue(HAS_ED25519 || !factory.equals("Ed25519"), "Ed25519 came with Java 15");

        SigningKey key = SigningKey.pem(TestKeys.pem(file)).build();

        assertThat(key.publicKey()).isEqualTo(published(half, factory));
        assertThat(key.algorithm()).isEqualTo(algorithm);
        assertThat(key.keyId()).isEmpty();
        assertThat(key.certificateChain()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa-encrypted", "rsa-encrypted-3des"})
    void anEncryptedKeyOpensWithItsPasswordOnly(String file) throws Exception {
        String text = TestKeys.pem(file);

        SigningKey key = SigningKey.pem(text, TestKeys.PASSWORD.toCharArray()).build();
        assertThat(key.publicKey()).isEqualTo(published("rsa", "RSA"));

        ConfigurationException wrong = catchThrowableOfType(
                ConfigurationException.class, () -> SigningKey.pem(text, "wr0ngw0rd".toCharArray()));
        assertThat(wrong.field()).isEqualTo("password");
        assertThat(wrong.getMessage()).doesNotContain("wr0ngw0rd");
        assertThat(refusedPem(text)).hasMessageContaining("password");
    }

    @Test
    void certificatesComeAlongLeafFirst() throws Exception {
        SigningKey key = SigningKey.pem(TestKeys.pem("rsa-with-chain")).build();
        assertThat(key.certificateChain())
                .extracting(each -> each.getSubjectX500Principal().getName())
                .containsExactly("CN=my-app", "CN=test authority");

        SigningKey stored = SigningKey.pkcs12(TestKeys.file("rsa.p12"), TestKeys.PASSWORD.toCharArray())
                .build();
        assertThat(stored.certificateChain()).isEqualTo(key.certificateChain());
        assertThat(stored.publicKey()).isEqualTo(published("rsa", "RSA"));

        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(TestKeys.file("rsa.p12")), TestKeys.PASSWORD.toCharArray());
        SigningKey named = SigningKey.keyStore(store, "my-app", TestKeys.PASSWORD.toCharArray())
                .algorithm("RS256")
                .build();
        assertThat(named.publicKey()).isEqualTo(key.publicKey());
        assertThat(catchThrowableOfType(
                                ConfigurationException.class,
                                () -> SigningKey.keyStore(store, "nobody", TestKeys.PASSWORD.toCharArray()))
                        .field())
                .isEqualTo("alias");
        assertThat(catchThrowableOfType(
                        ConfigurationException.class,
                        () -> SigningKey.pkcs12(TestKeys.file("rsa.p12"), "wr0ngw0rd".toCharArray())))
                .hasMessageContaining("pkcs12")
                .hasNoCause();
    }

    @Test
    void halvesThatDoNotBelongTogetherAreRefused() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair mine = generator.generateKeyPair();
        KeyPair other = generator.generateKeyPair();

        assertThat(SigningKey.of(mine).build().algorithm()).isEqualTo("ES256");
        assertThat(refused(SigningKey.of(mine.getPrivate(), other.getPublic())))
                .hasMessageContaining("belong together");
        // The authority's certificate before the client's own.
        assertThat(refusedPem(TestKeys.pem("rsa-with-wrong-chain")))
                .hasMessageContaining("certificate")
                .hasMessageContaining("another key");
        assertThat(refused(SigningKey.of(mine)
                        .certificateChain(SigningKey.pem(TestKeys.pem("rsa-with-chain"))
                                .build()
                                .certificateChain())))
                .hasMessageContaining("certificate");
    }

    @Test
    void k5_weakKeysAndKeysOnOtherCurvesAreRefusedWhenTheyAreMade() {
        assertThat(refusedPem(TestKeys.pem("rsa-1024"))).hasMessageContaining("1024 bits");
        // Some runtimes do not even know the curve.
        assertThat(refusedPem(TestKeys.pem("secp256k1")).field()).isIn("key", "pem");
    }

    @ParameterizedTest
    @CsvSource({
        "rsa, ES256",
        "ec, PS256",
        "ec, ES384",
        "ec384, ES256",
        "ec521, ES384",
        "rsa, EdDSA",
        "ec, Ed25519",
        "rsa, HS256",
        "rsa, none",
        "rsa, ''",
        "ec, ES256K"
    })
    void k5_aKeyMustFitItsAlgorithm(String file, String algorithm) {
        ConfigurationException refused =
                refused(SigningKey.pem(TestKeys.pem(file)).algorithm(algorithm));
        assertThat(refused.field()).isIn("key", "alg");
    }

    @ParameterizedTest
    @CsvSource({"ed25519, RS256", "ed25519, ES256"})
    void k5_anEd25519KeySignsWithNothingElse(String file, String algorithm) {
        assumeTrue(HAS_ED25519, "Ed25519 came with Java 15");
        assertThat(refused(SigningKey.pem(TestKeys.pem(file)).algorithm(algorithm))
                        .field())
                .isEqualTo("key");
    }

    @Test
    void withoutEd25519InTheRuntimeTheErrorSaysSo() {
        assumeFalse(HAS_ED25519, "this runtime has Ed25519");
        // Unlike what is wrong with a key, this has a cause.
        assertThat(catchThrowableOfType(
                        ConfigurationException.class,
                        () -> SigningKey.pem(TestKeys.pem("ed25519")).build()))
                .hasMessageContaining("Java 15");
    }

    @Test
    void whatIsNoKeyIsSaidToBeWhatItIs() {
        String key = TestKeys.pem("ec");
        assertThat(refusedPem("")).hasMessageContaining("no private key");
        assertThat(refusedPem(TestKeys.pem("rsa.pub"))).hasMessageContaining("[PUBLIC KEY]");
        assertThat(refusedPem(key + key)).hasMessageContaining("more than one");
        assertThat(refusedPem(TestKeys.pem("openssh"))).hasMessageContaining("ssh-keygen");
        assertThat(refusedPem(TestKeys.pem("rsa-pkcs1-encrypted"))).hasMessageContaining("openssl pkcs8");
        assertThat(refusedPem(key.replace("M", "!"))).hasMessageContaining("base64");
        assertThat(refusedPem(key.replace("END PRIVATE", "END PUBLIC"))).hasMessageContaining("another thing");
        assertThat(refusedPem("-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----"))
                .hasMessageContaining("cannot be read");
        assertThat(refusedPem("-----BEGIN DSA PRIVATE KEY-----\nMAMCAQA=\n-----END DSA PRIVATE KEY-----"))
                .hasMessageContaining("DSA");
    }

    @Test
    void everyDamageToAKeyIsAClearRefusal() {
        byte[] der = Base64.getMimeDecoder().decode(TestKeys.pem("ec").replaceAll("-----[A-Z ]+-----", ""));
        int refusals = 0;
        for (int i = 0; i < der.length; i++) {
            byte[] damaged = der.clone();
            damaged[i] ^= 0x55;
            String text = "-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(damaged)
                    + "\n-----END PRIVATE KEY-----";
            try {
                // Another private key, with its own public half, is a key: nothing in the file says that it is wrong.
                SigningKey.pem(text).build().sign(new byte[1]);
            } catch (ConfigurationException | IOException e) {
                refusals++;
            }
        }
        assertThat(refusals).isGreaterThan(30);
    }

    @Test
    void aJwkBringsItsNameAndAlgorithm() throws Exception {
        String json = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"one\",\"alg\":\"ES256\",\"use\":\"sig\","
                + "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                + "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\","
                + "\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"}";
        SigningKey key = SigningKey.jwk(json).build();
        assertThat(key.keyId()).contains("one");
        assertThat(key.algorithm()).isEqualTo("ES256");
        assertThat(SigningKey.jwk(json).keyIdFromThumbprint().build().keyId()).contains(Thumbprint.of(key.publicKey()));

        for (String bad : new String[] {
            json.replace("\"use\":\"sig\"", "\"use\":\"enc\""),
            json.replace("\"use\":\"sig\"", "\"key_ops\":[\"verify\"]"),
            json.replaceAll(",\"d\":\"[^\"]*\"", ""),
            json.replace("f83O", "f83P"),
            json.replace("\"d\":\"jpsQ", "\"d\":\"kpsQ"),
            json.replace("ES256", "ES384"),
            "{\"keys\":[" + json + "]}",
            "{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75\"}",
            "[]",
            "nonsense"
        }) {
            ConfigurationException refused = catchThrowableOfType(
                    ConfigurationException.class, () -> SigningKey.jwk(bad).build());
            assertThat(refused).as(bad).isNotNull().hasNoCause();
            assertThat(refused.getMessage())
                    .doesNotContain("jpsQ")
                    .doesNotContain("AyM1")
                    .doesNotContain("kpsQ");
        }
    }

    @Test
    void s1_keysAndTheirBuildersPrintNoKey() {
        SigningKey.Builder builder = SigningKey.pem(TestKeys.pem("ec")).keyId("one");
        assertThat(builder.toString()).isEqualTo("SigningKey.Builder[redacted]");
        assertThat(builder.build().toString()).isEqualTo("SigningKey[ES256, one]");
    }
}
