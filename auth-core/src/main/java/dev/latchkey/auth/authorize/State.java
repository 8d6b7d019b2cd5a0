package dev.latchkey.auth.authorize;

import dev.latchkey.auth.token.Secret;

/** The value that ties a callback to its authorization request (RFC 6749 §4.1.1). Immutable; never printed. */
public final class State extends Secret {

    private State(String text) {
        super(text);
    }

    /**
     * Wraps a state.
     *
     * @param text the text, not empty and without control characters
     * @return the secret
     * @throws IllegalArgumentException if the text cannot be one; the message does not repeat it
     */
    public static State of(String text) {
        return new State(text);
    }
}
