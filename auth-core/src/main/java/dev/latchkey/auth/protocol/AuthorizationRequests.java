package dev.latchkey.auth.protocol;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.Prompt;
import dev.latchkey.auth.authorize.ResponseMode;
import dev.latchkey.auth.authorize.State;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Nonce;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Encodes the authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3). */
public final class AuthorizationRequests {

    private AuthorizationRequests() {}

    /**
     * Gives the request's parameters.
     *
     * @param request what the application asks for
     * @param clientId the client
     * @param state ties the callback to the request
     * @param nonce ties the ID token to the request, or null without one
     * @param codeChallenge the S256 challenge
     * @return the parameters
     */
    public static Parameters parameters(
            AuthorizationRequest request, String clientId, State state, @Nullable Nonce nonce, String codeChallenge) {
        Parameters parameters = Parameters.of("response_type", "code")
                .with("client_id", clientId)
                .with("redirect_uri", request.redirectUri().toString());
        if (!request.scopes().isEmpty()) {
            parameters = parameters.with("scope", request.scopes().toString());
        }
        parameters = parameters.with("state", state.reveal());
        if (nonce != null) {
            parameters = parameters.with("nonce", nonce.reveal());
        }
        parameters = parameters.with("code_challenge", codeChallenge).with("code_challenge_method", "S256");
        parameters = with(
                parameters,
                "response_mode",
                request.responseMode().map(ResponseMode::value).orElse(null));
        parameters =
                with(parameters, "prompt", request.prompt().map(Prompt::value).orElse(null));
        parameters = with(parameters, "login_hint", request.loginHint().orElse(null));
        parameters = with(
                parameters,
                "max_age",
                request.maxAge().map(age -> Long.toString(age.toSeconds())).orElse(null));
        parameters = with(
                parameters, "acr_values", request.acrValues().isEmpty() ? null : String.join(" ", request.acrValues()));
        parameters = with(parameters, "claims", request.claims().orElse(null));
        return parameters.with(request.options().parameters());
    }

    /**
     * Puts the parameters into the endpoint's query, beside those that are there (RFC 6749 §3.1).
     *
     * @param endpoint the authorization endpoint
     * @param parameters the parameters
     * @return where the browser goes
     */
    public static URI uri(URI endpoint, Parameters parameters) {
        String separator = endpoint.getRawQuery() == null ? "?" : "&";
        return URI.create(endpoint + separator + Forms.encode(parameters));
    }

    /**
     * Gives what stands beside a request object: the client (RFC 9101 §5), and through the browser {@code response_type}, which
     * servers from before RFC 9101 want of every request and that RFC lets be there twice; for an OpenID provider {@code scope} too
     * (OpenID Connect Core §6.1).
     *
     * @param all the parameters, all of which are signed
     * @param requestObject the request object
     * @param pushed whether the request goes straight to the server
     * @return the parameters that are sent
     */
    public static Parameters signed(Parameters all, String requestObject, boolean pushed) {
        Parameters outside = Parameters.of("client_id", all.first("client_id").orElseThrow());
        String scope = all.first("scope").orElse("");
        if (!pushed) {
            outside = outside.with("response_type", all.first("response_type").orElseThrow());
            if (Arrays.asList(scope.split(" ", -1)).contains("openid")) {
                outside = outside.with("scope", scope);
            }
        }
        return outside.with("request", requestObject);
    }

    /**
     * Finds the authentication context classes without which the request's {@code claims} member says that the answer is
     * of no use (OpenID Connect Core §5.5.1.1).
     *
     * @param claims the members of {@code claims}
     * @return the classes of which one must be met; empty if none is essential
     */
    public static List<String> essentialAcr(Map<String, ? extends @Nullable Object> claims) {
        Object idToken = claims.get("id_token");
        Object acr = idToken instanceof Map ? ((Map<?, ?>) idToken).get("acr") : null;
        if (!(acr instanceof Map) || !Boolean.TRUE.equals(((Map<?, ?>) acr).get("essential"))) {
            return List.of();
        }
        List<String> values = new ArrayList<>();
        Object one = ((Map<?, ?>) acr).get("value");
        Object several = ((Map<?, ?>) acr).get("values");
        for (Object each : several instanceof List ? (List<?>) several : Arrays.asList(one)) {
            if (each instanceof String) {
                values.add((String) each);
            }
        }
        return values;
    }

    private static Parameters with(Parameters parameters, String name, @Nullable String value) {
        return value == null ? parameters : parameters.with(name, value);
    }
}
