package dev.latchkey.platform.token;

import java.time.Instant;

/** An access token and its end. Immutable. */
public final class IssuedToken {
    private final String value;
    private final Instant expiresAt;

    IssuedToken(String value, Instant expiresAt) {
        this.value = value;
        this.expiresAt = expiresAt;
    }

    /**
     * The token.
     *
     * @return its text
     */
    public String reveal() {
        return value;
    }

    /**
     * When it ends.
     *
     * @return the instant
     */
    public Instant expiresAt() {
        return expiresAt;
    }

    @Override
    public String toString() {
        return "IssuedToken[redacted]";
    }
}
