package dev.latchkey.auth.token;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one call demands of a token source beyond a valid token. Immutable: each change gives a new object.
 *
 * <pre>{@code
 * TokenResult result = tokens.get(TokenOptions.NONE.minimumValidity(Duration.ofMinutes(10)));
 * }</pre>
 */
public final class TokenOptions {

    /** No demand: the token at hand, or a new one when that has expired. */
    public static final TokenOptions NONE = new TokenOptions(Duration.ZERO, false, null);

    private final Duration minimumValidity;
    private final boolean forcesRefresh;
    private final @Nullable String claims;

    private TokenOptions(Duration minimumValidity, boolean forcesRefresh, @Nullable String claims) {
        this.minimumValidity = minimumValidity;
        this.forcesRefresh = forcesRefresh;
        this.claims = claims;
    }

    /**
     * Asks for a token that is valid for some time still. If a new one cannot be had, or lives shorter than that, the best
     * there is is given.
     *
     * @param minimumValidity zero or more
     * @return new options
     * @throws IllegalArgumentException if the duration is negative
     */
    public TokenOptions minimumValidity(Duration minimumValidity) {
        if (minimumValidity.isNegative()) {
            throw new IllegalArgumentException("minimumValidity must not be negative");
        }
        return new TokenOptions(minimumValidity, forcesRefresh, claims);
    }

    /**
     * Asks for a new token, whatever is at hand. Callers of one client who do so at the same time share one request.
     *
     * <p>For a user's session nodes share it too: a token that another node writes after this call has begun to look at the store is
     * given, from the store, and not refreshed once more, unless claims are asked for. It may have been issued a moment before the
     * call. The application's own tokens, and those of grants, each node asks for by itself.
     *
     * <p>For a token that a resource refused, {@link TokenSource#rejected} is the better way: it makes one request for all who were
     * refused.
     *
     * @return new options
     */
    public TokenOptions forceRefresh() {
        return new TokenOptions(minimumValidity, true, claims);
    }

    /**
     * Passes on the claims that a resource or a server demands (OpenID Connect Core §5.5), as in a claims challenge, and
     * thereby asks for a new token. The new token takes the place of the one that lacked them.
     *
     * @param claims a JSON object as text
     * @return new options
     * @throws IllegalArgumentException if the text is empty
     */
    public TokenOptions claims(String claims) {
        if (claims.isEmpty()) {
            throw new IllegalArgumentException("claims must not be empty");
        }
        return new TokenOptions(minimumValidity, forcesRefresh, claims);
    }

    /**
     * Tells for how long the token must be valid.
     *
     * @return the duration, zero if there is no demand
     */
    public Duration minimumValidity() {
        return minimumValidity;
    }

    /**
     * Tells whether the token at hand will not do.
     *
     * @return true if a new one was asked for, as claims do too
     */
    public boolean forcesRefresh() {
        return forcesRefresh || claims != null;
    }

    /**
     * Tells the claims.
     *
     * @return a JSON object as text, or nothing
     */
    public Optional<String> claims() {
        return Optional.ofNullable(claims);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenOptions
                && minimumValidity.equals(((TokenOptions) other).minimumValidity)
                && forcesRefresh == ((TokenOptions) other).forcesRefresh
                && Objects.equals(claims, ((TokenOptions) other).claims);
    }

    @Override
    public int hashCode() {
        return Objects.hash(minimumValidity, forcesRefresh, claims);
    }

    @Override
    public String toString() {
        return "TokenOptions[" + minimumValidity + (forcesRefresh ? ", forced" : "")
                + (claims == null ? "" : ", with claims") + "]";
    }
}
