package dev.latchkey.auth.store;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.store.UnreadableRecordException.Reason;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts what another store keeps: AES-256-GCM with a random nonce for each write.
 *
 * <p>Whoever can read the store below learns of a record its key (a hash), the id of the encryption key, about how long it is
 * and until when it is usable. Whoever can write there cannot change a record, or put it in another one's place, without
 * being noticed: then {@link UnreadableRecordException} is thrown, and the record is never taken for absent. What nobody can
 * notice here is that a record was removed, or replaced by an earlier one of the same key.
 *
 * <p>The keys are asked for at every call, so they can change while the store is in use. A record is written with the current
 * key and read with the key that it names; so it comes under a new key when it is next written.
 *
 * <pre>{@code
 * EncryptionKey key = EncryptionKey.ofBase64("2026-11", System.getenv("TOKEN_KEY"));
 * TokenStore store = EncryptedTokenStore.over(below, EncryptionKeys.of(key));
 * }</pre>
 *
 * <p>Safe for use by any number of threads at once, as the store below is. Closing it does not close that store.
 */
public final class EncryptedTokenStore implements TokenStore {

    private static final String CIPHER = "AES/GCM/NoPadding";

    private final TokenStore below;
    private final Supplier<EncryptionKeys> keys;
    private final SecureRandom random;
    private final boolean readsPlaintext;

    private EncryptedTokenStore(
            TokenStore below, Supplier<EncryptionKeys> keys, SecureRandom random, boolean readsPlaintext) {
        this.below = Objects.requireNonNull(below, "below");
        this.keys = Objects.requireNonNull(keys, "keys");
        this.random = Objects.requireNonNull(random, "random");
        this.readsPlaintext = readsPlaintext;
    }

    /**
     * Encrypts with keys that stay.
     *
     * @param below keeps the encrypted records, and nothing else
     * @param keys what to encrypt with
     * @return the store
     */
    public static EncryptedTokenStore over(TokenStore below, EncryptionKeys keys) {
        Objects.requireNonNull(keys, "keys");
        return over(below, () -> keys);
    }

    /**
     * Encrypts with keys that may be replaced while the store is in use.
     *
     * @param below keeps the encrypted records, and nothing else
     * @param keys is asked at every call, on the caller's thread, and should answer from memory
     * @return the store
     */
    public static EncryptedTokenStore over(TokenStore below, Supplier<EncryptionKeys> keys) {
        return over(below, keys, new SecureRandom());
    }

    /**
     * Encrypts with a source of randomness of one's own.
     *
     * @param below keeps the encrypted records, and nothing else
     * @param keys is asked at every call, on the caller's thread, and should answer from memory
     * @param random makes the nonces, which must never repeat under one key
     * @return the store
     */
    public static EncryptedTokenStore over(TokenStore below, Supplier<EncryptionKeys> keys, SecureRandom random) {
        return new EncryptedTokenStore(below, keys, random, false);
    }

    /**
     * Reads records that were written before encryption was switched on, too; everything is written encrypted.
     *
     * <p>As long as this is on, whoever can write to the store below can plant a record in clear. Switch it on for a migration
     * only, and off once the records of that time have been written again or their time has passed.
     *
     * @return a store like this one that reads records in clear
     */
    public EncryptedTokenStore dangerouslyReadingPlaintext() {
        return new EncryptedTokenStore(below, keys, random, true);
    }

