package dev.latchkey.auth.session;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The mark of whoever is redeeming a session's refresh token, written into the record just before the token is sent.
 *
 * <p>While it is there nobody else redeems the token. It names no instant, since nodes do not share a clock: another node
 * breaks it only after it has seen the same version of the record, unchanged, for the lease's duration on its own
 * monotonic clock. What it then finds is an attempt of which nobody knows how it ended. An attempt whose answer was lost
 * leaves its mark behind, without a duration, so that such attempts are counted. Immutable.
 */
public final class Lease {

    /** Longer than any refresh can take, with the longest time-out that a client can have. */
    public static final Duration LONGEST = Duration.ofMinutes(150);

    private final String owner;
    private final Duration duration;
    private final int attempts;
    // Members of a newer release, which must survive a change by this one.
    private final transient Map<String, Object> unknown;

    private Lease(String owner, Duration duration, int attempts, Map<String, Object> unknown) {
        this.owner = Objects.requireNonNull(owner, "owner");
        this.duration = Objects.requireNonNull(duration, "duration");
        this.attempts = attempts;
        this.unknown = unknown;
    }

    /**
     * Makes a lease long enough for one refresh: half a time-out in which the token must have been sent, one for the
     * answer, and one for keys that verify it and for the write.
     *
     * @param owner who holds it: a random name for each attempt, so that whoever wrote it knows it again
     * @param timeout the client's time-out
     * @param attempts how often the refresh token will have been sent then, as far as nobody knows what came of it
     * @return the lease
     */
    public static Lease ofRefresh(String owner, Duration timeout, int attempts) {
        return new Lease(owner, timeout.multipliedBy(2).plus(timeout.dividedBy(2)), attempts, Map.of());
    }

    /**
     * Makes a lease.
     *
     * @param owner who holds it: a random name for each attempt, so that whoever wrote it knows it again
     * @param duration how long the attempt may take at the most
     * @return the lease
     */
    public static Lease of(String owner, Duration duration) {
        return new Lease(owner, duration, 1, Map.of());
    }

    static Lease read(String owner, Duration duration, int attempts, Map<String, Object> unknown) {
        return new Lease(owner, duration, attempts, unknown);
    }

    /**
     * The mark that an attempt leaves which has ended, and of which nobody knows what the server made of it.
     *
     * @return a mark that nobody need wait for
     */
    public Lease ended() {
        return new Lease(owner, Duration.ZERO, attempts, unknown);
    }

    /**
     * The mark as it was before this attempt, of which it is known that the server did nothing.
     *
     * @return the mark of the attempts before, or null if there were none
     */
    public @Nullable Lease undone() {
        return attempts > 1 ? new Lease(owner, Duration.ZERO, attempts - 1, unknown) : null;
    }

    /**
     * Tells who holds it.
     *
     * @return the attempt's random name
     */
    public String owner() {
        return owner;
    }

    /**
     * Tells how long others leave it alone.
     *
     * @return the duration for which the record must be seen unchanged
     */
    public Duration duration() {
        return duration;
    }

    /**
     * Tells whether somebody may be at it.
     *
     * @return false for a mark that an attempt left which has ended
     */
    public boolean isUnderWay() {
        return !duration.isZero();
    }

    /**
     * Tells how often the refresh token was sent, or may have been, without anybody knowing what came of it.
     *
     * @return one or more, the attempt that this marks included
     */
    public int attempts() {
        return attempts;
    }

    Map<String, Object> unknown() {
        return unknown;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Lease
                && owner.equals(((Lease) other).owner)
                && duration.equals(((Lease) other).duration)
                && attempts == ((Lease) other).attempts;
    }

    @Override
    public int hashCode() {
        return Objects.hash(owner, duration, attempts);
    }

    @Override
    public String toString() {
        return "Lease[" + owner + ", " + duration + ", " + attempts + "]";
    }
}
