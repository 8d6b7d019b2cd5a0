package dev.latchkey.auth.session;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in the token store, written by compare-and-set.
 *
 * <p>A record that the store would not take after the server had granted its tokens is held in memory, together with the
 * version that it was made from: as long as the store still has that version, the session is what is held, and each look
 * at it tries to write it. As soon as the store has another one (somebody signed in again, or logged out), what was held
 * is dropped. A sign-in that was made while the store could not even be read replaces whatever is found there later. Safe
 * for use by any number of threads.
 */
public final class SessionStore {

    private static final int ATTEMPTS = 100;
    private static final int MAX_FAILURES = 3;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

    private final TokenStore store;
    private final Pause pause;
    private final ConcurrentMap<SessionKey, Held> unsaved = new ConcurrentHashMap<>();
    // Who writes a record just now: what the store tells during the call, on the same thread, is that very write.
    private final ConcurrentMap<StoreKey, Thread> writing = new ConcurrentHashMap<>();

    /**
     * Puts sessions into a store.
     *
     * @param store the store
     * @param pause waits before a failed write is tried again
     */
    public SessionStore(TokenStore store, Pause pause) {
        this.store = store;
        this.pause = pause;
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
        Held held = unsaved.get(key);
        try {
            Found found = found(read(key.storeKey()));
            if (held == null) {
                return found;
            }
            if (held.base == null || held.base.equals(found.version)) {
                return saved(key, held, found.version);
            }
            unsaved.remove(key, held);
            return found;
        } catch (TokenStoreException e) {
            if (held != null) {
                return held.found();
            }
            throw new TemporaryFailureException(
                    "The token store cannot be read (" + e.getMessage() + "); nothing was sent", true, null, e);
        }
    }

    /**
     * Takes the lease of a session, which nobody else may have: winning it is the proof that nothing has changed since the
     * record was found.
     *
     * @param key the session
     * @param base what was found
     * @param lease the lease
     * @return the record with the lease, or nothing if somebody else has changed it meanwhile
     * @throws TokenStoreException if the store failed; the lease may have been written
     */
    public Optional<Found> lease(SessionKey key, Found base, Lease lease) throws TokenStoreException {
        SessionRecord leased = base.record().orElseThrow().withLease(lease);
        if (!base.isSaved()) {
            // Nobody but this process has the refresh token, so that nobody else can redeem it.
            return Optional.of(new Found(base.version, leased, false));
        }
        RecordVersion version = write(key.storeKey(), base.version, SessionCodec.encode(leased));
        return Optional.ofNullable(version).map(won -> new Found(won, leased, true));
    }

    /**
     * Writes a session whatever is there: a new sign-in replaces an older one.
     *
     * @param key the session
     * @param session the record
     * @return what became of it
     */
    public Written put(SessionKey key, SessionRecord session) {
        return new Change(key, session).writeOver(null);
    }

    /**
     * Changes a session: the change is made anew on whatever another node has written meanwhile.
     *
     * @param key the session
     * @param base what was found
     * @param change the change; giving back the record that it got leaves it as it is
     * @param create whether to write a session that is not there; if not, one that was removed meanwhile stays removed
     * @return what became of it
     */
    public Written change(SessionKey key, Found base, UnaryOperator<SessionRecord> change, boolean create) {
        SessionRecord first = change.apply(base.record().orElseThrow());
        return new Change(key, first, base.version, change, create).writeOver(base.version);
    }

    /**
     * Removes a session, if it is still what was found.
     *
     * @param key the session
     * @param found what was found
     * @return true if it was removed
     * @throws TokenStoreException if the store failed
     */
    public boolean remove(SessionKey key, Found found) throws TokenStoreException {
        Held held = unsaved.get(key);
        if (held != null && !found.isSaved()) {
            unsaved.remove(key, held);
        }
        if (found.version.equals(RecordVersion.ABSENT)) {
            return held != null;
        }
        try {
            return store.remove(key.storeKey(), found.version);
        } catch (RuntimeException e) {
            throw unexpected(e);
        }
    }

    /**
     * Drops what is held in memory alone.
     *
     * @param key the session
     */
    public void dropHeld(SessionKey key) {
        unsaved.remove(key);
    }

    /**
     * Tries to write every session that is held in memory alone.
     *
     * @return how many the store still does not have
     */
    public int saveHeld() {
        for (Map.Entry<SessionKey, Held> each : unsaved.entrySet()) {
            try {
                findReplaceable(each.getKey());
            } catch (TemporaryFailureException e) {
                // It stays held, and is counted.
            }
        }
        return unsaved.size();
    }

    /**
     * Asks to be told of changes that others make, if the store can tell. A store that tells late, and not during the call,
     * tells of this one's too.
     *
     * @param listener is told
     * @return the subscription, or nothing
     */
    public Optional<TokenStore.Subscription> changes(Consumer<StoreKey> listener) {
        return store.changes(key -> {
            if (writing.get(key) != Thread.currentThread()) {
                listener.accept(key);
            }
        });
    }

