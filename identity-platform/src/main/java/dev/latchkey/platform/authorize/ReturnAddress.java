package dev.latchkey.platform.authorize;

import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.exchange.Parameters;
import dev.latchkey.platform.exchange.Response;
import dev.latchkey.platform.token.ProtocolException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where and how the answer to an authorization request goes: redirect URI, response mode, state. Immutable. */
final class ReturnAddress {
    private final String redirectUri;
    private final String mode;
    private final String state;
    private final boolean hasState;

    private ReturnAddress(String redirectUri, String mode, Parameters parameters) {
        this.redirectUri = redirectUri;
        this.mode = mode;
        this.state = parameters.get("state");
        this.hasState = parameters.contains("state");
    }

    /** Fails with an error that must not be sent to the redirect URI, because that is what is wrong. */
    static ReturnAddress of(Client client, Parameters parameters) {
        String uri = parameters
                .first("redirect_uri")
                .or(client::onlyRedirectUri)
                .orElseThrow(() -> new ProtocolException("invalid_request", 50011, "The redirect_uri is missing."));
        if (parameters.all("redirect_uri").size() > 1 || !client.allowsRedirectTo(uri)) {
            throw new ProtocolException(
                    "invalid_request", 50011, "The redirect_uri does not match the ones registered for the client.");
        }
        String mode = parameters.first("response_mode").orElse("query");
        if (!mode.equals("query") && !mode.equals("fragment") && !mode.equals("form_post")) {
            throw new ProtocolException("invalid_request", 90023, "Unsupported 'response_mode' value.");
        }
        return new ReturnAddress(uri, mode, parameters);
    }

    String redirectUri() {
        return redirectUri;
    }

    Response send(Map<String, String> answer, String issuer, boolean afterPost, String scriptNonce) {
        Map<String, String> all = new LinkedHashMap<>(answer);
        if (hasState) {
            all.put("state", state);
        }
        if (!issuer.isEmpty()) {
            all.put("iss", issuer);
        }
        if (mode.equals("form_post")) {
            return Pages.formPost(redirectUri, all, scriptNonce);
        }
        String separator = mode.equals("fragment") ? "#" : redirectUri.indexOf('?') < 0 ? "?" : "&";
        // after a form post only 303 keeps the browser from posting the password on (RFC 9700 §4.12)
        return Response.of(afterPost ? 303 : 302)
                .header("Location", redirectUri + separator + Parameters.encode(all))
                .header("Cache-Control", "no-store")
                .header("Referrer-Policy", "no-referrer");
    }
}
