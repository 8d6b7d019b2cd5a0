package dev.latchkey.auth.jose;

import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.token.Scopes;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What a JWT access token says to the resource server that it is for (RFC 9068 §2.2), validated. Immutable. */
public final class ValidatedAccessToken {

    private final IdTokenClaims claims;
    private final Scopes scopes;
    private final Instant expiresAt;

    ValidatedAccessToken(IdTokenClaims claims, Scopes scopes, Instant expiresAt) {
        this.claims = claims;
        this.scopes = scopes;
        this.expiresAt = expiresAt;
    }

    /**
     * Tells who issued the token.
     *
     * @return {@code iss}
     */
    public String issuer() {
        return claims.issuer();
    }

    /**
     * Tells on whose behalf it is used: the user's, or the client's own.
     *
     * @return {@code sub}; empty if the server left it out and that was allowed
     */
    public String subject() {
        return claims.subject();
    }

    /**
     * Tells which client it was issued to.
     *
     * @return {@code client_id}, or nothing if the server left it out and that was allowed
     */
    public Optional<String> clientId() {
        return claims.text("client_id");
    }

    /**
     * Tells what it permits.
     *
     * @return {@code scope}; empty if there is none
     */
    public Scopes scopes() {
        return scopes;
    }

    /**
     * Tells until when it may be used.
     *
     * @return {@code exp}
     */
    public Instant expiresAt() {
        return expiresAt;
    }

    /**
     * Tells the key that its user must prove to hold (RFC 9449 §6.1).
     *
     * @return the SHA-256 thumbprint of a public key, or nothing if the token is bound to none
     */
    public Optional<String> keyThumbprint() {
        return AccessTokens.confirmation(claims, "jkt");
    }

    /**
     * Tells the certificate that its user must have authenticated the TLS connection with (RFC 8705 §3.1).
     *
     * @return the SHA-256 thumbprint of a certificate, or nothing if the token is bound to none
     */
    public Optional<String> certificateThumbprint() {
        return AccessTokens.confirmation(claims, "x5t#S256");
    }

    /**
     * Gives all claims.
     *
     * @return an unmodifiable map
     */
    public Map<String, Object> asMap() {
        return claims.asMap();
    }

    @Override
    public String toString() {
        return "ValidatedAccessToken[" + issuer() + ", " + subject() + ", " + scopes + "]";
    }
}
