package dev.latchkey.auth.authorize;

import dev.latchkey.auth.token.Secret;
import java.util.Objects;

/**
 * Everything that completing an authorization needs, as a text that the application carries itself. Never printed.
 *
 * <p>The text holds the code verifier and is a secret. Keep it where only the browser that began the flow gets at it, on
 * the server, or encrypted and authenticated: whoever can alter it decides what is checked. What is lost against a {@link PendingAuthorization}: nobody notices when the same callback
 * is completed twice (the server must refuse the second use of the code), and nobody but the application ties the
 * callback to the browser.
 */
public final class AuthorizationTransaction extends Secret {

    private AuthorizationTransaction(String text) {
        super(text);
    }

    /**
     * Takes up a transaction again.
     *
     * @param text what {@link #reveal()} gave
     * @return the transaction; whether the text is one is found out when it is completed
     */
    public static AuthorizationTransaction restore(String text) {
        Objects.requireNonNull(text, "text");
        return new AuthorizationTransaction(text);
    }
}
