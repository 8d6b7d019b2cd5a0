package dev.latchkey.auth.session;

import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenProof;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A token at hand: what it was asked for, its ends, and until when nobody need look at the store; and the next one that is
 * at hand of the same session. One object, since each look-up reads it and each session has one. Immutable; it prints no
 * token.
 */
public final class HeldToken {

    private final AskedFor asked;
    private final AccessToken token;
    private final long freshUntil;
    private final long usableUntil;
    private final long validUntil;
    private final boolean saved;
    // Nothing need be done from the one instant to the other; before the first the clock has been set back.
    private final long quietFrom;
    private final long quietUntil;
    private final Doubt doubt;
    // Transient for reflective JSON writers, which leave such fields out: it may hold a private key.
    private final transient @Nullable TokenProof proof;
    private final @Nullable HeldToken next;

    private HeldToken(
            AskedFor asked,
            AccessToken token,
            long freshUntil,
            long usableUntil,
            long validUntil,
            boolean saved,
            long quietFrom,
            long quietUntil,
            Doubt doubt,
            @Nullable TokenProof proof,
            @Nullable HeldToken next) {
        this.asked = asked;
        this.token = token;
        this.freshUntil = freshUntil;
        this.usableUntil = usableUntil;
        this.validUntil = validUntil;
        this.saved = saved;
        this.quietFrom = quietFrom;
        this.quietUntil = quietUntil;
        this.doubt = doubt;
        this.proof = proof;
        this.next = next;
    }

    /** Why a token is not handed out as it is. Each change that is told of is a doubt of its own, which copies share. */
    private static final class Doubt {

        static final Doubt NONE = new Doubt("none");
        // A resource refused it.
        static final Doubt REJECTED = new Doubt("rejected");

        private final String name;

        private Doubt(String name) {
            this.name = name;
        }

        /** Somebody changed the session: the store must be asked first. */
        static Doubt changed() {
            return new Doubt("changed");
        }

        @Override
        public String toString() {
            return name;
        }
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
        long quietUntil = Math.min(ends.freshUntil, nowMillis + Freshness.millis(unwatched));
        return new HeldToken(
                asked,
                token,
                ends.freshUntil,
                ends.usableUntil,
                ends.validUntil,
                saved,
                nowMillis,
                quietUntil,
                Doubt.NONE,
                null,
                null);
    }

    /**
     * Says what the token is bound to.
     *
     * @param key proves possession of the key, or null for a bearer token
     * @return the token at hand
     */
    public HeldToken boundTo(@Nullable TokenProof key) {
        return key == null ? this : with(quietFrom, quietUntil, doubt, key, next);
    }

    /**
     * Gives what proves possession of the key that the token is bound to.
     *
     * @return the proof, or null for a bearer token
     */
    public @Nullable TokenProof proof() {
        return proof;
    }

    AskedFor asked() {
        return asked;
    }

    boolean isLike(HeldToken other) {
        return asked.equals(other.asked) && token.equals(other.token);
    }

    /**
     * Tells the token's ends.
     *
     * @return the ends, as they were when the token was put at hand
     */
    public Freshness.Ends ends() {
        return new Freshness.Ends(freshUntil, usableUntil, validUntil);
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
        return doubt == Doubt.NONE
                && nowMillis < usableUntil
                && validUntil - nowMillis >= Freshness.millis(minimumValidity);
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
        return doubt != Doubt.NONE && doubt != Doubt.REJECTED;
    }

    boolean isExpired(long nowMillis) {
        return nowMillis >= validUntil;
    }

    /**
     * Gives what tells this doubt from every later one.
     *
     * @return equal to that of the same token for as long as nothing more has been told of its session
     */
    public Object doubt() {
        return doubt;
    }

    boolean hasDoubtOf(HeldToken other) {
        return doubt.equals(other.doubt);
    }

    HeldToken quietFor(long nowMillis, Duration rest) {
        long until = Math.min(nowMillis + Freshness.millis(rest), validUntil);
        return doubt == Doubt.REJECTED || until <= quietUntil ? this : with(nowMillis, until, Doubt.NONE, proof, next);
    }

    HeldToken changed() {
        return doubt == Doubt.REJECTED ? this : with(0, 0, Doubt.changed(), proof, next);
    }

    HeldToken trusted(long nowMillis, Duration unwatched) {
        long until = Math.min(freshUntil, nowMillis + unwatched.toMillis());
        return isDoubtful() ? with(nowMillis, until, Doubt.NONE, proof, next) : this;
    }

    HeldToken rejected() {
        return with(0, 0, Doubt.REJECTED, proof, next);
    }

    @Nullable
    HeldToken next() {
        return next;
    }

    HeldToken before(@Nullable HeldToken others) {
        return others == next ? this : with(quietFrom, quietUntil, doubt, proof, others);
    }

    /** Changes each of a session's tokens, from this one on. */
    static @Nullable HeldToken each(@Nullable HeldToken first, UnaryOperator<HeldToken> change) {
        return first == null ? null : change.apply(first).before(each(first.next, change));
    }

    /** Leaves out the token for what is asked for and those that have expired. */
    static @Nullable HeldToken others(@Nullable HeldToken first, AskedFor asked, long nowMillis, int atMost) {
        if (first == null || atMost == 0) {
            return null;
        }
        boolean stays = !first.asked.equals(asked) && !first.isExpired(nowMillis);
        HeldToken rest = others(first.next, asked, nowMillis, stays ? atMost - 1 : atMost);
        return stays ? first.before(rest) : rest;
    }

    private HeldToken with(
            long from, long until, Doubt newDoubt, @Nullable TokenProof newProof, @Nullable HeldToken others) {
        return new HeldToken(
                asked, token, freshUntil, usableUntil, validUntil, saved, from, until, newDoubt, newProof, others);
    }

    @Override
    public String toString() {
        return "HeldToken[" + asked + ", " + doubt + "]";
    }
}
