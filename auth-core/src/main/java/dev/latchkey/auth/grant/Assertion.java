package dev.latchkey.auth.grant;

import dev.latchkey.auth.token.Secret;

/**
 * What an issuer that the server trusts says of somebody, as an authorization grant (RFC 7521 §4.1). Immutable; never
 * printed.
 */
public final class Assertion extends Secret {

    private Assertion(String text) {
        super(text);
    }

    /**
     * Wraps an assertion.
     *
     * @param text a JWT in compact form, or a SAML assertion that is base64url-encoded
     * @return the secret
     * @throws IllegalArgumentException if the text cannot be one; the message does not repeat it
     */
    public static Assertion of(String text) {
        return new Assertion(text);
    }
}
