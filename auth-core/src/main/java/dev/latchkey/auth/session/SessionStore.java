package dev.latchkey.auth.session;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in the token store, written by compare-and-set.
 *
 * <p>A record that the store would not take after the server had granted its tokens is held in memory, together with the
 * version that it was made from: as long as the store still has that version, the session is what is held, and each look
 * at it tries to write it. As soon as the store has another one (somebody signed in again, or logged out), what was held
 * is dropped. Safe for use by any number of threads.
 */
public final class SessionStore {

    private static final int ATTEMPTS = 100;
    private static final int MAX_FAILURES = 3;

    private final TokenStore store;
    private final ConcurrentMap<SessionKey, Found> unsaved = new ConcurrentHashMap<>();

    /**
     * Puts sessions into a store.
     *
     * @param store the store
     */
    public SessionStore(TokenStore store) {
        this.store = store;
    }

    /** A session's record and the version that it is made from. Immutable. */
    public static final class Found {

        /** What is found where there is nothing. */
        public static final Found NOTHING = new Found(RecordVersion.ABSENT, null);

        private final RecordVersion version;
        private final @Nullable SessionRecord record;

        Found(RecordVersion version, @Nullable SessionRecord record) {
            this.version = version;
            this.record = record;
        }

        /**
         * Gives the record.
         *
         * @return the record, or nothing if there is none, or none that can be read
         */
        public Optional<SessionRecord> record() {
            return Optional.ofNullable(record);
        }

        /**
         * Puts a first record in the place of none.
         *
         * @param first the record
         * @return what would have been found if it had been there
         */
        public Found orElse(SessionRecord first) {
            return record == null ? new Found(version, first) : this;
        }

        @Override
        public String toString() {
            return "Found[" + version + ", " + record + "]";
        }
    }

    /**
     * Finds a session that cannot be made anew without its user.
     *
     * @param key the session
     * @return what there is
     * @throws TemporaryFailureException if the store cannot tell
     * @throws ConfigurationException if the record is damaged, or a newer release's
     */
    public Found find(SessionKey key) {
        Found found = findReplaceable(key);
        if (found.record == null && !found.version.equals(RecordVersion.ABSENT)) {
            throw new ConfigurationException(
                    "store",
                    "the session's record is damaged, or was written by a newer release; repair the store, or have the user"
                            + " sign in again, which replaces it");
        }
        return found;
    }

    /**
     * Finds a session that can be made anew: a record that cannot be read counts as none, to be replaced.
     *
     * @param key the session
     * @return what there is
     * @throws TemporaryFailureException if the store cannot tell
     */
    public Found findReplaceable(SessionKey key) {
        Found held = unsaved.get(key);
        try {
            StoreEntry entry = read(key.storeKey());
            RecordVersion version = entry == null ? RecordVersion.ABSENT : entry.version();
            if (held != null && held.version.equals(version)) {
                return saved(key, held);
            }
            if (held != null) {
                unsaved.remove(key, held);
            }
            return entry == null
                    ? Found.NOTHING
                    : new Found(version, SessionCodec.decode(entry.record()).orElse(null));
        } catch (TokenStoreException e) {
            if (held != null) {
                return held;
            }
            throw new TemporaryFailureException(
                    "The token store cannot be read (" + e.getMessage() + "); nothing was sent", true, null, e);
        }
    }

    /**
     * Writes a session whatever is there: a new sign-in replaces an older one.
     *
     * @param key the session
     * @param session the record
     * @return null if it was written, or what the store said
     */
    public @Nullable TokenStoreException put(SessionKey key, SessionRecord session) {
        return update(key, Found.NOTHING, session, null, true);
    }

    /**
     * Changes a session: the change is made anew on whatever another node has written meanwhile.
     *
     * @param key the session
     * @param base what was found
     * @param change the change; giving back the record that it got leaves it as it is
     * @param create whether to write a session that is not there; if not, one that was removed meanwhile stays removed
     * @return null if it was written, left or removed, or what the store said
     */
    public @Nullable TokenStoreException change(
            SessionKey key, Found base, UnaryOperator<SessionRecord> change, boolean create) {
        return update(key, base, change.apply(base.record().orElseThrow()), change, create);
    }

    private @Nullable TokenStoreException update(
            SessionKey key,
            Found base,
            SessionRecord fallback,
            @Nullable UnaryOperator<SessionRecord> change,
            boolean create) {
        TokenStoreException last = new TokenStoreException("Others kept writing the same session", null);
        Found next = new Found(base.version, fallback);
        int failures = 0;
        for (int attempt = 0; attempt < ATTEMPTS && failures < MAX_FAILURES; attempt++) {
            try {
                StoreEntry entry = read(key.storeKey());
                RecordVersion version = entry == null ? RecordVersion.ABSENT : entry.version();
                // As long as the store has what the change was made from, the base counts, which may be an unsaved one.
                boolean moved = change != null && !version.equals(base.version);
                if (moved && entry == null && !create) {
                    unsaved.remove(key);
                    return null;
                }
                SessionRecord present = moved && entry != null
                        ? SessionCodec.decode(entry.record()).orElse(null)
                        : null;
                SessionRecord changed = present == null || change == null ? fallback : change.apply(present);
                if (changed == present) {
                    unsaved.remove(key);
                    return null;
                }
                next = new Found(version, changed);
                if (write(key.storeKey(), next)) {
                    unsaved.remove(key);
                    return null;
                }
            } catch (TokenStoreException e) {
                last = e;
                failures++;
            }
        }
        unsaved.put(key, next);
        return last;
    }

    /** Tries once more to write what is held; whether or not that succeeds, it is the session. */
    private Found saved(SessionKey key, Found held) {
        try {
            if (write(key.storeKey(), held)) {
                unsaved.remove(key, held);
                StoreEntry entry = read(key.storeKey());
                return entry == null
                        ? Found.NOTHING
                        : new Found(
                                entry.version(),
                                SessionCodec.decode(entry.record()).orElse(null));
            }
        } catch (TokenStoreException e) {
            // Still down: it stays held, and whoever asks next tries again.
            return held;
        }
        return held;
    }

    private @Nullable StoreEntry read(StoreKey key) throws TokenStoreException {
        try {
            return store.find(key).orElse(null);
        } catch (RuntimeException e) {
            throw unexpected(e);
        }
    }

    private boolean write(StoreKey key, Found next) throws TokenStoreException {
        StoreRecord record = SessionCodec.encode(next.record().orElseThrow());
        try {
            return store.replace(key, next.version, record).isPresent();
        } catch (RuntimeException e) {
            throw unexpected(e);
        }
    }

    // A driver that throws what the port does not know must cost nobody a token either.
    private static TokenStoreException unexpected(RuntimeException e) {
        return new TokenStoreException("The store threw " + e.getClass().getName(), e);
    }
}
