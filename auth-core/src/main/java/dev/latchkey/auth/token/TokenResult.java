package dev.latchkey.auth.token;

import java.util.Objects;

/** A token, and where it came from. Immutable; it prints no token. */
public final class TokenResult {

    private final AccessToken token;
    private final Origin origin;
    private final boolean saved;

    private TokenResult(AccessToken token, Origin origin, boolean saved) {
        this.token = Objects.requireNonNull(token, "token");
        this.origin = Objects.requireNonNull(origin, "origin");
        this.saved = saved;
    }

    /** Where a token came from. */
    public enum Origin {
        /** It was at hand. */
        MEMORY,
        /** It was in the store, where another node may have put it. */
        STORE,
        /** The server issued it just now. */
        SERVER
    }

    /**
     * Makes a result.
     *
     * @param token the token
     * @param origin where it came from
     * @param saved whether the session that it belongs to is in the store
     * @return the result
     */
    public static TokenResult of(AccessToken token, Origin origin, boolean saved) {
        return new TokenResult(token, origin, saved);
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
     * Tells where it came from.
     *
     * @return the origin
     */
    public Origin origin() {
        return origin;
    }

    /**
     * Tells whether the store has the session that the token belongs to.
     *
     * @return false if the store failed after the server had granted the token: the session is held in memory, and writing
     *     it is tried again; if the process ends before, a rotated refresh token is lost
     */
    public boolean isSaved() {
        return saved;
    }

    @Override
    public String toString() {
        return "TokenResult[" + token + ", " + origin + (saved ? "" : ", not saved") + "]";
    }
}
