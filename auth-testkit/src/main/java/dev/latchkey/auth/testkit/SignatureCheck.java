package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.latchkey.auth.spi.JwsSigner;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Map;

/** Verifies JWS signatures with the JVM's own cryptography, by the algorithm's registered name (RFC 7518 §3.1, RFC 8037). */
final class SignatureCheck {

    static final Map<String, String> ALGORITHMS = Map.of(
            "RS256", "SHA256withRSA",
            "RS384", "SHA384withRSA",
            "RS512", "SHA512withRSA",
            "PS256", "RSASSA-PSS",
            "PS384", "RSASSA-PSS",
            "PS512", "RSASSA-PSS",
            "ES256", "SHA256withECDSAinP1363Format",
            "ES384", "SHA384withECDSAinP1363Format",
            "ES512", "SHA512withECDSAinP1363Format",
            "EdDSA", "Ed25519");

    /** How long the two numbers side by side are; DER would be longer, and of varying length. */
    static final Map<String, Integer> ECDSA_LENGTHS = Map.of("ES256", 64, "ES384", 96, "ES512", 132);

    private SignatureCheck() {}

    static boolean verifies(JwsSigner signer, byte[] input, byte[] signed) throws GeneralSecurityException {
        Signature signature = verifier(signer.algorithm());
        signature.initVerify(signer.publicKey());
        signature.update(input);
        return signature.verify(signed);
    }

    private static Signature verifier(String algorithm) throws GeneralSecurityException {
        Signature signature;
        try {
            signature = Signature.getInstance(ALGORITHMS.getOrDefault(algorithm, algorithm));
        } catch (NoSuchAlgorithmException e) {
            return abort("This JVM cannot verify " + algorithm);
        }
        if (algorithm.startsWith("PS")) {
            int bits = Integer.parseInt(algorithm.substring(2));
            signature.setParameter(
                    new PSSParameterSpec("SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), bits / 8, 1));
        }
        return signature;
    }
}
