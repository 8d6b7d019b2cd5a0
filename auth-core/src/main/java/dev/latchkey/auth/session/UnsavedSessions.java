package dev.latchkey.auth.session;

import dev.latchkey.auth.spi.RecordVersion;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that the store would not take, by the order in which they came to be: what was made from something older
 * neither replaces nor drops what is newer. Safe for use by any number of threads.
 */
final class UnsavedSessions {

    private final ConcurrentMap<SessionKey, Held> held = new ConcurrentHashMap<>();
    private final AtomicLong order = new AtomicLong();

    /** The place in the order of what is found now. */
    long now() {
        return order.get();
    }

    /** The place in the order of a new sign-in. */
    long next() {
        return order.incrementAndGet();
    }

    @Nullable
    Held find(SessionKey key) {
        return held.get(key);
    }

    /** Gives false if something newer is held. */
    boolean hold(SessionKey key, Held unsaved) {
        return held.merge(key, unsaved, (before, mine) -> before.order > mine.order ? before : mine) == unsaved;
    }

    /** Drops what is held, unless it is newer. */
    void drop(SessionKey key, long upTo) {
        held.computeIfPresent(key, (same, before) -> before.order > upTo ? before : null);
    }

    Set<SessionKey> keys() {
        return held.keySet();
    }

    int size() {
        return held.size();
    }

    /** A record that the store would not take. Immutable. */
    static final class Held {

        final long order;
        // What it was made from. Null if nobody could tell and nothing was sent: then it replaces whatever is there.
        final @Nullable RecordVersion base;
        final SessionRecord record;
        // What a write over the base sent that may have been done after all.
        private final byte @Nullable [] sent;

        Held(long order, @Nullable RecordVersion base, SessionRecord record, byte @Nullable [] sent) {
            this.order = order;
            this.base = base;
            this.record = record;
            this.sent = sent;
        }

        Found found() {
            return Found.held(base, record, order);
        }

        boolean wasWrittenAs(Present present) {
            return present.has(sent);
        }

        /** Tells whether the store still has what it was made from, so that it is the session. */
        boolean replaces(Present present) {
            return base == null
                    || base.equals(present.version)
                    // Somebody's place for a session is as good as none.
                    || (base.equals(RecordVersion.ABSENT) && present.isVacant());
        }
    }
}
