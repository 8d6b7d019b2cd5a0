package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.token.TokenResponse;

/** Signs in with the user's own password (RFC 6749 §4.3), where nothing better is left. */
final class Passwords {

    private final Settings settings;
    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final SignIns signIns;
    private final Bindings bindings;

    Passwords(
            Settings settings,
            ServerDirectory directory,
            TokenEndpoint tokenEndpoint,
            SignIns signIns,
            Bindings bindings) {
        this.settings = settings;
        this.directory = directory;
        this.tokenEndpoint = tokenEndpoint;
        this.signIns = signIns;
        this.bindings = bindings;
    }

    @SuppressWarnings("deprecation") // Deprecated for whoever calls it, and supported as long as it is there.
    SignIn signIn(PasswordGrant grant, AccountNaming naming) {
        settings.security.checkGrant(grant.grantType());
        signIns.requireNameable(grant.scopes(), naming);
        AuthorizationServerMetadata server = directory.metadata();
        TokenBinding binding = bindings.create(server);
        TokenResponse response = tokenEndpoint.request(server, grant, grant.scopes(), RequestOptions.NONE, binding);
        AskedFor asked = AskedFor.of(grant.scopes(), RequestOptions.NONE);
        return signIns.finish(server, response, asked, naming, binding, checks -> checks.nonce(null));
    }
}
