package dev.latchkey.auth.token;

/** A refresh token (RFC 6749 §1.5). Immutable; never printed. */
public final class RefreshToken extends Secret {

    private RefreshToken(String text) {
        super(text);
    }

    /**
     * Wraps a refresh token.
     *
     * @param text the text, not empty and without control characters
     * @return the secret
     * @throws IllegalArgumentException if the text cannot be one; the message does not repeat it
     */
    public static RefreshToken of(String text) {
        return new RefreshToken(text);
    }
}
