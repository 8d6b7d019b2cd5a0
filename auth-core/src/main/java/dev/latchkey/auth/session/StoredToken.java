package dev.latchkey.auth.session;

import dev.latchkey.auth.token.AccessToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An access token as a session's record keeps it: with the instants that say how long its life was, and when the server
 * wants it replaced. Immutable; it prints no token.
 */
public final class StoredToken {

    /** How long a token is used whose server did not say, if a new one is to be had. */
    public static final Duration ASSUMED_LIFETIME = Duration.ofMinutes(5);

    private final AccessToken token;
    private final @Nullable Instant issuedAt;
    private final @Nullable Instant refreshAt;
    // Members of a newer release, which must survive a change by this one.
    private final transient Map<String, Object> unknown;

    StoredToken(
            AccessToken token, @Nullable Instant issuedAt, @Nullable Instant refreshAt, Map<String, Object> unknown) {
        this.token = Objects.requireNonNull(token, "token");
        this.issuedAt = issuedAt;
        this.refreshAt = refreshAt;
        this.unknown = unknown;
    }

    /**
     * A token that was issued just now.
     *
     * @param token the token
     * @param now the instant
     * @param refreshIn after how long the server wants it replaced ({@code refresh_in}), or null if it did not say
     * @return what a record keeps
     */
    public static StoredToken issued(AccessToken token, Instant now, @Nullable Duration refreshIn) {
        return new StoredToken(token, now, refreshIn == null ? null : now.plus(refreshIn), Map.of());
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
     * Tells when it was issued.
     *
     * @return the instant, or nothing in a record of the first format
     */
    public Optional<Instant> issuedAt() {
        return Optional.ofNullable(issuedAt);
    }

    /**
     * Tells when the server wants it replaced, although it is valid for longer.
     *
     * @return the instant, or nothing if it did not say
     */
    public Optional<Instant> refreshAt() {
        return Optional.ofNullable(refreshAt);
    }

    Map<String, Object> unknown() {
        return unknown;
    }

    @Override
    public String toString() {
        return "StoredToken[" + token + ", issued at " + issuedAt + "]";
    }
}
