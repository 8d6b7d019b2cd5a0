package dev.latchkey.auth.grant;

import dev.latchkey.auth.token.Secret;

/** A resource owner's password, of the discouraged grant (RFC 6749 §4.3). Immutable; never printed. */
public final class Password extends Secret {

    private Password(String text) {
        super(text);
    }

    /**
     * Wraps a password.
     *
     * @param text the text, not empty and without control characters
     * @return the secret
     * @throws IllegalArgumentException if the text cannot be one; the message does not repeat it
     */
    public static Password of(String text) {
        return new Password(text);
    }
}
