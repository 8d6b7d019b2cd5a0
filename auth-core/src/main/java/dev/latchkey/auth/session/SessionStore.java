package dev.latchkey.auth.session;

import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
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
 * <p>A record that the store would not take after the server had granted its tokens is held in memory as unsaved: it is
 * what the session is read from, and it is written with the next use. Safe for use by any number of threads.
 */
public final class SessionStore {

    private static final int ATTEMPTS = 100;
    private static final int MAX_FAILURES = 3;

    private final TokenStore store;
    private final ConcurrentMap<SessionKey, SessionRecord> unsaved = new ConcurrentHashMap<>();

    /**
     * Puts sessions into a store.
     *
     * @param store the store
     */
    public SessionStore(TokenStore store) {
        this.store = store;
    }

    /**
     * Finds a session.
     *
     * @param key the session
     * @return its record, or nothing
     * @throws TemporaryFailureException if the store cannot tell
     */
    public Optional<SessionRecord> find(SessionKey key) {
        SessionRecord held = unsaved.get(key);
        if (held != null) {
            return Optional.of(held);
        }
        try {
            Optional<StoreEntry> entry = store.find(key.storeKey());
            return entry.isPresent() ? Optional.of(SessionCodec.decode(entry.get().record())) : Optional.empty();
        } catch (TokenStoreException e) {
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
        return update(key, session, null, true);
    }

    /**
     * Changes a session: the change is made anew on whatever another node has written meanwhile.
     *
     * @param key the session
     * @param base the record that the change was made for
     * @param change the change
     * @param create whether to write a session that is not there; if not, one that was removed meanwhile stays removed
     * @return null if it was written or was removed, or what the store said
     */
    public @Nullable TokenStoreException change(
            SessionKey key, SessionRecord base, UnaryOperator<SessionRecord> change, boolean create) {
        return update(key, change.apply(base), change, create || unsaved.containsKey(key));
    }

    private @Nullable TokenStoreException update(
            SessionKey key, SessionRecord fallback, @Nullable UnaryOperator<SessionRecord> change, boolean create) {
        TokenStoreException last = new TokenStoreException("Others kept writing the same session", null);
        SessionRecord next = fallback;
        int failures = 0;
        for (int attempt = 0; attempt < ATTEMPTS && failures < MAX_FAILURES; attempt++) {
            try {
                StoreEntry present = store.find(key.storeKey()).orElse(null);
                if (present == null && !create) {
                    return null;
                }
                next = present == null || change == null
                        ? fallback
                        : change.apply(SessionCodec.decode(present.record()));
                RecordVersion expected = present == null ? RecordVersion.ABSENT : present.version();
                if (store.replace(key.storeKey(), expected, SessionCodec.encode(next)).isPresent()) {
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
}