    /**
     * Finds a record and opens it.
     *
     * @throws UnreadableRecordException if there is a record and it cannot be opened
     */
    @Override
    public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
        Optional<StoreEntry> found = below.find(key);
        return found.isEmpty() ? found : Optional.of(opened(key, found.get()));
    }

    @Override
    public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
            throws TokenStoreException {
        return below.replace(key, expected, sealed(key, record));
    }

    @Override
    public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
        return below.remove(key, expected);
    }

    @Override
    public KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException {
        return below.keys(partition, cursor, limit);
    }

    @Override
    public Optional<Subscription> changes(Consumer<StoreKey> listener) {
        return below.changes(listener);
    }

    private StoreRecord sealed(StoreKey key, StoreRecord record) throws TokenStoreException {
        EncryptionKey current = currentKeys().current();
        Instant until = wholeMillis(record.usableUntil());
        byte[] header = Envelope.header(current.id(), until);
        byte[] nonce = new byte[Envelope.NONCE];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, current, nonce);
            cipher.updateAAD(Envelope.associated(header, key.partition(), key.name()));
            return StoreRecord.of(Envelope.write(header, nonce, cipher.doFinal(record.content())), until);
        } catch (GeneralSecurityException e) {
            throw new TokenStoreException("Record " + key + " cannot be encrypted with key " + current.id(), e);
        }
    }

    private StoreEntry opened(StoreKey key, StoreEntry entry) throws TokenStoreException {
        byte[] content = entry.record().content();
        if (!Envelope.isOne(content)) {
            if (readsPlaintext) {
                return entry;
            }
            String why = "it is not encrypted; records from before encryption need dangerouslyReadingPlaintext()";
            throw new UnreadableRecordException(Reason.NOT_ENCRYPTED, key, entry.version(), null, why, null);
        }
        Envelope envelope;
        try {
            envelope = Envelope.read(content);
        } catch (IllegalArgumentException e) {
            throw new UnreadableRecordException(
                    Reason.UNKNOWN_FORMAT, key, entry.version(), null, String.valueOf(e.getMessage()), e);
        }
        String id = envelope.keyId();
        EncryptionKeys all = currentKeys();
        Optional<EncryptionKey> named = all.find(id);
        if (named.isEmpty()) {
            String why = "it is under key " + id + ", which is not among " + all;
            throw new UnreadableRecordException(Reason.UNKNOWN_KEY, key, entry.version(), id, why, null);
        }
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, named.get(), envelope.nonce());
            cipher.updateAAD(Envelope.associated(envelope.header(), key.partition(), key.name()));
            StoreRecord record =
                    StoreRecord.of(cipher.doFinal(envelope.sealed()), Instant.ofEpochMilli(envelope.usableUntil()));
            requireSameTime(entry.record().usableUntil(), record.usableUntil());
            return StoreEntry.of(entry.version(), record);
        } catch (GeneralSecurityException e) {
            String why = "the key under the id " + id + " is another one now, or the record was changed or moved";
            throw new UnreadableRecordException(Reason.DOES_NOT_OPEN, key, entry.version(), id, why, e);
        }
    }

    /** The store below forgets records by its own copy of the time, which may be rounded but not be another one. */
    private static void requireSameTime(Instant below, Instant sealed) throws GeneralSecurityException {
        if (below.isBefore(sealed.minusMillis(1)) || below.isAfter(sealed.plusMillis(1))) {
            throw new GeneralSecurityException("The store gives another time than the record");
        }
    }

    private EncryptionKeys currentKeys() throws TokenStoreException {
        try {
            return Objects.requireNonNull(keys.get(), "the keys' supplier gave null");
        } catch (RuntimeException e) {
            throw new TokenStoreException("The encryption keys cannot be had", e);
        }
    }

    private static Cipher cipher(int mode, EncryptionKey key, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key.key(), new GCMParameterSpec(Envelope.TAG * 8, nonce));
        return cipher;
    }

    /** An instant that fits into a header; long ago is long ago. */
    private static Instant wholeMillis(Instant time) {
        return time.isBefore(Instant.EPOCH) ? Instant.EPOCH : Instant.ofEpochMilli(time.toEpochMilli());
    }

    @Override
    public String toString() {
        return "EncryptedTokenStore[over " + below.getClass().getSimpleName()
                + (readsPlaintext ? ", reading plaintext" : "") + "]";
    }
}
