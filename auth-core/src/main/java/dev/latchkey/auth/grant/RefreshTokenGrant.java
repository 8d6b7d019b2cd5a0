package dev.latchkey.auth.grant;

import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import java.util.Objects;

/**
 * A refresh token (RFC 6749 §6).
 *
 * <p>Sent by hand, the answer's refresh token must replace this one at once: many servers revoke everything when an old
 * one comes back. A session does that by itself. Immutable.
 */
public final class RefreshTokenGrant implements Grant {

    private final RefreshToken refreshToken;
    private final Scopes scopes;

    private RefreshTokenGrant(RefreshToken refreshToken, Scopes scopes) {
        this.refreshToken = Objects.requireNonNull(refreshToken, "refreshToken");
        this.scopes = Objects.requireNonNull(scopes, "scopes");
    }

    /**
     * Asks for what was granted before.
     *
     * @param refreshToken the token
     * @return the grant
     */
    public static RefreshTokenGrant of(RefreshToken refreshToken) {
        return of(refreshToken, Scopes.NONE);
    }

    /**
     * Asks for some of what was granted before.
     *
     * @param refreshToken the token
     * @param scopes the scopes; none asks for all
     * @return the grant
     */
    public static RefreshTokenGrant of(RefreshToken refreshToken, Scopes scopes) {
        return new RefreshTokenGrant(refreshToken, scopes);
    }

    @Override
    public String grantType() {
        return "refresh_token";
    }

    @Override
    public Parameters parameters() {
        Parameters parameters = Parameters.of("refresh_token", refreshToken.reveal());
        return scopes.isEmpty() ? parameters : parameters.with("scope", scopes.toString());
    }

    @Override
    public String toString() {
        return "RefreshTokenGrant[" + refreshToken + (scopes.isEmpty() ? "" : ", " + scopes) + "]";
    }
}
