package dev.latchkey.auth.token;

import java.util.Locale;
import java.util.Objects;

/**
 * How an access token is presented (RFC 6749 §7.1), compared without regard to case. Immutable; further types are made
 * with {@link #of}.
 */
public final class TokenType {

    /** Whoever holds the token may use it (RFC 6750). */
    public static final TokenType BEARER = new TokenType("Bearer");

    /** The token needs a proof of its key's possession (RFC 9449). */
    public static final TokenType DPOP = new TokenType("DPoP");

    /** What was issued is not an access token (RFC 8693 §2.2.1). */
    public static final TokenType NOT_APPLICABLE = new TokenType("N_A");

    private final String name;

    private TokenType(String name) {
        this.name = name;
    }

    /**
     * Makes a type.
     *
     * @param name its registered name, in any case
     * @return the type
     */
    public static TokenType of(String name) {
        Objects.requireNonNull(name, "name");
        for (TokenType known : new TokenType[] {BEARER, DPOP, NOT_APPLICABLE}) {
            if (known.name.equalsIgnoreCase(name)) {
                return known;
            }
        }
        if (!name.matches("[A-Za-z0-9._-]{1,64}|[A-Za-z][A-Za-z0-9+.:/_-]{0,255}")) {
            throw new IllegalArgumentException("name is not a token type (RFC 6749 appendix A.13)");
        }
        return new TokenType(name);
    }

    /**
     * Tells the name, which is also the authentication scheme that the token is presented under.
     *
     * @return the name as it is registered, if it is known here, or else as it was given
     */
    public String name() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenType && name.equalsIgnoreCase(((TokenType) other).name);
    }

    @Override
    public int hashCode() {
        return name.toLowerCase(Locale.ROOT).hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
