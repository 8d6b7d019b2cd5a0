package dev.latchkey.auth.session;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.store.UnreadableRecordException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * Sessions in the token store, written by compare-and-set.
 *
 * <p>A record that the store would not take after the server had granted its tokens is held in memory, together with the
 * version that it was made from: as long as the store still has that version, the session is what is held, and each look
 * at it tries to write it. As soon as the store has another one (somebody signed in again, or logged out), what was held
 * is dropped. A sign-in that was made while the store could not even be read replaces whatever is found there later. A new
 * session is written into a place that was taken for it, so that one which was written and removed again is not written
 * back by a writer that never learned of it. Safe for use by any number of threads.
 */
public final class SessionStore {

    private static final int MAX_UNUSED = 16;

    private final StoreAccess store;
    private final Pause pause;
    private final UnsavedSessions unsaved = new UnsavedSessions();
    // Leases that may have been written although their writer was told of a failure, and sent nothing.
    private final ConcurrentMap<SessionKey, List<Lease>> unused = new ConcurrentHashMap<>();

    /**
     * Puts sessions into a store.
     *
     * @param store the store
     * @param pause waits before a failed write is tried again
     * @param clock tells the instant
     * @param ticker gives nanoseconds of a clock that nobody sets
     */
    public SessionStore(TokenStore store, Pause pause, Clock clock, LongSupplier ticker) {
        this.store = new StoreAccess(store, clock, ticker);
        this.pause = pause;
    }

    /**
     * Finds a session that cannot be made anew without its user.
     *
     * @param key the session
     * @return what there is
     * @throws TemporaryFailureException if the store cannot tell
     * @throws ConfigurationException if the record is damaged, cannot be decrypted, or is a newer release's
     */
    public Found find(SessionKey key) {
        Found found = findReplaceable(key);
        if (found.record != null || found.isNothing()) {
            return found;
        }
        UnreadableRecordException unreadable = found.unreadable;
        if (unreadable != null) {
            throw new ConfigurationException(
                    "store",
                    unreadable.getMessage()
                            + "; give the store the key that the session's record was encrypted with, or have the user"
                            + " sign in again, which replaces it",
                    null,
                    unreadable);
        }
        throw new ConfigurationException(
                "store",
                "the session's record is damaged, or was written by a newer release; repair the store, or have the user"
                        + " sign in again, which replaces it");
    }

    /**
     * Finds a session that can be made anew: a record that cannot be read counts as none, to be replaced.
     *
     * @param key the session
     * @return what there is
     * @throws TemporaryFailureException if the store cannot tell
     */
    public Found findReplaceable(SessionKey key) {
        // In this order: what is held later is newer than what is found here.
        long order = unsaved.now();
        UnsavedSessions.Held held = unsaved.find(key);
        Present present;
        try {
            present = store.read(key.storeKey());
        } catch (TokenStoreException e) {
            if (held != null) {
                return held.found();
            }
            throw new TemporaryFailureException(
                    "The token store cannot be read (" + e.getMessage() + "); nothing was sent", true, null, e);
        }
        if (held != null && !held.wasWrittenAs(present) && held.replaces(present)) {
            return save(key, held, present.version);
        }
        if (held != null) {
            unsaved.drop(key, held.order);
        }
        return Found.of(present, unused.getOrDefault(key, List.of()), order);
    }

