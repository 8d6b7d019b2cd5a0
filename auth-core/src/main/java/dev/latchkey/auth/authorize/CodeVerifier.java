package dev.latchkey.auth.authorize;

import dev.latchkey.auth.token.Secret;
import java.util.Objects;

/**
 * The secret by which the client that redeems a code proves that it began the flow (RFC 7636 §4.1). Immutable; never
 * printed.
 */
public final class CodeVerifier extends Secret {

    private CodeVerifier(String text) {
        super(text);
    }

    /**
     * Wraps a verifier.
     *
     * @param text 43 to 128 unreserved characters
     * @return the verifier
     * @throws IllegalArgumentException if the text cannot be one; the message does not repeat it
     */
    public static CodeVerifier of(String text) {
        Objects.requireNonNull(text, "text");
        if (!text.matches("[A-Za-z0-9._~-]{43,128}")) {
            throw new IllegalArgumentException("A code verifier has 43 to 128 unreserved characters (RFC 7636 §4.1)");
        }
        return new CodeVerifier(text);
    }

    /**
     * Gives what the authorization request carries: the method is S256, and there is no other.
     *
     * @return the code challenge (RFC 7636 §4.2)
     */
    public String challenge() {
        return Hashes.sha256(reveal());
    }
}
