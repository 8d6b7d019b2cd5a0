package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Revocations;
import dev.latchkey.auth.session.SessionRecord;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Ends sessions at their server that the store does not have any more, each with its own key and nonce. */
final class SessionEndings {

    private final Settings settings;
    private final RevocationEndpoint endpoint;
    private final Bindings bindings;

    SessionEndings(Settings settings, RevocationEndpoint endpoint, Bindings bindings) {
        this.settings = settings;
        this.endpoint = endpoint;
        this.bindings = bindings;
    }

    /**
     * Revokes the refresh token, or what can be revoked where there is none. Runs on a flight.
     *
     * @param session what the store had
     * @param account whose session it was
     * @param server the server that it came from
     * @return the worst that came of it
     * @throws OAuthException if the session's key cannot be had, so that nothing was sent
     */
    Revocation end(SessionRecord session, Account account, AuthorizationServerMetadata server) {
        TokenBinding binding = bindings.restore(session.binding().orElse(null));
        if (binding != null) {
            session.serverNonce().ifPresent(nonce -> endpoint.keptNonce(server, binding, nonce));
        }
        RefreshToken refreshToken = session.refreshToken().orElse(null);
        if (refreshToken == null) {
            return revokeAll(session, Revocation.NOTHING, account, binding);
        }
        Revocation whole = endpoint.revoke(Revocations.parameters(refreshToken), account, binding);
        // Of a server that revokes no refresh tokens, what it granted for this one can still be had back.
        return isRefused(whole) ? revokeAll(session, whole, account, binding) : whole;
    }

    /** Revokes the access tokens that are still valid, and tells the worst that came of it. */
    private Revocation revokeAll(
            SessionRecord session, Revocation before, Account account, @Nullable TokenBinding binding) {
        Instant now = settings.clock.instant();
        Revocation worst = before;
        for (AccessToken token : session.accessTokens()) {
            if (token.expiresAt().map(now::isBefore).orElse(true)) {
                Revocation each = endpoint.revoke(Revocations.parameters(token), account, binding);
                worst = each.outcome().compareTo(worst.outcome()) > 0 ? each : worst;
            }
        }
        return worst;
    }

    // What concerns the client or the moment, and not this one token, would be said of every token.
    private static boolean isRefused(Revocation revocation) {
        int status = revocation
                .failure()
                .flatMap(OAuthException::error)
                .map(ServerError::status)
                .orElse(0);
        return status >= 400 && status < 500 && status != 401 && status != 408 && status != 429;
    }
}
