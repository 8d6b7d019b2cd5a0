package dev.latchkey.auth.session;

import dev.latchkey.auth.token.AccessToken;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A token at hand: what it was asked for, its ends, and until when nobody need look at the store; and the next one that is
 * at hand of the same session. One object, since each look-up reads it and each session has one. Immutable; it prints no
 * token.
 */
public final class HeldToken {

    private final AskedFor asked;
    private final AccessToken token;
    private final long usableUntil;
    private final long validUntil;
    private final boolean saved;
    // Nothing need be done from the one instant to the other; before the first the clock has been set back.
    private final long quietFrom;
    private final long quietUntil;
    private final Doubt doubt;
    private final @Nullable HeldToken next;

    private HeldToken(
            AskedFor asked,
            AccessToken token,
            long usableUntil,
            long validUntil,
            boolean saved,
            long quietFrom,
            long quietUntil,
            Doubt doubt,
            @Nullable HeldToken next) {
        this.asked = asked;
        this.token = token;
        this.usableUntil = usableUntil;
        this.validUntil = validUntil;
        this.saved = saved;
        this.quietFrom = quietFrom;
        this.quietUntil = quietUntil;
        this.doubt = doubt;
        this.next = next;
    }

    /** Why a token is not handed out as it is. */
    private enum Doubt {
        NONE,
        // Somebody changed the session: the store must be asked first.
        CHANGED,
        // A resource refused it.
        REJECTED
    }

    /**
     * Holds a token.
     *
     * @param asked what it was asked for
     * @param token the token
     * @param ends its ends
     * @param saved whether the store has it
     * @param nowMillis the instant
     * @param unwatched for how long nobody looks whether the store still has the session
     * @return the token at hand
     */
    public static HeldToken of(
            AskedFor asked, AccessToken token, Freshness.Ends ends, boolean saved, long nowMillis, Duration unwatched) {
        long quietUntil = Math.min(ends.freshUntil, nowMillis + unwatched.toMillis());
        return new HeldToken(
                asked, token, ends.usableUntil, ends.validUntil, saved, nowMillis, quietUntil, Doubt.NONE, null);
    }

    AskedFor asked() {
        return asked;
    }

    /**
     * Gives the token.
     *
     * @return the token
     */
    public AccessToken token() {
        return token;
    }

    /**
     * Tells whether the store has it.
     *
     * @return false if a rotated refresh token is held in memory alone
     */
    public boolean isSaved() {
        return saved;
    }

    /**
     * Tells whether the token can be handed out and nothing need be done.
     *
     * @param nowMillis the instant
     * @return true for a fresh token that was looked at not long ago
     */
    public boolean isQuiet(long nowMillis) {
        return nowMillis < quietUntil && nowMillis >= quietFrom;
    }

    /**
     * Tells whether the token can be handed out, although it may have to be replaced.
     *
     * @param nowMillis the instant
     * @param minimumValidity for how long it must be valid
     * @return true for a token that nobody doubts and that does not expire on the way
     */
    public boolean isUsable(long nowMillis, Duration minimumValidity) {
        return doubt == Doubt.NONE && nowMillis < usableUntil && validUntil - nowMillis >= minimumValidity.toMillis();
    }

    /**
     * Tells whether the token is better than none.
     *
     * @param nowMillis the instant
     * @return true for a token that has neither expired nor been refused
     */
    public boolean isValid(long nowMillis) {
        return doubt != Doubt.REJECTED && !isExpired(nowMillis);
    }

    /**
     * Tells whether a resource refused the token.
     *
     * @return true if it must not be handed out again
     */
    public boolean isRejected() {
        return doubt == Doubt.REJECTED;
    }

    /**
     * Tells whether the store must be asked before the token is handed out again.
     *
     * @return true if somebody changed the session
     */
    public boolean isDoubtful() {
        return doubt == Doubt.CHANGED;
    }

    boolean isExpired(long nowMillis) {
        return nowMillis >= validUntil;
    }

    HeldToken quietFor(long nowMillis, Duration rest) {
        long until = Math.min(nowMillis + rest.toMillis(), validUntil);
        return doubt == Doubt.REJECTED || until <= quietUntil ? this : with(nowMillis, until, Doubt.NONE, next);
    }

    HeldToken changed() {
        return doubt == Doubt.REJECTED ? this : with(0, 0, Doubt.CHANGED, next);
    }

    HeldToken rejected() {
        return with(0, 0, Doubt.REJECTED, next);
    }

    @Nullable
    HeldToken next() {
        return next;
    }

    HeldToken before(@Nullable HeldToken others) {
        return others == next ? this : with(quietFrom, quietUntil, doubt, others);
    }

    private HeldToken with(long quietFrom, long quietUntil, Doubt doubt, @Nullable HeldToken next) {
        return new HeldToken(asked, token, usableUntil, validUntil, saved, quietFrom, quietUntil, doubt, next);
    }

    @Override
    public String toString() {
        return "HeldToken[" + asked + ", " + doubt + "]";
    }
}
