package dev.latchkey.auth.grant;

import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.IdToken;
import dev.latchkey.auth.token.RefreshToken;
import java.util.Objects;

/** A token that stands for somebody in a token exchange, and what kind it is (RFC 8693 §2.1). Immutable; never printed. */
public final class SecurityToken {

    // Transient for reflective JSON writers, which leave such fields out.
    private final transient String text;
    private final TokenTypeIdentifier type;

    private SecurityToken(String text, TokenTypeIdentifier type) {
        this.text = Objects.requireNonNull(text, "text");
        this.type = Objects.requireNonNull(type, "type");
        if (text.isEmpty()) {
            throw new IllegalArgumentException("SecurityToken must not be empty");
        }
    }

    /**
     * An access token of the server that is asked.
     *
     * @param token the token
     * @return the security token
     */
    public static SecurityToken of(AccessToken token) {
        return new SecurityToken(Objects.requireNonNull(token, "token").reveal(), TokenTypeIdentifier.ACCESS_TOKEN);
    }

    /**
     * A refresh token of the server that is asked.
     *
     * @param token the token
     * @return the security token
     */
    public static SecurityToken of(RefreshToken token) {
        return new SecurityToken(Objects.requireNonNull(token, "token").reveal(), TokenTypeIdentifier.REFRESH_TOKEN);
    }

    /**
     * An ID token.
     *
     * @param token the token
     * @return the security token
     */
    public static SecurityToken of(IdToken token) {
        return new SecurityToken(Objects.requireNonNull(token, "token").reveal(), TokenTypeIdentifier.ID_TOKEN);
    }

    /**
     * A token of any kind.
     *
     * @param text the token; a SAML assertion is base64url-encoded
     * @param type what it is
     * @return the security token
     * @throws IllegalArgumentException if the text is empty
     */
    public static SecurityToken of(String text, TokenTypeIdentifier type) {
        return new SecurityToken(text, type);
    }

    /**
     * Tells what kind of token it is.
     *
     * @return the identifier
     */
    public TokenTypeIdentifier type() {
        return type;
    }

    /**
     * Gives the token. Whoever calls this is answerable for where it goes.
     *
     * @return the token itself
     */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "SecurityToken[redacted, " + type + "]";
    }
}
