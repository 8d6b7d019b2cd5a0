package dev.latchkey.auth.jose;

import static dev.latchkey.auth.jose.IdTokenSignatureTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.CompressionAlgorithm;
import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDHEncrypter;
import com.nimbusds.jose.crypto.PasswordBasedEncrypter;
import com.nimbusds.jose.crypto.RSAEncrypter;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.SignedResponse;
import java.io.IOException;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an encrypted JWT must be: RFC 7516, RFC 8725 §3.6, OpenID Connect Core §10.2. */
class IdTokenEncryptionTest {

    private static final KeyPair CLIENT = Keys.rsa(2048);
    private static final KeyPair CLIENT_EC = Keys.ec("secp256r1");
    private static final String SIGNED =
            Keys.jwt("{\"alg\":\"RS256\",\"kid\":\"1\"}", IdTokenStage.CLAIMS, "RS256", Keys.RSA);

    private final IdTokenStage stage = new IdTokenStage();
    private JoseIdTokens verifier;

    @BeforeEach
    void decrypting() {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""));
        verifier = stage.builder().decryptionKeys(keys()).build();
    }

    private static DecryptionKeys keys() {
        return DecryptionKeys.builder()
                .add("enc-1", CLIENT)
                .add("enc-2", CLIENT_EC)
                .build();
    }

    private static String encrypted(JWEHeader.Builder header, String content, KeyPair pair) {
        try {
            JWEEncrypter encrypter = pair.getPublic() instanceof RSAPublicKey
                    ? new RSAEncrypter((RSAPublicKey) pair.getPublic())
                    : new ECDHEncrypter((ECPublicKey) pair.getPublic());
            return encrypted(header, content, encrypter);
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static String encrypted(JWEHeader.Builder header, String content, JWEEncrypter encrypter) {
        try {
            JWEObject jwe = new JWEObject(header.build(), new Payload(content));
            jwe.encrypt(encrypter);
            return jwe.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static JWEHeader.Builder header(String algorithm, String method) {
        return new JWEHeader.Builder(JWEAlgorithm.parse(algorithm), EncryptionMethod.parse(method));
    }

    private static JWEHeader.Builder usual() {
        return header("RSA-OAEP-256", "A256GCM").contentType("JWT");
    }

    @ParameterizedTest
    @CsvSource({
        "RSA-OAEP-256,A128GCM",
        "RSA-OAEP-256,A256GCM",
        "RSA-OAEP-256,A128CBC-HS256",
        "RSA-OAEP-512,A256CBC-HS512",
        "ECDH-ES,A128GCM",
        "ECDH-ES,A256CBC-HS512",
        "ECDH-ES+A128KW,A128CBC-HS256",
        "ECDH-ES+A256KW,A192CBC-HS384",
        "ECDH-ES+A256KW,A256GCM"
    })
    void encryptedIdTokensAreDecrypted(String algorithm, String method) throws IOException {
        KeyPair pair = algorithm.startsWith("RSA") ? CLIENT : CLIENT_EC;
        JoseIdTokens registered = stage.builder()
                .decryptionKeys(keys())
                .encrypted(algorithm, method)
                .build();
        String token = encrypted(header(algorithm, method), SIGNED, pair);

        assertThat(stage.verify(verifier, token).subject()).isEqualTo("alice");
        assertThat(stage.verify(registered, token).algorithm()).isEqualTo("RS256");
    }

    @Test
    void i11_whatIsNotEncryptedIsRefusedIfEncryptionIsRegistered() throws IOException {
        JoseIdTokens registered = stage.builder()
                .decryptionKeys(keys())
                .encrypted("RSA-OAEP-256", "A256GCM")
                .build();

        refused("is not encrypted, although encryption is registered", () -> stage.verify(registered, SIGNED));
        assertThat(stage.verify(verifier, SIGNED).subject()).isEqualTo("alice");
    }

    @Test
    void i11_registrationSaysIt() throws IOException {
        JoseIdTokens registered = stage.builder()
                .decryptionKeys(keys())
                .registration(Map.of(
                        "id_token_encrypted_response_alg", "ECDH-ES",
                        "userinfo_encrypted_response_alg", "RSA-OAEP-256",
                        "userinfo_encrypted_response_enc", "A128GCM",
                        "client_name", "ours"))
                .build();

        refused("is not encrypted", () -> stage.verify(registered, SIGNED));
        assertThat(stage.verify(registered, encrypted(header("ECDH-ES", "A128CBC-HS256"), SIGNED, CLIENT_EC))
                        .subject())
                .isEqualTo("alice");
        refused(
                "is encrypted with RSA-OAEP-256, and not with one of ECDH-ES",
                () -> stage.verify(registered, encrypted(usual(), SIGNED, CLIENT)));
        refused(
                "not encrypted with one of A128CBC-HS256",
                () -> stage.verify(registered, encrypted(header("ECDH-ES", "A256GCM"), SIGNED, CLIENT_EC)));
        refused("is not encrypted", () -> stage.claims(registered, SignedResponse.USERINFO, SIGNED));
        assertThat(stage.claims(registered, SignedResponse.AUTHORIZATION, SIGNED))
                .containsEntry("sub", "alice");
    }

    @Test
    void i11_encryptionWithoutKeysIsRefusedAtOnce() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(
                        () -> stage.builder().encrypted("ECDH-ES", "A256GCM").build())
                .withMessageContaining("decryptionKeys: are missing");
    }

    @Test
    void i11_anEncryptedTokenWithoutKeysIsRefused() {
        refused("there are no decryption keys", () -> stage.verify(encrypted(usual(), SIGNED, CLIENT)));
    }

    @Test
    void j1_noneInsideAnEncryptedTokenIsRefused() {
        for (String none : new String[] {"none", "None", "NONE"}) {
            String inner = Keys.base64("{\"alg\":\"" + none + "\"}") + "." + Keys.base64(IdTokenStage.CLAIMS) + ".";

            refused("is not signed", () -> stage.verify(verifier, encrypted(usual(), inner, CLIENT)));
        }
    }

    @Test
    void j1_claimsThatAreOnlyEncryptedAreRefused() {
        // Anybody can encrypt for the client.
        refused("is not ", () -> stage.verify(verifier, encrypted(usual(), IdTokenStage.CLAIMS, CLIENT)));
    }

    @Test
    void j1_theSignatureInsideIsVerified() {
        String forged = Keys.jwt("{\"alg\":\"RS256\",\"kid\":\"1\"}", IdTokenStage.CLAIMS, "RS256", Keys.OTHER_RSA);

        refused("does not hold", () -> stage.verify(verifier, encrypted(usual(), forged, CLIENT)));
    }

    @Test
    void j1_anEncryptedTokenInsideAnEncryptedOneIsRefused() {
        String inner = encrypted(usual(), SIGNED, CLIENT);

        refused("is encrypted twice", () -> stage.verify(verifier, encrypted(usual(), inner, CLIENT)));
    }

    @Test
    void j5_compressedContentIsRefused() {
        String token = encrypted(usual().compressionAlgorithm(CompressionAlgorithm.DEF), SIGNED, CLIENT);

        refused("is compressed", () -> stage.verify(verifier, token));
    }

    @Test
    void j5_passwordsAreRefusedWhateverTheirCount() {
        for (int count : new int[] {1_000, 1_000_000}) {
            String header = "{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",\"p2s\":\"AAAAAAAAAAAAAAAA\",\"p2c\":"
                    + count + "}";
            String token = Keys.base64(header) + ".AA.AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA";

            refused("is encrypted with PBES2-HS256+A128KW", () -> stage.verify(verifier, token));
        }
        assertThat(new PasswordBasedEncrypter("secret", 16, 1_000).supportedJWEAlgorithms())
                .as("the names that are refused are right")
                .extracting(JWEAlgorithm::getName)
                .doesNotContainAnyElementsOf(Decryption.ALGORITHMS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA1_5", "RSA-OAEP", "dir", "A128GCMKW", "none", "rsa-oaep-256"})
    void j5_otherKeyEncryptionIsRefused(String algorithm) {
        String header = "{\"alg\":\"" + algorithm + "\",\"enc\":\"A128GCM\"}";
        String token = Keys.base64(header) + ".AA.AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA";

        refused("is encrypted with " + algorithm, () -> stage.verify(verifier, token));
    }

    @Test
    void j5_anyChangedPartIsRefusedWithTheSameWords() {
        String token = encrypted(usual().keyID("enc-1"), SIGNED, CLIENT);
        String[] parts = token.split("\\.");
        for (int part = 1; part < 5; part++) {
            String[] bent = parts.clone();
            bent[part] = (bent[part].charAt(0) == 'A' ? "B" : "A") + bent[part].substring(1);

            refused(
                    "id_token from as.example.com: cannot be decrypted with the decryption keys",
                    () -> stage.verify(verifier, String.join(".", bent)));
        }
    }

    @Test
    void j5_aShortTagOrVectorIsRefused() {
        String token = encrypted(usual(), SIGNED, CLIENT);
        String[] parts = token.split("\\.");
        for (int part : new int[] {2, 4}) {
            String[] bent = parts.clone();
            bent[part] = "AAAAAAAA";

            refused("of a wrong length", () -> stage.verify(verifier, String.join(".", bent)));
        }
    }

    @Test
    void j5_aPointThatIsNotOnTheCurveIsRefused() {
        String epk = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0\","
                + "\"y\":\"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFppt\"}";
        String header = "{\"alg\":\"ECDH-ES\",\"enc\":\"A128GCM\",\"epk\":" + epk + "}";
        String token = Keys.base64(header) + "..AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA";

        refused("cannot be decrypted", () -> stage.verify(verifier, token));
    }

    @Test
    void theKeyIsChosenByItsIdentifier() throws IOException {
        assertThat(stage.verify(verifier, encrypted(usual().keyID("enc-1"), SIGNED, CLIENT))
                        .subject())
                .isEqualTo("alice");
        refused(
                "is encrypted for a key that is not among",
                () -> stage.verify(verifier, encrypted(usual().keyID("enc-9"), SIGNED, CLIENT)));
    }

    @Test
    void anOldKeyStillDecryptsWhileANewOneReplacesIt() throws IOException {
        JoseIdTokens rotating = stage.builder()
                .decryptionKeys(DecryptionKeys.builder()
                        .add(null, Keys.OTHER_RSA)
                        .add(null, CLIENT)
                        .build())
                .build();

        assertThat(stage.verify(rotating, encrypted(usual(), SIGNED, CLIENT)).subject())
                .isEqualTo("alice");
        assertThat(stage.verify(rotating, encrypted(usual(), SIGNED, Keys.OTHER_RSA))
                        .subject())
                .isEqualTo("alice");
    }

    @Test
    void weakOrUnfitDecryptionKeysAreRefused() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> DecryptionKeys.of(Keys.rsa(1024)))
                .withMessageContaining("at least 2048 bits");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> DecryptionKeys.builder().build());
        assertThat(keys()).hasToString("DecryptionKeys[2]");
    }

    @Test
    void anotherContentTypeIsRefused() {
        assertThatExceptionOfType(InvalidResponseException.class)
                .isThrownBy(() -> stage.verify(
                        verifier, encrypted(header("RSA-OAEP-256", "A256GCM").contentType("json"), SIGNED, CLIENT)))
                .withMessageContaining("has no JWT inside");
    }
}
