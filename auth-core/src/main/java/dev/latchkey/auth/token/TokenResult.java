package dev.latchkey.auth.token;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A token, and where it came from. Immutable; it prints no token. */
public final class TokenResult {

    private final AccessToken token;
    private final Origin origin;
    private final boolean saved;
    // Transient for reflective JSON writers, which leave such fields out: it may hold a private key.
    private final transient @Nullable TokenProof proof;

    private TokenResult(AccessToken token, Origin origin, boolean saved, @Nullable TokenProof proof) {
        this.token = Objects.requireNonNull(token, "token");
        this.origin = Objects.requireNonNull(origin, "origin");
        this.saved = saved;
        this.proof = proof;
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
        return new TokenResult(token, origin, saved, null);
    }

    /**
     * Makes a result with a token that is bound to a key.
     *
     * @param token the token
     * @param origin where it came from
     * @param saved whether the session that it belongs to is in the store
     * @param proof proves possession of the key, or null for a bearer token
     * @return the result
     */
    public static TokenResult of(AccessToken token, Origin origin, boolean saved, @Nullable TokenProof proof) {
        return new TokenResult(token, origin, saved, proof);
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

    /**
     * Gives what proves possession of the key that the token is bound to, which each request with it needs.
     *
     * @return the proof, or nothing for a bearer token
     */
    public Optional<TokenProof> proof() {
        return Optional.ofNullable(proof);
    }

    @Override
    public String toString() {
        return "TokenResult[" + token + ", " + origin + (saved ? "" : ", not saved") + "]";
    }
}