    /**
     * Takes the lease of a session, which nobody else may have: winning it is the proof that nothing has changed since the
     * record was found.
     *
     * <p>A record that is held in memory needs the store's lease too, since others may have it, unless nothing of it was
     * ever sent to the store. Then nobody but this process has the refresh token.
     *
     * @param key the session
     * @param base what was found
     * @param lease the lease
     * @return the record with the lease, or nothing if somebody else has changed it meanwhile
     * @throws TokenStoreException if the store failed; if the lease was written all the same, it counts for nothing
     */
    public Optional<Found> lease(SessionKey key, Found base, Lease lease) throws TokenStoreException {
        SessionRecord leased = base.record().orElseThrow().withLease(lease);
        RecordVersion over = base.version;
        if (over == null) {
            return Optional.of(Found.held(null, leased, base.order));
        }
        StoreRecord record = SessionCodec.encode(leased);
        TokenStoreException last = null;
        for (int failures = 0; failures < SessionChange.MAX_FAILURES; failures++) {
            try {
                Present present = last == null ? null : store.read(key.storeKey());
                if (present != null && present.has(record.content())) {
                    // The write that seemed to fail had been done.
                    return Optional.of(won(key, present.version, leased, base.order));
                }
                if (present != null && over.equals(RecordVersion.ABSENT) && present.isVacant()) {
                    over = present.version;
                }
                RecordVersion place = store.place(key.storeKey(), over, leased);
                over = place == null ? over : place;
                RecordVersion version = place == null ? null : store.write(key.storeKey(), place, record);
                return Optional.ofNullable(version).map(mine -> won(key, mine, leased, base.order));
            } catch (TokenStoreException e) {
                last = e;
                SessionChange.pauseAfter(failures + 1, pause);
            }
        }
        unused.merge(key, List.of(lease), SessionStore::lastOf);
        throw Objects.requireNonNull(last, "last");
    }

    private static List<Lease> lastOf(List<Lease> before, List<Lease> more) {
        List<Lease> all = new ArrayList<>(before);
        all.addAll(more);
        return List.copyOf(all.subList(Math.max(0, all.size() - MAX_UNUSED), all.size()));
    }

    private Found won(SessionKey key, RecordVersion version, SessionRecord leased, long order) {
        unsaved.drop(key, order);
        unused.remove(key);
        return Found.saved(version, leased, order);
    }

    /**
     * Writes a session whatever is there: a new sign-in replaces an older one, also one that cannot be read.
     *
     * @param key the session
     * @param session the record
     * @return what became of it
     */
    public Written put(SessionKey key, SessionRecord session) {
        return SessionChange.signIn(store, unsaved, pause, key, session).write();
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
        return SessionChange.of(store, unsaved, pause, key, base, change, create)
                .write();
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
        RecordVersion version = found.version;
        boolean held = !found.isSaved() && unsaved.find(key) != null;
        dropHeld(key, found);
        if (version == null || version.equals(RecordVersion.ABSENT)) {
            return held;
        }
        return store.remove(key.storeKey(), version);
    }

    /**
     * Drops what is held in memory alone, unless it is of a newer sign-in.
     *
     * @param key the session
     * @param found what is given up
     */
    public void dropHeld(SessionKey key, Found found) {
        unsaved.drop(key, found.order);
    }

    /**
     * Tries to write every session that is held in memory alone.
     *
     * @return how many the store still does not have
     */
    public int saveHeld() {
        for (SessionKey each : unsaved.keys()) {
            try {
                findReplaceable(each);
            } catch (TemporaryFailureException e) {
                // It stays held, and is counted.
            }
        }
        return unsaved.size();
    }

    /**
     * Asks to be told of changes that others make, if the store can tell. What this one writes is not told, whether the
     * store tells of it during the call or later.
     *
     * @param listener is told
     * @return the subscription, or nothing
     */
    public Optional<TokenStore.Subscription> changes(Consumer<StoreKey> listener) {
        return store.changes(listener);
    }

    /** Tries once more to write what is held; whether or not that succeeds, it is the session. */
    private Found save(SessionKey key, UnsavedSessions.Held held, RecordVersion present) {
        StoreRecord record = SessionCodec.encode(held.record);
        RecordVersion over = null;
        try {
            over = store.place(key.storeKey(), present, held.record);
            RecordVersion version = over == null ? null : store.write(key.storeKey(), over, record);
            if (version != null) {
                unsaved.drop(key, held.order);
                return Found.saved(version, held.record, held.order);
            }
            // Somebody else was faster: the next look tells who.
            return held.found();
        } catch (TokenStoreException e) {
            // Still down: it stays held, and whoever asks next tries again. From now on it has a base, and may be
            // there.
            UnsavedSessions.Held still = over == null
                    ? new UnsavedSessions.Held(held.order, present, held.record, null)
                    : new UnsavedSessions.Held(held.order, over, held.record, record.content());
            unsaved.hold(key, still);
            return still.found();
        }
    }
}
