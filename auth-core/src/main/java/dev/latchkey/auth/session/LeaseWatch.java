package dev.latchkey.auth.session;

import java.time.Duration;
import java.util.Random;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches somebody else's lease: it has expired when the same version of the record was seen, unchanged, for the lease's
 * duration on this node's own monotonic clock. Clocks that jump, and clocks that differ, do not matter. Not safe for use by
 * several threads.
 */
public final class LeaseWatch {

    private static final long FIRST_PAUSE = 20;
    private static final long LAST_PAUSE = 400;

    private final LongSupplier ticker;
    private final Random random;
    private @Nullable Found last;
    private long since;
    private int looks;

    /**
     * Begins.
     *
     * @param ticker gives nanoseconds of a clock that nobody sets
     * @param random spreads the looks of many waiters
     */
    public LeaseWatch(LongSupplier ticker, Random random) {
        this.ticker = ticker;
        this.random = random;
    }

    /**
     * Looks at the record once more.
     *
     * @param found what was found just now
     * @param lease the lease that it has
     * @return true if it has been seen unchanged for long enough
     */
    public boolean hasExpired(Found found, Lease lease) {
        long now = ticker.getAsLong();
        Found before = last;
        if (before == null || !before.sameVersionAs(found)) {
            last = found;
            since = now;
            looks = 0;
            return false;
        }
        // A record that is damaged must not keep everybody waiting for ever.
        Duration enough = lease.duration().compareTo(Lease.LONGEST) > 0 ? Lease.LONGEST : lease.duration();
        return now - since >= enough.toNanos();
    }

    /**
     * Tells how long to wait until the next look: short at first, since most refreshes are, then longer.
     *
     * @return the pause
     */
    public Duration pause() {
        long millis = Math.min(LAST_PAUSE, FIRST_PAUSE << Math.min(looks++, 10));
        return Duration.ofMillis(millis / 2 + random.nextInt((int) millis));
    }
}
