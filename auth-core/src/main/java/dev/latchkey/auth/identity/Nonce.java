package dev.latchkey.auth.identity;

import dev.latchkey.auth.token.Secret;

/** The value that ties an ID token to its authorization request (OpenID Connect Core §3.1.2.1). Immutable; never printed. */
public final class Nonce extends Secret {

    private Nonce(String text) {
        super(text);
    }

    /**
     * Wraps a nonce.
     *
     * @param text the text, not empty and without control characters
     * @return the secret
     * @throws IllegalArgumentException if the text cannot be one; the message does not repeat it
     */
    public static Nonce of(String text) {
        return new Nonce(text);
    }
}
