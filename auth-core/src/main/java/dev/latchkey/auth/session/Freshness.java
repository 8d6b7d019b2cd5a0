package dev.latchkey.auth.session;

import java.time.Duration;
import java.time.Instant;

/**
 * Says how long a token is fresh, and how long it is worth handing out. Pure and immutable.
 *
 * <p>A token is fresh until the margin before its expiry, or until half its life has passed if the margin is longer than
 * that, or until the server wants it replaced. Each node adds its own random part of a quarter of the margin, so that not
 * all of them come at the same instant. Just before its expiry, where a request could arrive too late, it counts as
 * expired.
 */
public final class Freshness {

    private static final long MAX_GUARD_MILLIS = 10_000;

    private final long marginMillis;
    private final double jitter;

    /**
     * Sets the margin.
     *
     * @param margin how long before its expiry a token is to be replaced
     * @param jitter this node's own number, from 0 to 1
     */
    public Freshness(Duration margin, double jitter) {
        this.marginMillis = margin.toMillis();
        this.jitter = jitter;
    }

    /**
     * Looks at a token.
     *
     * @param stored the token
     * @param assumedLifetime how long one lives that does not say
     * @param nowMillis the instant
     * @return its three ends
     */
    public Ends of(StoredToken stored, Duration assumedLifetime, long nowMillis) {
        long issuedAt = stored.issuedAt().map(Instant::toEpochMilli).orElse(nowMillis);
        // Issued by a node whose clock is ahead of this one's: its life begins now, and not later.
        long ahead = Math.max(0, issuedAt - nowMillis);
        issuedAt -= ahead;
        long validUntil = stored.token()
                .expiresAt()
                .map(instant -> instant.toEpochMilli() - ahead)
                .orElse(saturatedSum(issuedAt, assumedLifetime.toMillis()));
        // Of a token whose beginning nobody wrote down, the margin alone is known.
        long margin = stored.issuedAt().isPresent()
                ? Math.min(marginMillis, Math.max(0, validUntil - issuedAt) / 2)
                : marginMillis;
        long edge = validUntil - margin;
        if (stored.refreshAt().isPresent()) {
            edge = Math.min(edge, stored.refreshAt().get().toEpochMilli() - ahead);
        }
        long freshUntil = edge + (long) (jitter * margin / 4);
        long guard = Math.min(MAX_GUARD_MILLIS, margin / 4);
        return new Ends(freshUntil, validUntil - guard, validUntil);
    }

    private static long saturatedSum(long a, long b) {
        long sum = a + b;
        return sum < a ? Long.MAX_VALUE : sum;
    }

    /** The ends of a token's usefulness, in milliseconds since the epoch. Immutable. */
    public static final class Ends {

        final long freshUntil;
        final long usableUntil;
        final long validUntil;

        Ends(long freshUntil, long usableUntil, long validUntil) {
            this.freshUntil = freshUntil;
            this.usableUntil = usableUntil;
            this.validUntil = validUntil;
        }

        /**
         * Tells whether nothing better need be asked for.
         *
         * @param nowMillis the instant
         * @return true until the margin
         */
        public boolean isFresh(long nowMillis) {
            return nowMillis < freshUntil;
        }

        /**
         * Tells whether the server would still accept the token.
         *
         * @param nowMillis the instant
         * @return true until the expiry
         */
        public boolean isValid(long nowMillis) {
            return nowMillis < validUntil;
        }
    }
}
