package dev.latchkey.auth.jose;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was found in a file or a key store: a private key, and what came along with it. */
final class KeyMaterial {

    // Transient for reflective JSON writers, which leave such fields out.
    private final transient PrivateKey privateKey;
    private final PublicKey publicKey;
    private final List<X509Certificate> chain;
    private final @Nullable String keyId;
    private final @Nullable String algorithm;

    KeyMaterial(
            PrivateKey privateKey,
            PublicKey publicKey,
            List<X509Certificate> chain,
            @Nullable String keyId,
            @Nullable String algorithm) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        this.chain = List.copyOf(chain);
        this.keyId = keyId;
        this.algorithm = algorithm;
    }

    static KeyMaterial of(PrivateKey privateKey, PublicKey publicKey, List<X509Certificate> chain) {
        return new KeyMaterial(privateKey, publicKey, chain, null, null);
    }

    PrivateKey privateKey() {
        return privateKey;
    }

    PublicKey publicKey() {
        return publicKey;
    }

    List<X509Certificate> chain() {
        return chain;
    }

    @Nullable
    String keyId() {
        return keyId;
    }

    @Nullable
    String algorithm() {
        return algorithm;
    }

    /** Computes the public half of a key that came alone. */
    static PublicKey publicHalf(PrivateKey key) throws GeneralSecurityException {
        if (key instanceof RSAPrivateCrtKey) {
            RSAPrivateCrtKey rsa = (RSAPrivateCrtKey) key;
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
        }
        if (key instanceof ECPrivateKey) {
            return EcPublicKeys.of((ECPrivateKey) key);
        }
        if (key.getAlgorithm().equals("EdDSA") || key.getAlgorithm().equals("Ed25519")) {
            return Ed25519.publicKey(key);
        }
        throw new GeneralSecurityException("has no public half; put its certificate beside it");
    }

    @Override
    public String toString() {
        return "KeyMaterial[redacted]";
    }
}
