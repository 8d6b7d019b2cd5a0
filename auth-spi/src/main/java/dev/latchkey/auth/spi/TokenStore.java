package dev.latchkey.auth.spi;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * A compare-and-set map of opaque records, shared by as many threads, processes and nodes as its technology allows.
 *
 * <p>The keys are hashes and the records are bytes: encoding, encryption and leases are written once, above this port, so
 * a store needs neither a lock nor a notion of time beyond forgetting records whose time has passed.
 *
 * <p>A version that was once given is never given again, not even after the record was removed, and not for another key
 * ({@link RecordVersion}). A write that was confirmed is seen by every later read of every user of the store.
 *
 * <p>Implementations are safe for use by any number of threads at once. One store serves any number of OAuth clients.
 * The contract is published as {@code TokenStoreContract} in {@code latchkey-auth-testkit}.
 */
public interface TokenStore extends AutoCloseable {

    /**
     * Finds a record.
     *
     * @param key where to look
     * @return the record with its version, or nothing if there is none or its time has passed
     * @throws TokenStoreException if the store cannot tell
     */
    Optional<StoreEntry> find(StoreKey key) throws TokenStoreException;

    /**
     * Writes a record if the one that is there has the expected version.
     *
     * @param key where to write
     * @param expected the version that was found, or {@link RecordVersion#ABSENT} to create a record where there is none;
     *     a record whose time has passed counts as absent
     * @param record what to write
     * @return the new version, or nothing if another version, or none, was there: then nothing was written
     * @throws TokenStoreException if the store failed; the record may or may not have been written
     */
    Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
            throws TokenStoreException;

    /**
     * Removes a record if it has the expected version.
     *
     * @param key what to remove
     * @param expected the version that was found
     * @return true if the record was removed; false if another version, or none, was there
     * @throws TokenStoreException if the store failed; the record may or may not have been removed
     */
    boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException;

    /**
     * Lists the keys of a partition, a page at a time.
     *
     * <p>A key that is there from the first page to the last is listed exactly once; one that is created or removed
     * meanwhile may or may not be. Keys of records whose time has passed are left out.
     *
     * @param partition the partition
     * @param cursor what {@link KeyPage#next()} gave, or the empty string for the first page
     * @param limit how many keys to give at the most, from 1 to 1,000
     * @return a page
     * @throws TokenStoreException if the store failed
     */
    KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException;

    /**
     * Offers to tell of changes that anybody makes, if the store can.
     *
     * <p>The listener is called with the key of each record that was written or removed, by this user of the store or by
     * another, on a thread of the store's, at least once and as soon as the store learns of it. It must return quickly.
     *
     * @param listener is told of changes
     * @return the subscription, which ends when it is closed; nothing if the store cannot tell
     */
    default Optional<Subscription> changes(Consumer<StoreKey> listener) {
        return Optional.empty();
    }

    /** Releases what this store itself created. Does nothing by default; may be called more than once. */
    @Override
    default void close() {}

    /** A standing order to be told of changes. */
    @FunctionalInterface
    interface Subscription extends AutoCloseable {

        /** Ends the subscription; may be called more than once. */
        @Override
        void close();
    }
}
