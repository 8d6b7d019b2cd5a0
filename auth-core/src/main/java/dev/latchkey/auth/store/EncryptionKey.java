package dev.latchkey.auth.store;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that records are encrypted with, and the id by which they name it.
 *
 * <p>It is 256 random bits for AES: never a password or a hash of one. The id stands in clear in every record and in error
 * messages, and must never name another key later. The key does not print itself. Immutable.
 *
 * <p>One key may encrypt 2<sup>32</sup> records, every write counted, before its random nonces become likely to repeat (NIST
 * SP 800-38D §8.3). That is 136 writes a second for a year; a busier system changes its key sooner.
 */
public final class EncryptionKey {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int BYTES = 32;

    private final String id;
    // Transient for reflective JSON writers, which leave such fields out.
    private final transient SecretKey key;

    private EncryptionKey(String id, SecretKey key) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("id must be 1 to 64 characters of A-Z a-z 0-9 . _ -");
        }
        if (!"AES".equalsIgnoreCase(key.getAlgorithm())) {
            throw new IllegalArgumentException("Key " + id + " must be an AES key, and is for " + key.getAlgorithm());
        }
        this.id = id;
        this.key = checked(id, key);
    }

    /** A key that lives in a module of its own does not show its bytes: then the module answers for its length. */
    private static SecretKey checked(String id, SecretKey key) {
        byte[] bytes = key.getEncoded();
        if (bytes == null) {
            return key;
        }
        int bits = 0;
        for (byte each : bytes) {
            bits |= each;
        }
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("Key " + id + " must have 32 bytes, and has " + bytes.length);
        }
        if (bits == 0) {
            throw new IllegalArgumentException("Key " + id + " is all zeros");
        }
        return key;
    }

    /**
     * Wraps a key's bytes.
     *
     * @param id names the key in records: 1 to 64 characters of {@code A-Z a-z 0-9 . _ -}
     * @param key 32 random bytes, copied
     * @return the key
     * @throws IllegalArgumentException if the id has other characters, or the key another length
     */
    public static EncryptionKey of(String id, byte[] key) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(key, "key");
        if (key.length != BYTES) {
            throw new IllegalArgumentException("Key " + id + " must have 32 bytes, and has " + key.length);
        }
        return new EncryptionKey(id, new SecretKeySpec(key, "AES"));
    }

    /**
     * Wraps a key as the JDK or a security module has it.
     *
     * @param id names the key in records: 1 to 64 characters of {@code A-Z a-z 0-9 . _ -}
     * @param key an AES key of 256 bits; it need not show its bytes
     * @return the key
     * @throws IllegalArgumentException if the id has other characters, or the key is another one
     */
    public static EncryptionKey of(String id, SecretKey key) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(key, "key");
        return new EncryptionKey(id, key);
    }

    /**
     * Reads a key from base64, as {@code openssl rand -base64 32} prints it.
     *
     * @param id names the key in records: 1 to 64 characters of {@code A-Z a-z 0-9 . _ -}
     * @param base64 32 random bytes, in the standard or the URL-safe alphabet, with or without padding
     * @return the key
     * @throws IllegalArgumentException if this is not the base64 of 32 bytes; the message does not repeat it
     */
    public static EncryptionKey ofBase64(String id, String base64) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(base64, "base64");
        byte[] key;
        try {
            String standard = base64.trim().replace('-', '+').replace('_', '/');
            key = Base64.getDecoder().decode(standard);
        } catch (IllegalArgumentException e) {
            // Without its cause, which may quote a character of the key.
            throw new IllegalArgumentException("Key " + id + " is not base64");
        }
        return of(id, key);
    }

    /**
     * Takes a key out of a key store, for instance a PKCS#12 file; the alias becomes the id.
     *
     * @param keys the key store, loaded
     * @param alias where the key is, and its id in records
     * @param password protects the key in the key store
     * @return the key
     * @throws GeneralSecurityException if the key store does not give the key out
     * @throws IllegalArgumentException if there is no AES key of 256 bits under the alias
     */
    public static EncryptionKey fromKeyStore(KeyStore keys, String alias, char[] password)
            throws GeneralSecurityException {
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(alias, "alias");
        Objects.requireNonNull(password, "password");
        Key key = keys.getKey(alias, password);
        if (!(key instanceof SecretKey)) {
            throw new IllegalArgumentException("The key store has no secret key under the alias " + alias);
        }
        // Some PKCS#12 files name the algorithm by its object identifier.
        boolean named = "AES".equalsIgnoreCase(key.getAlgorithm()) || key.getEncoded() == null;
        return new EncryptionKey(alias, named ? (SecretKey) key : new SecretKeySpec(key.getEncoded(), "AES"));
    }

    /**
     * Makes a new key.
     *
     * @param id names the key in records: 1 to 64 characters of {@code A-Z a-z 0-9 . _ -}
     * @param random where its bits come from
     * @return the key, which nobody else has yet
     */
    public static EncryptionKey random(String id, SecureRandom random) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(random, "random");
        byte[] key = new byte[BYTES];
        random.nextBytes(key);
        return of(id, key);
    }

    /**
     * Tells the id.
     *
     * @return the name of the key in records
     */
    public String id() {
        return id;
    }

    SecretKey key() {
        return key;
    }

    /**
     * Describes the key without showing it.
     *
     * @return its id
     */
    @Override
    public String toString() {
        return "EncryptionKey[" + id + "]";
    }
}
