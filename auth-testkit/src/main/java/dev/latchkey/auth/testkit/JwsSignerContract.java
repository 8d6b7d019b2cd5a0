package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.latchkey.auth.spi.JwsSigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link JwsSigner}. The test class of an adapter extends this one, and says where a signer comes from.
 *
 * <p>Signatures are verified with the JVM's own cryptography; an algorithm that it lacks is skipped, not passed.
 */
public abstract class JwsSignerContract {

    private static final byte[] INPUT = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UifQ".getBytes(StandardCharsets.US_ASCII);

    /** For subclasses. */
    protected JwsSignerContract() {}

    /**
     * Gives the signer to test.
     *
     * @return a signer that is ready to sign
     * @throws IOException if there is none
     */
    protected abstract JwsSigner signer() throws IOException;

    @Test
    void namesARegisteredAsymmetricAlgorithm() throws IOException {
        String algorithm = signer().algorithm();

        assertTrue(
                SignatureCheck.ALGORITHMS.containsKey(algorithm)
                        || algorithm.matches("Ed25519|Ed448|ES256K|ESP.*|ML-DSA-.*"),
                algorithm);
    }

    @Test
    void signatureIsInJwsFormatAndVerifies() throws Exception {
        JwsSigner signer = signer();

        byte[] signature = signer.sign(INPUT);

        Integer length = SignatureCheck.ECDSA_LENGTHS.get(signer.algorithm());
        if (length != null) {
            assertEquals(length, signature.length, "r and s side by side, not DER");
        }
        assertTrue(SignatureCheck.verifies(signer, INPUT, signature));
    }

    @Test
    void signatureIsOverTheWholeInputAndNothingElse() throws Exception {
        JwsSigner signer = signer();
        byte[] large = new byte[100_000];
        new Random(1).nextBytes(large);

        byte[] signature = signer.sign(large);
        assertTrue(SignatureCheck.verifies(signer, large, signature));
        large[large.length - 1] ^= 1;
        assertFalse(SignatureCheck.verifies(signer, large, signature));
        assertTrue(SignatureCheck.verifies(signer, new byte[0], signer.sign(new byte[0])));
    }

    @Test
    void leavesTheInputAlone() throws IOException {
        byte[] input = INPUT.clone();

        signer().sign(input);

        assertArrayEquals(INPUT, input);
    }

    @Test
    void saysTheSameOfItselfEachTime() throws IOException {
        JwsSigner signer = signer();

        assertEquals(signer.algorithm(), signer.algorithm());
        assertEquals(signer.keyId(), signer.keyId());
        assertEquals(signer.publicKey(), signer.publicKey());
        assertEquals(signer.certificateChain(), signer.certificateChain());
    }

    @Test
    void certificateIsForTheKey() throws Exception {
        JwsSigner signer = signer();
        List<X509Certificate> chain = signer.certificateChain();

        if (!chain.isEmpty()) {
            assertEquals(signer.publicKey(), chain.get(0).getPublicKey(), "The leaf comes first");
        }
        for (int i = 1; i < chain.size(); i++) {
            chain.get(i - 1).verify(chain.get(i).getPublicKey());
        }
    }

    @Test
    void signsForManyThreadsAtOnce() throws IOException {
        JwsSigner signer = signer();
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            byte[] input = ("thread " + i).getBytes(StandardCharsets.US_ASCII);
            attempts.add(Attempt.start(() -> signsRepeatedly(signer, input)));
        }

        attempts.forEach(attempt -> assertNull(attempt.outcome(Duration.ofSeconds(60))));
    }

    private static void signsRepeatedly(JwsSigner signer, byte[] input) throws IOException, GeneralSecurityException {
        for (int i = 0; i < 20; i++) {
            assertTrue(SignatureCheck.verifies(signer, input, signer.sign(input)));
        }
    }

    @Test
    void describesItselfWithoutASignature() throws IOException {
        JwsSigner signer = signer();
        String signature = Base64.getUrlEncoder().withoutPadding().encodeToString(signer.sign(INPUT));

        assertFalse(signer.toString().contains(signature));
    }
}
