package dev.latchkey.auth.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.latchkey.auth.error.ConfigurationException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.util.List;

/** Private keys in JWK (RFC 7517, RFC 7518 §6, RFC 8037 §2). */
final class PrivateJwk {

    private PrivateJwk() {}

    static KeyMaterial read(String json) {
        JWK jwk;
        try {
            jwk = JWK.parse(json);
        } catch (ParseException | RuntimeException e) {
            // Without the cause, which may quote the key.
            throw new ConfigurationException(
                    "jwk", "is not one JSON Web Key that can be read; of a set, give one member of \"keys\"");
        }
        if (jwk instanceof OctetSequenceKey) {
            throw new ConfigurationException(
                    "kty", "is oct, a shared secret; JwtAuthentication.secret(…) authenticates with one");
        }
        if (!jwk.isPrivate()) {
            throw new ConfigurationException("jwk", "is a public key; signing needs the private one");
        }
        if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
            throw new ConfigurationException("use", "must be sig for a key that signs");
        }
        if (jwk.getKeyOperations() != null && !jwk.getKeyOperations().contains(KeyOperation.SIGN)) {
            throw new ConfigurationException("key_ops", "must have sign for a key that signs");
        }
        try {
            List<X509Certificate> chain = jwk.getParsedX509CertChain();
            return new KeyMaterial(
                    privateKey(jwk),
                    publicKey(jwk),
                    chain == null ? List.of() : chain,
                    jwk.getKeyID(),
                    jwk.getAlgorithm() == null ? null : jwk.getAlgorithm().getName());
        } catch (JOSEException | GeneralSecurityException e) {
            throw new ConfigurationException("jwk", "has values that do not make a key");
        }
    }

    private static PrivateKey privateKey(JWK jwk) throws JOSEException, GeneralSecurityException {
        if (jwk instanceof RSAKey) {
            return ((RSAKey) jwk).toPrivateKey();
        }
        if (jwk instanceof ECKey) {
            return ((ECKey) jwk).toPrivateKey();
        }
        return Ed25519.privateKey(ed25519(jwk).getDecodedD());
    }

    private static PublicKey publicKey(JWK jwk) throws JOSEException, GeneralSecurityException {
        if (jwk instanceof RSAKey) {
            return ((RSAKey) jwk).toPublicKey();
        }
        if (jwk instanceof ECKey) {
            return ((ECKey) jwk).toPublicKey();
        }
        return Ed25519.publicKey(ed25519(jwk).getDecodedX());
    }

    private static OctetKeyPair ed25519(JWK jwk) {
        if (!(jwk instanceof OctetKeyPair) || !((OctetKeyPair) jwk).getCurve().equals(Curve.Ed25519)) {
            throw new ConfigurationException("crv", "must be Ed25519 for an octet key pair that signs");
        }
        return (OctetKeyPair) jwk;
    }
}
