package dev.latchkey.auth.authorize;

import dev.latchkey.auth.token.Secret;

/** An authorization code (RFC 6749 §1.3.1). Immutable; never printed. */
public final class AuthorizationCode extends Secret {

    private AuthorizationCode(String text) {
        super(text);
    }

    /**
     * Wraps an authorization code.
     *
     * @param text the text, not empty and without control characters
     * @return the secret
     * @throws IllegalArgumentException if the text cannot be one; the message does not repeat it
     */
    public static AuthorizationCode of(String text) {
        return new AuthorizationCode(text);
    }
}
