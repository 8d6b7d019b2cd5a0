package dev.latchkey.auth.session;

import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenProof;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A token at hand: what it was asked for, its ends, and until when nobody need look at the store. Immutable; it prints no
 * token.
 */
public final class HeldToken {

    private final AskedFor asked;
    private final AccessToken token;
    private final Freshness.Ends ends;
    private final boolean saved;
    // Nothing need be done from the one instant to the other; before the first the clock has been set back.
    private final long quietFrom;
    private final long quietUntil;
    private final Doubt doubt;
    // Transient for reflective JSON writers, which leave such fields out: it may hold a private key.
    private final transient @Nullable TokenProof proof;

    private HeldToken(
            AskedFor asked,
            AccessToken token,
            Freshness.Ends ends,
            boolean saved,
            long quietFrom,
            long quietUntil,
            Doubt doubt,
            @Nullable TokenProof proof) {
        this.asked = asked;
        this.token = token;
        this.ends = ends;
        this.saved = saved;
        this.quietFrom = quietFrom;
        this.quietUntil = quietUntil;
        this.doubt = doubt;
        this.proof = proof;
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
        long quietUntil = Math.min(ends.freshUntil, nowMillis + Freshness.millis(unwatched));
        return new HeldToken(asked, token, ends, saved, nowMillis, quietUntil, Doubt.NONE, null);
    }

    /**
     * Says what the token is bound to.
     *
     * @param key proves possession of the key, or null for a bearer token
     * @return the token at hand
     */
    public HeldToken boundTo(@Nullable TokenProof key) {
        return key == null ? this : new HeldToken(asked, token, ends, saved, quietFrom, quietUntil, doubt, key);
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
        return ends;
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
                && nowMillis < ends.usableUntil
                && ends.remainingMillis(nowMillis) >= Freshness.millis(minimumValidity);
    }

    /**
     * Tells whether the token is better than none.
     *
     * @param nowMillis the instant
     * @return true for a token that has neither expired nor been refused
     */
    public boolean isValid(long nowMillis) {
        return doubt != Doubt.REJECTED && ends.isValid(nowMillis);
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
        return !ends.isValid(nowMillis);
    }

    HeldToken quietFor(long nowMillis, Duration rest) {
        long until = Math.min(nowMillis + Freshness.millis(rest), ends.validUntil);
        return doubt == Doubt.REJECTED || until <= quietUntil
                ? this
                : new HeldToken(asked, token, ends, saved, nowMillis, until, Doubt.NONE, proof);
    }

    HeldToken changed() {
        return doubt == Doubt.REJECTED ? this : new HeldToken(asked, token, ends, saved, 0, 0, Doubt.CHANGED, proof);
    }

    HeldToken trusted(long nowMillis, Duration unwatched) {
        long until = Math.min(ends.freshUntil, nowMillis + unwatched.toMillis());
        return doubt != Doubt.CHANGED
                ? this
                : new HeldToken(asked, token, ends, saved, nowMillis, until, Doubt.NONE, proof);
    }

    HeldToken rejected() {
        return new HeldToken(asked, token, ends, saved, 0, 0, Doubt.REJECTED, proof);
    }

    @Override
    public String toString() {
        return "HeldToken[" + asked + ", " + doubt + "]";
    }
}
