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
    // Three thousand years: what is longer than that need not be told apart, and sums do not overflow.
    private static final long MAX_MILLIS = 100_000_000_000_000L;
    // By how much the clocks of two nodes may differ without anybody wondering.
    private static final long CLOCK_SKEW_MILLIS = 60_000;

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
        long issuedAt = stored.issuedAt().map(Freshness::millis).orElse(nowMillis);
        // Issued by a node whose clock is ahead of this one's: its life begins now, and not later.
        long ahead = Math.max(0, issuedAt - nowMillis);
        issuedAt -= ahead;
        long validUntil = stored.token()
                .expiresAt()
                .map(instant -> millis(instant) - ahead)
                .orElse(issuedAt + millis(assumedLifetime));
        // Of a token whose beginning nobody wrote down, the margin alone is known.
        long margin = stored.issuedAt().isPresent()
                ? Math.min(marginMillis, Math.max(0, validUntil - issuedAt) / 2)
                : marginMillis;
        long edge = validUntil - margin;
        if (stored.refreshAt().isPresent()) {
            edge = Math.min(edge, millis(stored.refreshAt().get()) - ahead);
        }
        // A clock was set back, here or there, so that nobody knows how old it is: it will do, and is replaced soon.
        long freshUntil = ahead > CLOCK_SKEW_MILLIS ? nowMillis : edge + (long) (jitter * margin / 4);
        long guard = Math.min(MAX_GUARD_MILLIS, margin / 4);
        return new Ends(freshUntil, validUntil - guard, validUntil);
    }

    static long millis(Duration duration) {
        return duration.toSeconds() > MAX_MILLIS / 1_000 ? MAX_MILLIS : duration.toMillis();
    }

    private static long millis(Instant instant) {
        long seconds = instant.getEpochSecond();
        return Math.abs(seconds) > MAX_MILLIS / 1_000 ? Long.signum(seconds) * MAX_MILLIS : instant.toEpochMilli();
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
         * Sees to it that looking at a token once more, by a clock that was set back meanwhile, does not lengthen its life.
         *
         * @param before the ends of the same token when it was looked at before
         * @return the earlier ones
         */
        public Ends atMost(Ends before) {
            return new Ends(
                    Math.min(freshUntil, before.freshUntil),
                    Math.min(usableUntil, before.usableUntil),
                    Math.min(validUntil, before.validUntil));
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

        /**
         * Tells how long the token is still valid.
         *
         * @param nowMillis the instant
         * @return milliseconds, negative after the expiry
         */
        public long remainingMillis(long nowMillis) {
            return validUntil - nowMillis;
        }
    }
}
