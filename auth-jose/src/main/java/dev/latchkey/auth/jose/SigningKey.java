package dev.latchkey.auth.jose;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.spi.JwsSigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A private key that signs by the JCA: loaded from PEM, PKCS#12, a key store or JWK, or made elsewhere.
 *
 * <p>The algorithms are {@code PS256}, {@code PS384}, {@code PS512}, {@code RS256}, {@code RS384}, {@code RS512},
 * {@code ES256}, {@code ES384}, {@code ES512}, and {@code EdDSA} or {@code Ed25519}, two names of one algorithm, where the
 * runtime has it (Java 15 and newer). A key that is weak, that does not fit its algorithm, or whose halves or certificate
 * belong to another key is refused when it is built. Immutable, and safe for use by any number of threads at once; never
 * printed.
 *
 * <pre>{@code
 * JwsSigner key = SigningKey.pem(Files.readString(path)).algorithm("PS256").keyId("2026-11").build();
 * }</pre>
 */
public final class SigningKey implements JwsSigner {

    private final Algorithm algorithm;
    private final PublicKey publicKey;
    private final @Nullable String keyId;
    private final List<X509Certificate> chain;
    private final JcaSignature signature;

    SigningKey(Algorithm algorithm, KeyMaterial key, @Nullable String keyId, @Nullable Provider provider) {
        this.algorithm = algorithm.requireFit(key.publicKey());
        this.publicKey = key.publicKey();
        this.keyId = keyId;
        this.chain = key.chain();
        this.signature =
                new JcaSignature(algorithm, key.privateKey(), algorithm.signatureLength(key.publicKey()), provider);
    }

    /**
     * Loads a private key from PEM, with its certificates if they are there, leaf first.
     *
     * @param text a text with a {@code PRIVATE KEY} (PKCS#8), {@code RSA PRIVATE KEY} (PKCS#1) or {@code EC PRIVATE KEY}
     *     (SEC 1), and any {@code CERTIFICATE} or {@code PUBLIC KEY}
     * @return what is left to say of the key
     * @throws ConfigurationException if there is no such key; the message says what is there
     */
    public static Builder pem(String text) {
        return new Builder(Pem.read(text, null));
    }

    /**
     * Loads a private key from PEM under a password.
     *
     * @param text a text with an {@code ENCRYPTED PRIVATE KEY} (PKCS#8), and any {@code CERTIFICATE} or {@code PUBLIC KEY}
     * @param password opens the key; not kept
     * @return what is left to say of the key
     * @throws ConfigurationException if there is no such key, or the password does not open it
     */
    public static Builder pem(String text, char[] password) {
        return new Builder(Pem.read(text, password));
    }

    /**
     * Loads the only private key of a PKCS#12 file, with its certificates.
     *
     * @param file the file's bytes
     * @param password opens the file and the key; not kept
     * @return what is left to say of the key
     * @throws ConfigurationException if there is no key or more than one, or the password does not open it
     */
    public static Builder pkcs12(byte[] file, char[] password) {
        return new Builder(KeyStores.pkcs12(file, password));
    }

    /**
     * Takes a private key out of a key store, such as one on PKCS#11 hardware, which keeps the key itself.
     *
     * @param store a key store that has been loaded
     * @param alias the key's alias
     * @param password opens the key, or null if the store wants none; not kept
     * @return what is left to say of the key
     * @throws ConfigurationException if the store has no such key
     */
    public static Builder keyStore(KeyStore store, String alias, char @Nullable [] password) {
        return new Builder(KeyStores.read(store, alias, password));
    }

    /**
     * Loads a private key from JWK, with its {@code kid}, {@code alg} and {@code x5c} if they are there.
     *
     * @param json one JSON Web Key (RFC 7517)
     * @return what is left to say of the key
     * @throws ConfigurationException if it is no private key that signs
     */
    public static Builder jwk(String json) {
        return new Builder(PrivateJwk.read(json));
    }

    /**
     * Takes a key pair.
     *
     * @param pair both halves
     * @return what is left to say of the key
     */
    public static Builder of(KeyPair pair) {
        return of(pair.getPrivate(), pair.getPublic());
    }

    /**
     * Takes the halves of a key, of which the private one may live elsewhere and be a mere reference.
     *
     * @param privateKey the private half
     * @param publicKey the public half
     * @return what is left to say of the key
     */
    public static Builder of(PrivateKey privateKey, PublicKey publicKey) {
        return new Builder(KeyMaterial.of(
                Objects.requireNonNull(privateKey, "privateKey"),
                Objects.requireNonNull(publicKey, "publicKey"),
                List.of()));
    }

