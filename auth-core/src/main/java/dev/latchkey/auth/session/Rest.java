package dev.latchkey.auth.session;

import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.TemporaryFailureException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure that callers are told again for a while, in place of asking again: a server in trouble, or one that wants to be
 * left alone, hears of it once and not from each of them. Immutable.
 */
final class Rest {

    private static final long FIRST_MILLIS = 1_000;
    private static final long LAST_MILLIS = 15_000;
    // A server that asks for more is asked again after this all the same, lest a slip of its clock end a session.
    private static final long LONGEST_MILLIS = 3_600_000;

    private final @Nullable AskedFor asked;
    private final OAuthException reason;
    private final boolean demanded;
    private final long from;
    private final long until;
    private final int failures;

    private Rest(
            @Nullable AskedFor asked, OAuthException reason, boolean demanded, long from, long until, int failures) {
        this.asked = asked;
        this.reason = reason;
        this.demanded = demanded;
        this.from = from;
        this.until = until;
        this.failures = failures;
    }

    /** As long as somebody said: the server, or whoever knows that it would say the same again. */
    static Rest demanded(@Nullable AskedFor asked, OAuthException reason, long nowMillis, Duration duration) {
        long millis = duration.toSeconds() >= LONGEST_MILLIS / 1_000 ? LONGEST_MILLIS : duration.toMillis();
        return new Rest(asked, reason, true, nowMillis, nowMillis + millis, 1);
    }

    /** Not at all after a first failure, which may have been a mishap; then a short while, and longer with each further one. */
    static Rest after(@Nullable Rest before, AskedFor asked, OAuthException reason, long nowMillis) {
        boolean again = before != null && nowMillis >= before.from && nowMillis < before.until + 4 * LAST_MILLIS;
        int failures = again && before != null ? Math.min(before.failures + 1, 30) : 1;
        long millis = failures == 1 ? 0 : Math.min(LAST_MILLIS, FIRST_MILLIS << (failures - 2));
        return new Rest(asked, reason, false, nowMillis, nowMillis + millis, failures);
    }

    boolean isFor(AskedFor other) {
        return asked != null && asked.equals(other);
    }

    boolean isSameAs(Rest other) {
        return Objects.equals(asked, other.asked);
    }

    boolean isForAll() {
        return asked == null;
    }

    boolean isDemanded() {
        return demanded;
    }

    OAuthException reason() {
        return reason;
    }

    /** What the server said about waiting, with the time that is left of it; null if that is over. */
    @Nullable
    OAuthException remaining(long nowMillis) {
        ServerError error = reason.error().orElse(null);
        if (error == null || !lastsAt(nowMillis)) {
            return null;
        }
        Duration left = Duration.ofMillis(until - nowMillis);
        return new TemporaryFailureException(
                "The server wants to be left alone for " + (left.toSeconds() + 1) + " s more (" + error
                        + "); nothing was sent",
                true,
                error.withRetryAfter(left),
                reason);
    }

    /** Not before it began either: then the clock has been set back. */
    boolean lastsAt(long nowMillis) {
        return nowMillis >= from && nowMillis < until;
    }

    boolean outlasts(Rest other) {
        return until >= other.until && from <= other.from && (demanded || !other.demanded);
    }

    /** Whether it says nothing any more, not even how often it failed. */
    boolean isForgotten(long nowMillis) {
        return nowMillis < from || nowMillis >= until + 4 * LAST_MILLIS;
    }
}
