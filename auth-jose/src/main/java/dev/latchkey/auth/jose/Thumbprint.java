package dev.latchkey.auth.jose;

import com.nimbusds.jose.JOSEException;
import java.security.PublicKey;

/** The thumbprint of a public key (RFC 7638). */
final class Thumbprint {

    private Thumbprint() {}

    /**
     * Identifies a key by what it is.
     *
     * @param key an RSA key, one on a curve that JWK names, or an Ed25519 key
     * @return the SHA-256 thumbprint, base64url
     * @throws IllegalArgumentException if it is another kind of key
     */
    static String of(PublicKey key) {
        try {
            return PublicJwk.of(key).computeThumbprint().toString();
        } catch (JOSEException e) {
            throw new IllegalArgumentException("The key has no thumbprint", e);
        }
    }
}
