package dev.latchkey.auth.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEDecrypter;
import com.nimbusds.jose.crypto.AESDecrypter;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.crypto.RSADecrypter;
import com.nimbusds.jose.jwk.Curve;
import dev.latchkey.auth.error.ConfigurationException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The client's own keys, which servers encrypt JWTs for: several while one replaces another. Immutable, and safe for use by any
 * number of threads; it prints no key.
 */
public final class DecryptionKeys {

    private static final int MIN_RSA_BITS = 2048;

    private final List<Entry> entries;

    private DecryptionKeys(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * One key pair, whose identifier nobody names.
     *
     * @param pair RSA from 2048 bits, or on P-256, P-384 or P-521
     * @return the keys
     * @throws ConfigurationException if it is another kind of key pair
     */
    public static DecryptionKeys of(KeyPair pair) {
        return builder().add(null, pair).build();
    }

    /**
     * Starts a collection of keys.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** The keys that may decrypt what names this algorithm and key: a key without an identifier may decrypt anything. */
    List<JWEDecrypter> candidates(String algorithm, @Nullable String keyId) {
        List<JWEDecrypter> found = new ArrayList<>();
        for (Entry entry : entries) {
            boolean named = keyId == null || entry.keyId == null || entry.keyId.equals(keyId);
            if (named && entry.family.equals(family(algorithm))) {
                found.add(entry.decrypter);
            }
        }
        return found;
    }

    @Override
    public String toString() {
        return "DecryptionKeys[" + entries.size() + "]";
    }

    private static String family(String algorithm) {
        return algorithm.startsWith("RSA") ? "RSA" : algorithm.startsWith("ECDH") ? "EC" : algorithm;
    }

    private static final class Entry {

        private final @Nullable String keyId;
        private final String family;
        private final transient JWEDecrypter decrypter;

        Entry(@Nullable String keyId, String family, JWEDecrypter decrypter) {
            this.keyId = keyId;
            this.family = family;
            this.decrypter = decrypter;
        }
    }

    /** Collects keys. Not safe for use by several threads. */
    public static final class Builder {

        private final List<Entry> entries = new ArrayList<>();
        private @Nullable Provider provider;

        private Builder() {}

        /**
         * Says which JCA provider the keys that are added after this are used by; the runtime's own choice by default.
         *
         * @param provider the provider, such as that of a hardware security module
         * @return this builder
         */
        public Builder provider(Provider provider) {
            this.provider = Objects.requireNonNull(provider, "provider");
            return this;
        }

        /**
         * Adds a key pair, whose private part need not have an encoding.
         *
         * @param keyId the {@code kid} that it is published under, or null if it has none
         * @param pair RSA from 2048 bits, or on P-256, P-384 or P-521
         * @return this builder
         * @throws ConfigurationException if it is another kind of key pair
         */
        public Builder add(@Nullable String keyId, KeyPair pair) {
            if (pair.getPublic() instanceof RSAPublicKey) {
                if (((RSAPublicKey) pair.getPublic()).getModulus().bitLength() < MIN_RSA_BITS) {
                    throw new ConfigurationException("decryptionKeys", "an RSA key needs at least 2048 bits");
                }
                return add(keyId, "RSA", new RSADecrypter(pair.getPrivate()));
            }
            Curve curve = pair.getPublic() instanceof ECPublicKey
                    ? Curve.forECParameterSpec(((ECPublicKey) pair.getPublic()).getParams())
                    : null;
            if (!Curve.P_256.equals(curve) && !Curve.P_384.equals(curve) && !Curve.P_521.equals(curve)) {
                throw new ConfigurationException(
                        "decryptionKeys", "a key pair must be of RSA, or on one of P-256, P-384 and P-521");
            }
            PrivateKey key = pair.getPrivate();
            try {
                return add(keyId, "EC", new ECDHDecrypter(key, null, curve));
            } catch (JOSEException e) {
                throw new ConfigurationException("decryptionKeys", "this Java cannot use the key", null, e);
            }
        }

        /**
         * Adds a key that the server shares, for the key wrapping algorithms A128KW, A192KW and A256KW by its length.
         *
         * @param keyId the {@code kid} that it is known by, or null if it has none
         * @param key an AES key
         * @return this builder
         * @throws ConfigurationException if it is no AES key
         */
        public Builder add(@Nullable String keyId, SecretKey key) {
            try {
                AESDecrypter decrypter = new AESDecrypter(key);
                return add(keyId, "A" + 8 * key.getEncoded().length + "KW", decrypter);
            } catch (JOSEException e) {
                throw new ConfigurationException("decryptionKeys", "an AES key has 16, 24 or 32 bytes", null, e);
            }
        }

        /**
         * Finishes the keys.
         *
         * @return the immutable keys
         * @throws ConfigurationException if there is none
         */
        public DecryptionKeys build() {
            if (entries.isEmpty()) {
                throw new ConfigurationException("decryptionKeys", "has no key");
            }
            return new DecryptionKeys(entries);
        }

        private Builder add(@Nullable String keyId, String family, JWEDecrypter decrypter) {
            if (provider != null) {
                decrypter.getJCAContext().setKeyEncryptionProvider(provider);
            }
            entries.add(new Entry(keyId, family, decrypter));
            return this;
        }
    }
}
