package dev.latchkey.auth.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;

/** The thumbprint of a public key (RFC 7638). */
final class Thumbprint {

    private Thumbprint() {}

    /**
     * Identifies a key by what it is.
     *
     * @param key an RSA key, or one on a curve that JWK names
     * @return the SHA-256 thumbprint, base64url
     * @throws IllegalArgumentException if it is another kind of key
     */
    static String of(PublicKey key) {
        try {
            return jwk(key).computeThumbprint().toString();
        } catch (JOSEException e) {
            throw new IllegalArgumentException("The key has no thumbprint", e);
        }
    }

    private static JWK jwk(PublicKey key) {
        if (key instanceof RSAPublicKey) {
            return new RSAKey.Builder((RSAPublicKey) key).build();
        }
        if (key instanceof ECPublicKey) {
            ECPublicKey ec = (ECPublicKey) key;
            return new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).build();
        }
        throw new IllegalArgumentException("A key of algorithm " + key.getAlgorithm() + " has no JWK form here");
    }
}
