package dev.latchkey.auth.jose;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;

/** The JWK of a public key (RFC 7517): made from the public half alone, so that nothing else can be in it. */
final class PublicJwk {

    private PublicJwk() {}

    /**
     * Writes a key as JWK.
     *
     * @param key an RSA key, one on a curve that JWK names, or an Ed25519 key
     * @throws IllegalArgumentException if it is another kind of key
     */
    static JWK of(PublicKey key) {
        if (key instanceof RSAPublicKey) {
            return new RSAKey.Builder((RSAPublicKey) key).build();
        }
        if (key instanceof ECPublicKey) {
            Curve curve = Curve.forECParameterSpec(((ECPublicKey) key).getParams());
            if (curve != null) {
                return new ECKey.Builder(curve, (ECPublicKey) key).build();
            }
        }
        if (Ed25519.is(key)) {
            return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(Ed25519.x(key))).build();
        }
        throw new IllegalArgumentException("A key of algorithm " + key.getAlgorithm() + " has no JWK form here");
    }
}