    /** Tries once more to write what is held; whether or not that succeeds, it is the session. */
    private Found saved(SessionKey key, Held held, RecordVersion present) {
        try {
            RecordVersion version = write(key.storeKey(), present, SessionCodec.encode(held.record));
            if (version != null) {
                unsaved.remove(key, held);
                return new Found(version, held.record, true);
            }
        } catch (TokenStoreException e) {
            // Still down: it stays held, and whoever asks next tries again.
            return held.found();
        }
        return held.found();
    }

    private @Nullable StoreEntry read(StoreKey key) throws TokenStoreException {
        try {
            return store.find(key).orElse(null);
        } catch (RuntimeException e) {
            throw unexpected(e);
        }
    }

    private @Nullable RecordVersion write(StoreKey key, RecordVersion expected, StoreRecord record)
            throws TokenStoreException {
        writing.put(key, Thread.currentThread());
        try {
            return store.replace(key, expected, record).orElse(null);
        } catch (RuntimeException e) {
            throw unexpected(e);
        } finally {
            writing.remove(key);
        }
    }

    private static Found found(@Nullable StoreEntry entry) {
        return entry == null
                ? Found.NOTHING
                : new Found(entry.version(), SessionCodec.decode(entry.record()).orElse(null), true);
    }

    // A driver that throws what the port does not know must cost nobody a token either.
    private static TokenStoreException unexpected(RuntimeException e) {
        return new TokenStoreException("The store threw " + e.getClass().getName(), e);
    }

    /** A record that the store would not take. */
    private static final class Held {

        // What it was made from; null if nobody could tell, so that it replaces whatever is there.
        private final @Nullable RecordVersion base;
        private final SessionRecord record;

        Held(@Nullable RecordVersion base, SessionRecord record) {
            this.base = base;
            this.record = record;
        }

        Found found() {
            return new Found(base == null ? RecordVersion.ABSENT : base, record, false);
        }
    }

    /** One change on its way into the store. */
    private final class Change {

        private final SessionKey key;
        private final SessionRecord first;
        private final @Nullable RecordVersion madeFrom;
        private final @Nullable UnaryOperator<SessionRecord> change;
        private final boolean create;
        private SessionRecord next;
        private byte @Nullable [] sent;

        Change(SessionKey key, SessionRecord session) {
            this(key, session, null, null, true);
        }

        Change(
                SessionKey key,
                SessionRecord first,
                @Nullable RecordVersion madeFrom,
                @Nullable UnaryOperator<SessionRecord> change,
                boolean create) {
            this.key = key;
            this.first = first;
            this.madeFrom = madeFrom;
            this.change = change;
            this.create = create;
            this.next = first;
        }

        /** Writes over a version without looking, if one is given; reads only when that has changed. */
        Written writeOver(@Nullable RecordVersion expected) {
            TokenStoreException last = new TokenStoreException("Others kept writing the same session", null);
            RecordVersion over = expected;
            RecordVersion tried = madeFrom;
            int failures = 0;
            for (int attempt = 0; attempt < ATTEMPTS && failures < MAX_FAILURES; attempt++) {
                try {
                    if (over != null) {
                        tried = over;
                        if (written(over)) {
                            unsaved.remove(key);
                            return Written.SAVED;
                        }
                    }
                    StoreEntry present = read(key.storeKey());
                    over = present == null ? RecordVersion.ABSENT : present.version();
                    Written ended = applyTo(present);
                    if (ended != null) {
                        unsaved.remove(key);
                        return ended;
                    }
                } catch (TokenStoreException e) {
                    last = e;
                    failures++;
                    if (failures < MAX_FAILURES) {
                        pause.atMost(FIRST_PAUSE.multipliedBy((long) failures * failures));
                    }
                    // Whether it was written is unknown: the next look tells.
                    over = sent == null ? over : null;
                }
            }
            // If a write that seemed to fail was done after all, the store has another version, and that one counts.
            unsaved.put(key, new Held(tried, next));
            return Written.unsaved(last);
        }

        private boolean written(RecordVersion over) throws TokenStoreException {
            StoreRecord record = SessionCodec.encode(next);
            sent = record.content();
            boolean written = write(key.storeKey(), over, record) != null;
            if (!written) {
                sent = null;
            }
            return written;
        }

        /** Makes the change anew on what is there. Gives null if it is still to be written. */
        private @Nullable Written applyTo(@Nullable StoreEntry present) {
            if (sent != null
                    && present != null
                    && Arrays.equals(present.record().content(), sent)) {
                // The write that seemed to fail had been done.
                return Written.SAVED;
            }
            sent = null;
            if (change == null
                    || (present != null && madeFrom != null && present.version().equals(madeFrom))) {
                // As long as the store has what the change was made from, that counts, which may be held in memory.
                next = first;
                return null;
            }
            if (present == null && madeFrom != null && madeFrom.equals(RecordVersion.ABSENT)) {
                next = first;
                return null;
            }
            if (present == null && !create) {
                return Written.GONE;
            }
            SessionRecord record = present == null
                    ? null
                    : SessionCodec.decode(present.record()).orElse(null);
            SessionRecord changed = record == null ? first : change.apply(record);
            if (changed == record) {
                return Written.SUPERSEDED;
            }
            next = changed;
            return null;
        }
    }
}
