package dev.latchkey.platform.authorize;

import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.GrantType;
import dev.latchkey.platform.exchange.Parameters;
import dev.latchkey.platform.token.Authority;
import dev.latchkey.platform.token.Claims;
import dev.latchkey.platform.token.ProtocolException;
import dev.latchkey.platform.token.Realm;
import dev.latchkey.platform.token.ScopeSet;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An authorization request that was found valid. Immutable. */
final class AuthorizationRequest {
    private static final Set<String> PROMPTS = Set.of("none", "login", "consent", "select_account", "create");

    private final Authority authority;
    private final Client client;
    private final ReturnAddress returnAddress;
    private final ScopeSet scopes;
    private final Set<String> prompts;
    private final @Nullable String challenge;
    private final @Nullable String nonce;
    private final @Nullable Duration maxAge;
    private final String loginHint;
    private final Claims claims;

    private AuthorizationRequest(
            Authority authority, Client client, ReturnAddress returnAddress, Parameters parameters) {
        this.authority = authority;
        this.client = client;
        this.returnAddress = returnAddress;
        if (!parameters.get("response_type").equals("code")) {
            throw new ProtocolException(
                    parameters.contains("response_type") ? "unsupported_response_type" : "invalid_request",
                    700054,
                    "Only response_type=code is supported.");
        }
        if (!client.allows(GrantType.AUTHORIZATION_CODE)) {
            throw new ProtocolException("unauthorized_client", 700011, "The client may not use authorization codes.");
        }
        if (parameters.contains("request") || parameters.contains("request_uri")) {
            String name = parameters.contains("request") ? "request" : "request_uri";
            throw new ProtocolException(
                    name + "_not_supported", 90015, "The parameter '" + name + "' is not supported.");
        }
        this.scopes = ScopeSet.parse(parameters.get("scope")).checkedFor(client);
        this.prompts = prompts(parameters);
        this.challenge = challenge(client, parameters);
        this.nonce = parameters.first("nonce").orElse(null);
        this.maxAge = maxAge(parameters);
        this.loginHint = parameters.get("login_hint");
        this.claims = Claims.parse(parameters.get("claims"));
    }

    /** The client, whose name decides whether an error may be sent anywhere. */
    static Client client(Realm realm, Parameters parameters) {
        return realm.client(parameters.get("client_id"))
                .orElseThrow(() -> new ProtocolException(
                        "unauthorized_client", 700016, "Application with this client_id was not found."));
    }

    static AuthorizationRequest parse(
            Authority authority, Client client, ReturnAddress returnAddress, Parameters parameters) {
        parameters.repeated().ifPresent(name -> {
            throw new ProtocolException("invalid_request", 90015, "The parameter '" + name + "' is repeated.");
        });
        return new AuthorizationRequest(authority, client, returnAddress, parameters);
    }

    private static Set<String> prompts(Parameters parameters) {
        String text = parameters.get("prompt").trim();
        Set<String> prompts = text.isEmpty() ? Set.of() : Set.of(text.split(" +"));
        if (!PROMPTS.containsAll(prompts) || (prompts.contains("none") && prompts.size() > 1)) {
            throw new ProtocolException("invalid_request", 90023, "Unsupported 'prompt' value.");
        }
        return prompts;
    }

    private static @Nullable String challenge(Client client, Parameters parameters) {
        String challenge = parameters.get("code_challenge");
        if (challenge.isEmpty()) {
            if (client.requiresPkce()) {
                throw new ProtocolException("invalid_request", 9002325, "Proof Key for Code Exchange is required.");
            }
            return null;
        }
        // without a method RFC 7636 §4.3 means plain, which is refused
        if (!parameters.get("code_challenge_method").equals("S256")) {
            throw new ProtocolException("invalid_request", 501491, "The code_challenge_method must be S256.");
        }
        if (!challenge.matches("[A-Za-z0-9_-]{43}")) {
            throw new ProtocolException("invalid_request", 501491, "The code_challenge is no base64url SHA-256.");
        }
        return challenge;
    }

    private static @Nullable Duration maxAge(Parameters parameters) {
        Optional<String> text = parameters.first("max_age");
        try {
            return text.isEmpty() ? null : Duration.ofSeconds(Integer.parseUnsignedInt(text.get()));
        } catch (NumberFormatException e) {
            throw new ProtocolException("invalid_request", 90023, "max_age is no number of seconds.");
        }
    }

    Authority authority() {
        return authority;
    }

    Client client() {
        return client;
    }

    ReturnAddress returnAddress() {
        return returnAddress;
    }

    ScopeSet scopes() {
        return scopes;
    }

    boolean prompts(String prompt) {
        return prompts.contains(prompt);
    }

    @Nullable
    String challenge() {
        return challenge;
    }

    @Nullable
    String nonce() {
        return nonce;
    }

    Optional<Duration> maxAge() {
        return Optional.ofNullable(maxAge);
    }

    String loginHint() {
        return loginHint;
    }

    Claims claims() {
        return claims;
    }
}
