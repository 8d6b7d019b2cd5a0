package dev.latchkey.auth.session;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStoreException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One change on its way into the store. For one thread. */
final class SessionChange {

    static final int MAX_FAILURES = 3;
    private static final int ATTEMPTS = 100;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

    private final StoreAccess store;
    private final UnsavedSessions unsaved;
    private final Pause pause;
    private final SessionKey key;
    private final SessionRecord first;
    private final long order;
    // Null if nobody could tell what it was made from: then it replaces whatever is there.
    private final @Nullable RecordVersion madeFrom;
    // Null for a new sign-in, which replaces whatever is there.
    private final @Nullable UnaryOperator<SessionRecord> change;
    private final boolean create;
    private SessionRecord next;
    private @Nullable SessionRecord replaced;
    private @Nullable RecordVersion tried;
    // What a write sent, and over what, of which nobody knows whether it was done.
    private byte @Nullable [] sent;
    private @Nullable RecordVersion sentOver;

    private SessionChange(
            StoreAccess store,
            UnsavedSessions unsaved,
            Pause pause,
            SessionKey key,
            SessionRecord first,
            long order,
            @Nullable RecordVersion madeFrom,
            @Nullable UnaryOperator<SessionRecord> change,
            boolean create) {
        this.store = store;
        this.unsaved = unsaved;
        this.pause = pause;
        this.key = key;
        this.first = first;
        this.order = order;
        this.madeFrom = madeFrom;
        this.change = change;
        this.create = create;
        this.next = first;
        this.tried = madeFrom;
    }

    /** A new sign-in. */
    static SessionChange signIn(
            StoreAccess store, UnsavedSessions unsaved, Pause pause, SessionKey key, SessionRecord session) {
        return new SessionChange(store, unsaved, pause, key, session, unsaved.next(), null, null, true);
    }

    /** A change to what was found. */
    static SessionChange of(
            StoreAccess store,
            UnsavedSessions unsaved,
            Pause pause,
            SessionKey key,
            Found base,
            UnaryOperator<SessionRecord> change,
            boolean create) {
        SessionRecord first = change.apply(base.record().orElseThrow());
        return new SessionChange(store, unsaved, pause, key, first, base.order, base.version, change, create);
    }

    static void pauseAfter(int failures, Pause pause) {
        if (failures < MAX_FAILURES) {
            pause.atMost(FIRST_PAUSE.multipliedBy((long) failures * failures));
        }
    }

    /** Writes over what it was made from without looking; reads only when that has changed. */
    Written write() {
        TokenStoreException last = new TokenStoreException("Others kept writing the same session", null);
        RecordVersion over = madeFrom;
        int failures = 0;
        for (int attempt = 0; attempt < ATTEMPTS && failures < MAX_FAILURES; attempt++) {
            try {
                if (over != null && written(over)) {
                    return ended(Written.saved(replaced));
                }
                Present present = store.read(key.storeKey());
                Written ended = applyTo(present);
                if (ended != null) {
                    return ended(ended);
                }
                over = present.version;
            } catch (TokenStoreException e) {
                last = e;
                failures++;
                pauseAfter(failures, pause);
                // Whether it was written is unknown: the next look tells.
                over = null;
            }
        }
        return unsaved.hold(key, new UnsavedSessions.Held(order, sent == null ? tried : sentOver, next, sent))
                ? Written.unsaved(last, replaced)
                : Written.SUPERSEDED;
    }

    private Written ended(Written as) {
        unsaved.drop(key, order);
        return as;
    }

    private boolean written(RecordVersion expected) throws TokenStoreException {
        tried = expected;
        RecordVersion over = store.place(key.storeKey(), expected, next);
        if (over == null) {
            return false;
        }
        StoreRecord record = SessionCodec.encode(next);
        sent = record.content();
        sentOver = over;
        boolean written = store.write(key.storeKey(), over, record) != null;
        if (!written) {
            sent = null;
        }
        return written;
    }

    /** Makes the change anew on what is there. Gives null if it is still to be written. */
    private @Nullable Written applyTo(Present present) throws TokenStoreException {
        if (present.has(sent)) {
            // The write that seemed to fail had been done.
            return Written.saved(replaced);
        }
        boolean mayBeRemoved = sent != null && !Objects.equals(present.version, sentOver) && present.isVacant();
        sent = null;
        if (mayBeRemoved && first.account().isPresent()) {
            // It was written, and whoever signed out since meant it. Or what was there has been removed just before.
            return Written.GONE;
        }
        // As long as the store has what the change was made from, that counts, which may be held in memory.
        if (change == null || madeFrom == null) {
            replaced = present.record;
            next = first;
            return null;
        }
        if (present.version.equals(madeFrom) || (madeFrom.equals(RecordVersion.ABSENT) && present.isVacant())) {
            next = first;
            return null;
        }
        if (present.isVacant() && !create) {
            return Written.GONE;
        }
        if (present.unreadable != null) {
            // Another node's session perhaps, which has the key: only a new sign-in replaces it.
            throw present.unreadable;
        }
        SessionRecord record = present.record;
        SessionRecord changed = record == null ? first : change.apply(record);
        if (changed == record) {
            return Written.SUPERSEDED;
        }
        next = changed;
        return null;
    }
}
