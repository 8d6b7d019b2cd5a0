package dev.latchkey.auth.session;

import dev.latchkey.auth.spi.StoreKey;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes on the changes of which a store tells, without those that its own user made.
 *
 * <p>A store names the record and not the writer, and may tell during the write or a while after it. So events are counted:
 * each write that was done has one event of its own, and that many are left out. If somebody else's comes first it is left
 * out in the place of one's own, which then comes second and is passed on: whoever is told looks at the store anyway. An
 * event of a write that was not done can only be somebody else's. Safe for use by any number of threads.
 */
final class OwnChanges {

    // A store that lost its connection never tells; what somebody else changes later must not be taken for one's own.
    private static final long PATIENCE = Duration.ofSeconds(5).toNanos();
    private static final int MANY = 1_000;

    private final Consumer<StoreKey> listener;
    private final LongSupplier ticker;
    private final ConcurrentMap<StoreKey, Owed> owed = new ConcurrentHashMap<>();

    OwnChanges(Consumer<StoreKey> listener, LongSupplier ticker) {
        this.listener = listener;
        this.ticker = ticker;
    }

    /** Says that a record is about to be written or removed. */
    void begin(StoreKey key) {
        long now = ticker.getAsLong();
        owed.compute(key, (same, before) -> new Owed(count(before, now) + 1, now));
        if (owed.size() > MANY) {
            owed.values().removeIf(each -> count(each, now) == 0);
        }
    }

    /** Says whether it was. If that is unknown, rather one event too many is passed on. */
    void end(StoreKey key, boolean done) {
        long now = ticker.getAsLong();
        AtomicBoolean theirs = new AtomicBoolean();
        owed.compute(key, (same, before) -> {
            int count = count(before, now);
            theirs.set(!done && count == 0);
            return Owed.of(done ? count : count - 1, now);
        });
        if (theirs.get()) {
            listener.accept(key);
        }
    }

    /** The store tells of a change. */
    void told(StoreKey key) {
        long now = ticker.getAsLong();
        AtomicBoolean own = new AtomicBoolean();
        owed.computeIfPresent(key, (same, before) -> {
            int count = count(before, now);
            own.set(count > 0);
            return Owed.of(count - 1, before.since);
        });
        if (!own.get()) {
            listener.accept(key);
        }
    }

    private static int count(@Nullable Owed owed, long now) {
        return owed == null || now - owed.since > PATIENCE ? 0 : owed.count;
    }

    /** How many events are still to come, and since when. */
    private static final class Owed {

        private final int count;
        private final long since;

        Owed(int count, long since) {
            this.count = count;
            this.since = since;
        }

        static @Nullable Owed of(int count, long since) {
            return count <= 0 ? null : new Owed(count, since);
        }
    }
}
