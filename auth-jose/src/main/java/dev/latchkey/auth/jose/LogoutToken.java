package dev.latchkey.auth.jose;

import dev.latchkey.auth.identity.IdTokenClaims;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The news that a user's session has ended at the server (OpenID Connect Back-Channel Logout §2.4), verified. Without a session
 * identifier it speaks of all sessions of the subject. Immutable.
 */
public final class LogoutToken {

    private final IdTokenClaims claims;
    private final String identifier;
    private final Instant issuedAt;
    private final Instant expiresAt;

    LogoutToken(IdTokenClaims claims, String identifier, Instant issuedAt, Instant expiresAt) {
        this.claims = claims;
        this.identifier = identifier;
        this.issuedAt = issuedAt;
        this.expiresAt = expiresAt;
    }

    /**
     * Tells which server says so.
     *
     * @return {@code iss}
     */
    public String issuer() {
        return claims.issuer();
    }

    /**
     * Tells whose session it was.
     *
     * @return {@code sub}; nothing if the session alone is named
     */
    public Optional<String> subject() {
        return claims.text("sub");
    }

    /**
     * Tells which session it was.
     *
     * @return {@code sid}; nothing if all sessions of the subject have ended
     */
    public Optional<String> sessionId() {
        return claims.text("sid");
    }

    /**
     * Tells the token's own identifier.
     *
     * @return {@code jti}
     */
    public String identifier() {
        return identifier;
    }

    /**
     * Tells when the token was issued.
     *
     * @return {@code iat}
     */
    public Instant issuedAt() {
        return issuedAt;
    }

    /**
     * Tells until when the token is accepted.
     *
     * @return {@code exp}
     */
    public Instant expiresAt() {
        return expiresAt;
    }

    /**
     * Gives all claims, {@code events} among them.
     *
     * @return an unmodifiable map
     */
    public Map<String, Object> asMap() {
        return claims.asMap();
    }

    @Override
    public String toString() {
        return "LogoutToken[" + issuer() + ", " + subject().orElse("one session") + "]";
    }
}
