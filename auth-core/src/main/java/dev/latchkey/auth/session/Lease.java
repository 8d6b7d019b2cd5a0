package dev.latchkey.auth.session;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * The mark of whoever is redeeming a session's refresh token, written into the record just before the token is sent.
 *
 * <p>While it is there nobody else redeems the token. It names no instant, since nodes do not share a clock: another node
 * breaks it only after it has seen the same version of the record, unchanged, for the lease's duration on its own
 * monotonic clock. What it then finds is an attempt of which nobody knows how it ended. Immutable.
 */
public final class Lease {

    private final String owner;
    private final Duration duration;
    // Members of a newer release, which must survive a change by this one.
    private final transient Map<String, Object> unknown;

    private Lease(String owner, Duration duration, Map<String, Object> unknown) {
        this.owner = Objects.requireNonNull(owner, "owner");
        this.duration = Objects.requireNonNull(duration, "duration");
        this.unknown = unknown;
    }

    /**
     * Makes a lease.
     *
     * @param owner who holds it: a random name for each attempt, so that whoever wrote it knows it again
     * @param duration how long the attempt may take at the most
     * @return the lease
     */
    public static Lease of(String owner, Duration duration) {
        return new Lease(owner, duration, Map.of());
    }

    static Lease of(String owner, Duration duration, Map<String, Object> unknown) {
        return new Lease(owner, duration, unknown);
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

    Map<String, Object> unknown() {
        return unknown;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Lease
                && owner.equals(((Lease) other).owner)
                && duration.equals(((Lease) other).duration);
    }

    @Override
    public int hashCode() {
        return Objects.hash(owner, duration);
    }

    @Override
    public String toString() {
        return "Lease[" + owner + ", " + duration + "]";
    }
}