    @Override
    public String algorithm() {
        return algorithm.name();
    }

    @Override
    public Optional<String> keyId() {
        return Optional.ofNullable(keyId);
    }

    @Override
    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public List<X509Certificate> certificateChain() {
        return chain;
    }

    @Override
    public byte[] sign(byte[] signingInput) throws IOException {
        return signature.sign(signingInput);
    }

    @Override
    public String toString() {
        return "SigningKey[" + algorithm + (keyId == null ? "" : ", " + keyId) + "]";
    }

    /** Collects what is to be said of a key. Not safe for use by several threads. */
    public static final class Builder {

        private static final byte[] TRIAL = "trial".getBytes(StandardCharsets.US_ASCII);

        private KeyMaterial key;
        private @Nullable String algorithm;
        private @Nullable String keyId;
        private @Nullable Provider provider;

        private Builder(KeyMaterial key) {
            this.key = key;
            this.algorithm = key.algorithm();
            this.keyId = key.keyId();
        }

        /**
         * Says which algorithm the key signs with. By default that of its JWK, or {@code PS256} for an RSA key, the one of
         * the curve for an EC key, and {@code EdDSA} for an Ed25519 key.
         *
         * @param name the registered name, such as {@code PS256}
         * @return this builder
         */
        public Builder algorithm(String name) {
            this.algorithm = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Says what the servers know the key by. By default the {@code kid} of its JWK, or nothing.
         *
         * @param keyId the {@code kid} (RFC 7515 §4.1.4)
         * @return this builder
         */
        public Builder keyId(String keyId) {
            this.keyId = Objects.requireNonNull(keyId, "keyId");
            return this;
        }

        /**
         * Says that the servers know the key by its thumbprint (RFC 7638).
         *
         * @return this builder
         */
        public Builder keyIdFromThumbprint() {
            this.keyId = Thumbprint.of(key.publicKey());
            return this;
        }

        /**
         * Says which certificates vouch for the key.
         *
         * @param chain the certificates, leaf first
         * @return this builder
         */
        public Builder certificateChain(List<X509Certificate> chain) {
            this.key = new KeyMaterial(key.privateKey(), key.publicKey(), chain, key.keyId(), key.algorithm());
            return this;
        }

        /**
         * Says which provider of the JCA makes the signatures. By default it is the first that has the algorithm and takes
         * the key.
         *
         * @param provider the provider, which need not be installed
         * @return this builder
         */
        public Builder provider(Provider provider) {
            this.provider = Objects.requireNonNull(provider, "provider");
            return this;
        }

        /**
         * Finishes the key, and tries it if it is in memory.
         *
         * @return the key
         * @throws ConfigurationException if the key is too weak, does not fit the algorithm, or its parts do not belong
         *     together; the message says which
         */
        public SigningKey build() {
            Algorithm chosen = algorithm == null ? Algorithm.fitting(key.publicKey()) : Algorithm.of(algorithm);
            SigningKey built = new SigningKey(chosen, key, keyId, provider);
            if (!key.chain().isEmpty()
                    && !key.chain().get(0).getPublicKey().equals(key.publicKey())
                    && !Thumbprint.of(key.chain().get(0).getPublicKey()).equals(Thumbprint.of(key.publicKey()))) {
                throw new ConfigurationException(
                        "certificate", "is for another key; the first of the chain must be the key's own");
            }
            if (key.privateKey().getEncoded() != null) {
                // A key that has no bytes to show lives elsewhere, where each signature may cost money or a tap.
                requireWorking(built, chosen);
            }
            return built;
        }

        private void requireWorking(SigningKey built, Algorithm chosen) {
            boolean works;
            try {
                Signature verifier = Signature.getInstance(chosen.jcaNames().get(0));
                verifier.initVerify(key.publicKey());
                AlgorithmParameterSpec parameters = chosen.parameters();
                if (parameters != null) {
                    verifier.setParameter(parameters);
                }
                verifier.update(TRIAL);
                works = verifier.verify(built.sign(TRIAL));
            } catch (IOException | GeneralSecurityException e) {
                throw new ConfigurationException("key", "cannot sign with " + chosen, null, e);
            }
            if (!works) {
                throw new ConfigurationException("key", "has a private and a public half that do not belong together");
            }
        }

        @Override
        public String toString() {
            return "SigningKey.Builder[redacted]";
        }
    }
}
