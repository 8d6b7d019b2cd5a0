package dev.latchkey.auth.grant;

import dev.latchkey.auth.token.Scopes;
import java.util.Objects;

/**
 * The user's own name and password (RFC 6749 §4.3). Do not use it but for tests and for servers that offer nothing else.
 *
 * <p>The application sees the password, no second factor and no single sign-on can take part, and users learn to type
 * their password anywhere. Immutable.
 *
 * @deprecated Removed from OAuth 2.1; RFC 9700 §2.4 says that it must not be used. Send the user to the browser instead,
 *     or use the device flow.
 */
@Deprecated
public final class PasswordGrant implements Grant {

    private final String username;
    private final Password password;
    private final Scopes scopes;

    private PasswordGrant(String username, Password password, Scopes scopes) {
        this.username = Objects.requireNonNull(username, "username");
        this.password = Objects.requireNonNull(password, "password");
        this.scopes = Objects.requireNonNull(scopes, "scopes");
        if (username.isEmpty()) {
            throw new IllegalArgumentException("username must not be empty");
        }
    }

    /**
     * Makes the grant.
     *
     * @param username the user's name
     * @param password the user's password
     * @param scopes the scopes; none leaves the choice to the server
     * @return the grant
     */
    public static PasswordGrant of(String username, Password password, Scopes scopes) {
        return new PasswordGrant(username, password, scopes);
    }

    /**
     * Tells what is asked for.
     *
     * @return the scopes
     */
    public Scopes scopes() {
        return scopes;
    }

    @Override
    public String grantType() {
        return "password";
    }

    @Override
    public Parameters parameters() {
        Parameters parameters = Parameters.of("username", username).with("password", password.reveal());
        return scopes.isEmpty() ? parameters : parameters.with("scope", scopes.toString());
    }

    @Override
    public String toString() {
        return "PasswordGrant[" + scopes + "]";
    }
}
