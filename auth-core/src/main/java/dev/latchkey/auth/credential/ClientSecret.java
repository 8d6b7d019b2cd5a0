package dev.latchkey.auth.credential;

import dev.latchkey.auth.token.Secret;

/** A client's password (RFC 6749 §2.3.1). Immutable; never printed. */
public final class ClientSecret extends Secret {

    private ClientSecret(String text) {
        super(text);
    }

    /**
     * Wraps a client secret.
     *
     * @param text the text, not empty and without control characters
     * @return the secret
     * @throws IllegalArgumentException if the text cannot be one; the message does not repeat it
     */
    public static ClientSecret of(String text) {
        return new ClientSecret(text);
    }
}
