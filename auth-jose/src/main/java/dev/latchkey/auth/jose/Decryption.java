package dev.latchkey.auth.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEDecrypter;
import com.nimbusds.jose.JWEObject;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts JWTs (RFC 7516 §5.2) under a list of algorithms.
 *
 * <p>RSA1_5 is never among them (its padding tells too much about what went wrong), nor what derives a key from a password,
 * whose cost the sender chooses (RFC 8725 §3.6). Compressed content is refused, since its size is the sender's choice too.
 * Immutable, and safe for use by any number of threads.
 */
final class Decryption {

    /** What is decrypted unless the registration says which. SHA-1's RSA-OAEP is there only for who registered it. */
    static final Set<String> ALGORITHMS = Set.of(
            "RSA-OAEP-256",
            "RSA-OAEP-384",
            "RSA-OAEP-512",
            "ECDH-ES",
            "ECDH-ES+A128KW",
            "ECDH-ES+A192KW",
            "ECDH-ES+A256KW",
            "A128KW",
            "A192KW",
            "A256KW");

    static final Set<String> REGISTRABLE = Set.of("RSA-OAEP");

    /** The lengths of the authentication tags, in bytes. */
    static final Map<String, Integer> METHODS = Map.of(
            "A128GCM", 16,
            "A192GCM", 16,
            "A256GCM", 16,
            "A128CBC-HS256", 16,
            "A192CBC-HS384", 24,
            "A256CBC-HS512", 32);

    private final DecryptionKeys keys;
    private final Set<String> algorithms;
    private final Set<String> methods;

    Decryption(DecryptionKeys keys, @Nullable String algorithm, @Nullable String method) {
        this.keys = keys;
        this.algorithms = algorithm == null ? ALGORITHMS : Set.of(algorithm);
        this.methods = method == null ? METHODS.keySet() : Set.of(method);
    }

    /** Gives what was encrypted: another JWT, or claims. */
    byte[] decrypt(CompactJwt jwt) throws JoseFault {
        JoseHeader header = jwt.header();
        String algorithm = header.algorithm();
        String method = header.text("enc");
        if (!algorithms.contains(algorithm)) {
            throw new JoseFault("is encrypted with " + JoseFault.printable(algorithm) + ", and not with one of "
                    + String.join(", ", algorithms));
        }
        if (method == null || !methods.contains(method)) {
            throw new JoseFault("has content that is not encrypted with one of " + String.join(", ", methods));
        }
        if (header.text("zip") != null) {
            throw new JoseFault("is compressed, which is refused: its size would be the sender's choice");
        }
        int ivLength = method.endsWith("GCM") ? 12 : 16;
        if (jwt.part(2).length != ivLength || jwt.part(4).length != METHODS.getOrDefault(method, 0)) {
            throw new JoseFault("has an initialization vector or a tag of a wrong length");
        }
        // Decoded, so that nothing passes that is not base64url.
        jwt.part(1);
        jwt.part(3);
        List<JWEDecrypter> candidates = keys.candidates(algorithm, header.keyId());
        for (JWEDecrypter candidate : candidates) {
            try {
                JWEObject encrypted = JWEObject.parse(jwt.text());
                encrypted.decrypt(candidate);
                return encrypted.getPayload().toBytes();
            } catch (ParseException | JOSEException | RuntimeException e) {
                // One answer to everything that may be wrong: who sends JWTs to try them out learns nothing.
            }
        }
        throw new JoseFault(
                candidates.isEmpty()
                        ? "is encrypted for a key that is not among the decryption keys"
                        : "cannot be decrypted with the decryption keys");
    }
}
