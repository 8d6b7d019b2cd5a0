package dev.latchkey.auth.token;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An access token with what is known of it: its type, when it expires and what it was granted (RFC 6749 §1.4).
 *
 * <p>Two access tokens are equal when their texts are. Immutable; never printed.
 */
public final class AccessToken extends Secret {

    private final TokenType type;
    private final @Nullable Instant expiresAt;
    private final Scopes scopes;

    private AccessToken(String text, TokenType type, @Nullable Instant expiresAt, Scopes scopes) {
        super(text);
        this.type = Objects.requireNonNull(type, "type");
        this.expiresAt = expiresAt;
        this.scopes = Objects.requireNonNull(scopes, "scopes");
    }

    /**
     * Makes a token.
     *
     * @param text the token itself
     * @param type how it is presented
     * @param expiresAt when it expires, or null if nobody said
     * @param scopes what it was granted
     * @return the token
     */
    public static AccessToken of(String text, TokenType type, @Nullable Instant expiresAt, Scopes scopes) {
        return new AccessToken(text, type, expiresAt, scopes);
    }

    /**
     * Makes a bearer token that came from elsewhere, of which nothing else is known.
     *
     * @param text the token itself
     * @return the token
     */
    public static AccessToken bearer(String text) {
        return new AccessToken(text, TokenType.BEARER, null, Scopes.NONE);
    }

    /**
     * Tells how the token is presented.
     *
     * @return the type
     */
    public TokenType type() {
        return type;
    }

    /**
     * Tells when the token expires, counted from the instant before it was requested.
     *
     * @return the instant, or nothing if the server did not say
     */
    public Optional<Instant> expiresAt() {
        return Optional.ofNullable(expiresAt);
    }

    /**
     * Tells what the token was granted.
     *
     * @return the scopes that the server named, or else those that were asked for (RFC 6749 §5.1)
     */
    public Scopes scopes() {
        return scopes;
    }
}
