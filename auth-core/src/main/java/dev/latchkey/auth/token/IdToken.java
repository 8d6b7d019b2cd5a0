package dev.latchkey.auth.token;

/** An ID token in compact form, not yet verified (OpenID Connect Core §2). Immutable; never printed. */
public final class IdToken extends Secret {

    private IdToken(String text) {
        super(text);
    }

    /**
     * Wraps an ID token.
     *
     * @param text the text, not empty and without control characters
     * @return the secret
     * @throws IllegalArgumentException if the text cannot be one; the message does not repeat it
     */
    public static IdToken of(String text) {
        return new IdToken(text);
    }
}
