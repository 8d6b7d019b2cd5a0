package dev.latchkey.auth.protocol;

import dev.latchkey.auth.authorize.LogoutRequest;
import dev.latchkey.auth.authorize.State;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.token.IdToken;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Encodes logout requests (OpenID Connect RP-Initiated Logout §2). */
public final class LogoutRequests {

    private LogoutRequests() {}

    /**
     * Gives where the browser goes.
     *
     * @param endpoint the end session endpoint
     * @param request what the application asks for
     * @param clientId the client
     * @return the address
     */
    public static URI uri(URI endpoint, LogoutRequest request, String clientId) {
        Parameters parameters = with(
                Parameters.NONE,
                "id_token_hint",
                request.idTokenHint().map(IdToken::reveal).orElse(null));
        parameters = with(parameters, "logout_hint", request.logoutHint().orElse(null));
        parameters = parameters.with("client_id", clientId);
        parameters = with(
                parameters,
                "post_logout_redirect_uri",
                request.postLogoutRedirectUri().map(URI::toString).orElse(null));
        parameters =
                with(parameters, "state", request.state().map(State::reveal).orElse(null));
        String separator = endpoint.getRawQuery() == null ? "?" : "&";
        return URI.create(endpoint + separator + Forms.encode(parameters));
    }

    private static Parameters with(Parameters parameters, String name, @Nullable String value) {
        return value == null ? parameters : parameters.with(name, value);
    }
}
