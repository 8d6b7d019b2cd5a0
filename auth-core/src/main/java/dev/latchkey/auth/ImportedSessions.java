package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.grant.RefreshTokenGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;

/** Makes a session of a refresh token that somebody else was given. */
final class ImportedSessions {

    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final SignIns signIns;
    private final Bindings bindings;

    ImportedSessions(ServerDirectory directory, TokenEndpoint tokenEndpoint, SignIns signIns, Bindings bindings) {
        this.directory = directory;
        this.tokenEndpoint = tokenEndpoint;
        this.signIns = signIns;
        this.bindings = bindings;
    }

    SignIn redeem(RefreshToken token, Scopes scopes, AccountNaming naming) {
        signIns.requireNameable(scopes, naming);
        AuthorizationServerMetadata server = directory.metadata();
        TokenBinding binding = bindings.create(server);
        TokenResponse granted = tokenEndpoint.request(
                server, RefreshTokenGrant.of(token, scopes), scopes, RequestOptions.NONE, binding);
        // Without a new one the old one stays (RFC 6749 §6).
        TokenResponse response = TokenResponse.of(
                granted.accessToken(),
                granted.refreshToken().orElse(token),
                granted.idToken().orElse(null),
                granted.members());
        // Neither need an ID token come with a refresh, nor is it known which nonce it might repeat (OpenID Connect
        // Core
        // §12.2).
        return signIns.accept(
                server, response, AskedFor.of(scopes, RequestOptions.NONE), naming, binding, checks -> {});
    }
}
