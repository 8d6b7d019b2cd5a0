package dev.latchkey.auth;

import dev.latchkey.auth.authorize.LogoutRequest;
import dev.latchkey.auth.authorize.PendingLogout;
import dev.latchkey.auth.authorize.State;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.LogoutRequests;
import java.net.URI;

/** Says where the browser goes to end its session at the server (OpenID Connect RP-Initiated Logout §2). */
final class EndSessionEndpoint {

    private static final String NAME = "end_session_endpoint";

    private final Settings settings;

    EndSessionEndpoint(Settings settings) {
        this.settings = settings;
    }

    URI uri(LogoutRequest request, AuthorizationServerMetadata server) {
        URI endpoint = server.endSessionEndpoint().orElseThrow(() -> ServerDirectory.missing(NAME, server));
        settings.backChannel.requireHttps(endpoint, NAME);
        return LogoutRequests.uri(endpoint, request, settings.clientId.value());
    }

    /** With a fresh state if the browser is to come back and the request has none. */
    PendingLogout begin(LogoutRequest request, AuthorizationServerMetadata server) {
        State state = request.state().orElse(null);
        if (state != null || request.postLogoutRedirectUri().isEmpty()) {
            return PendingLogout.of(uri(request, server), state);
        }
        State fresh = State.of(settings.randomText());
        return PendingLogout.of(uri(request.withState(fresh), server), fresh);
    }
}
