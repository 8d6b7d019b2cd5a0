package dev.latchkey.auth.protocol;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenIntrospection;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Encodes introspection requests and decodes their answers (RFC 7662 §2, RFC 9701 §5). */
public final class Introspections {

    /** The media type of a signed answer. */
    public static final String JWT_TYPE = "application/token-introspection+jwt";

    private Introspections() {}

    /**
     * Says which token.
     *
     * @param token an access token
     * @return the request's parameters
     */
    public static Parameters parameters(AccessToken token) {
        return parameters(token.reveal(), "access_token");
    }

    /**
     * Says which token.
     *
     * @param token a refresh token
     * @return the request's parameters
     */
    public static Parameters parameters(RefreshToken token) {
        return parameters(token.reveal(), "refresh_token");
    }

    /**
     * Decodes an answer.
     *
     * @param host who sent it
     * @param members its members
     * @return what the server knows
     * @throws InvalidResponseException if a member is missing or of the wrong type; it names the member
     */
    public static TokenIntrospection decode(String host, Map<String, ? extends @Nullable Object> members) {
        Object active = members.get("active");
        if (!(active instanceof Boolean)) {
            throw new InvalidResponseException(
                    "active", host, active == null ? "is missing" : "must be true or false, not a text");
        }
        Object scope = members.get("scope");
        if (scope != null) {
            try {
                Scopes.parse((String) scope);
            } catch (IllegalArgumentException | ClassCastException e) {
                throw new InvalidResponseException("scope", host, "is not a list of scopes (RFC 6749 §3.3)");
            }
        }
        return TokenIntrospection.of((Boolean) active, members);
    }

    /**
     * Finds what a signed answer says, after its signature was verified.
     *
     * @param host who sent it
     * @param claims its claims
     * @param server the server that must have issued it
     * @param clientId whom it must be for
     * @param latest the latest instant at which it may have been issued
     * @return the members of {@code token_introspection}
     * @throws InvalidResponseException if it is somebody else's answer; it names the claim
     */
    public static Map<String, Object> signed(
            String host,
            Map<String, Object> claims,
            AuthorizationServerMetadata server,
            String clientId,
            Instant latest) {
        require("iss", host, server.issuer().equals(claims.get("iss")), "is not the issuer that was asked");
        Object audience = claims.get("aud");
        boolean mine =
                clientId.equals(audience) || (audience instanceof List && ((List<?>) audience).contains(clientId));
        require("aud", host, mine, "does not name this client");
        Object issuedAt = claims.get("iat");
        require(
                "iat",
                host,
                issuedAt instanceof Number && ((Number) issuedAt).doubleValue() <= latest.getEpochSecond(),
                "is missing, or in the future");
        Object members = claims.get("token_introspection");
        if (!(members instanceof Map)) {
            throw new InvalidResponseException("token_introspection", host, "is missing (RFC 9701 §5)");
        }
        Map<String, Object> introspection = new LinkedHashMap<>();
        ((Map<?, ?>) members).forEach((name, value) -> {
            if (value != null) {
                introspection.put(String.valueOf(name), value);
            }
        });
        return introspection;
    }

    private static void require(String claim, String host, boolean right, String problem) {
        if (!right) {
            throw new InvalidResponseException(claim, host, problem);
        }
    }

    private static Parameters parameters(String token, String hint) {
        return Parameters.of("token", token).with("token_type_hint", hint);
    }
}
