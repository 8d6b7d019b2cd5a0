package dev.latchkey.auth.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.Base64URL;
import dev.latchkey.auth.error.ConfigurationException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Verifies signatures of one key. Safe for use by any number of threads. */
interface SignatureCheck {

    /**
     * Tells whether a signature is the key's.
     *
     * @throws JoseFault if the signature cannot be one
     */
    boolean holds(VerificationAlgorithm algorithm, byte[] input, CompactJwt jwt) throws JoseFault;

    /** RSA signatures of both paddings. */
    static SignatureCheck rsa(RSAPublicKey key, @Nullable Provider provider) {
        return nimbus(new RSASSAVerifier(key), provider, Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"));
    }

    /** ECDSA signatures, of which those are refused first that some Java runtimes take from anybody. */
    static SignatureCheck ec(ECPublicKey key, BigInteger order, String algorithm, @Nullable Provider provider)
            throws JOSEException {
        SignatureCheck signatures = nimbus(new ECDSAVerifier(key), provider, Set.of(algorithm));
        return (named, input, jwt) -> {
            requireSane(jwt.part(2), named, order);
            return signatures.holds(named, input, jwt);
        };
    }

    /** Message authentication with a shared secret. */
    static SignatureCheck secret(byte[] secret, String algorithm, @Nullable Provider provider) throws JOSEException {
        return nimbus(new MACVerifier(secret), provider, Set.of(algorithm));
    }

    /** Ed25519 signatures, straight by the JCA. */
    static SignatureCheck ed25519(byte[] point, @Nullable Provider provider) {
        // The DER of SubjectPublicKeyInfo (RFC 8410 §4) up to the key's 32 bytes.
        byte[] prefix = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
        byte[] encoded = Arrays.copyOf(prefix, prefix.length + point.length);
        System.arraycopy(point, 0, encoded, prefix.length, point.length);
        X509EncodedKeySpec specification = new X509EncodedKeySpec(encoded);
        PublicKey key;
        try {
            key = (provider == null ? KeyFactory.getInstance("Ed25519") : KeyFactory.getInstance("Ed25519", provider))
                    .generatePublic(specification);
        } catch (NoSuchAlgorithmException e) {
            return (algorithm, input, jwt) -> {
                throw new ConfigurationException(
                        "provider",
                        "this Java has no Ed25519, which the server signs with: use Java 15 or newer, give a JCA provider"
                                + " that has it, or have the server sign with another algorithm",
                        null,
                        e);
            };
        } catch (GeneralSecurityException e) {
            return (algorithm, input, jwt) -> false;
        }
        return (algorithm, input, jwt) -> {
            byte[] signature = jwt.part(2);
            if (signature.length != 64) {
                throw new JoseFault("has a signature of " + signature.length + " bytes, not of 64 (RFC 8037 §3.1)");
            }
            try {
                Signature verifier = provider == null
                        ? Signature.getInstance("Ed25519")
                        : Signature.getInstance("Ed25519", provider);
                verifier.initVerify(key);
                verifier.update(input);
                return verifier.verify(signature);
            } catch (GeneralSecurityException e) {
                return false;
            }
        };
    }

    /**
     * Refuses an ECDSA signature that is of another length, or whose halves are not from one to the curve's order less one:
     * unpatched Java 15 to 18 takes zeros for anybody's signature (CVE-2022-21449).
     */
    private static void requireSane(byte[] signature, VerificationAlgorithm algorithm, BigInteger order)
            throws JoseFault {
        int size = algorithm.size();
        if (signature.length != 2 * size) {
            throw new JoseFault(
                    "has a signature of " + signature.length + " bytes, not of " + 2 * size + " (RFC 7518 §3.4)");
        }
        for (int half = 0; half < 2; half++) {
            BigInteger value = new BigInteger(1, Arrays.copyOfRange(signature, half * size, (half + 1) * size));
            if (value.signum() == 0 || value.compareTo(order) >= 0) {
                throw new JoseFault("has a signature that is out of the curve's range");
            }
        }
    }

    private static SignatureCheck nimbus(JWSVerifier verifier, @Nullable Provider provider, Set<String> algorithms) {
        if (provider != null) {
            verifier.getJCAContext().setProvider(provider);
        }
        Map<String, JWSHeader> headers = new HashMap<>();
        algorithms.forEach(name -> headers.put(name, new JWSHeader(JWSAlgorithm.parse(name))));
        return (algorithm, input, jwt) -> {
            JWSHeader header = headers.get(algorithm.name());
            // Decoded here too, since Nimbus's decoder passes over what does not belong there.
            jwt.part(2);
            try {
                return header != null && verifier.verify(header, input, new Base64URL(jwt.encodedPart(2)));
            } catch (JOSEException e) {
                throw new JoseFault("has a signature that cannot be verified with the key that it names");
            }
        };
    }
}
