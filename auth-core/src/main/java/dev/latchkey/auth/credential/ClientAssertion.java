package dev.latchkey.auth.credential;

import dev.latchkey.auth.token.Secret;

/** A JWT by which a client authenticates (RFC 7523 §2.2), made by somebody whom the server trusts. Immutable; never printed. */
public final class ClientAssertion extends Secret {

    private ClientAssertion(String text) {
        super(text);
    }

    /**
     * Wraps an assertion.
     *
     * @param text the signed JWT in compact form
     * @return the assertion
     * @throws IllegalArgumentException if the text cannot be one; the message does not repeat it
     */
    public static ClientAssertion of(String text) {
        return new ClientAssertion(text);
    }
}
