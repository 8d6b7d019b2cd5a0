package dev.latchkey.auth.token;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a token endpoint granted (RFC 6749 §5.1).
 *
 * <p>Members that this class does not know are visible as {@link #members()}. Immutable; it prints the names of what it
 * holds and no value.
 */
public final class TokenResponse {

    private final AccessToken accessToken;
    private final @Nullable RefreshToken refreshToken;
    private final @Nullable IdToken idToken;
    // Transient for reflective JSON writers, which leave such fields out: an unknown member may be a secret.
    private final transient Map<String, Object> members;

    private TokenResponse(
            AccessToken accessToken,
            @Nullable RefreshToken refreshToken,
            @Nullable IdToken idToken,
            Map<String, ? extends @Nullable Object> members) {
        this.accessToken = Objects.requireNonNull(accessToken, "accessToken");
        this.refreshToken = refreshToken;
        this.idToken = idToken;
        Map<String, Object> others = new LinkedHashMap<>();
        members.forEach((name, value) -> {
            // The secrets are in types of their own and must not be printed with the rest.
            boolean token = name.equals("access_token") || name.equals("refresh_token") || name.equals("id_token");
            if (!token && value != null) {
                others.put(name, value);
            }
        });
        this.members = Collections.unmodifiableMap(others);
    }

    /**
     * Makes a response.
     *
     * @param accessToken the access token
     * @param refreshToken the refresh token, or null
     * @param idToken the ID token, or null
     * @param members every member of the response; those that are null count as absent
     * @return the response
     */
    public static TokenResponse of(
            AccessToken accessToken,
            @Nullable RefreshToken refreshToken,
            @Nullable IdToken idToken,
            Map<String, ? extends @Nullable Object> members) {
        return new TokenResponse(accessToken, refreshToken, idToken, members);
    }

    /**
     * Gives the access token.
     *
     * @return the token
     */
    public AccessToken accessToken() {
        return accessToken;
    }

    /**
     * Gives the refresh token.
     *
     * @return the token, or nothing if none came: then an older one, if there is one, stays valid (RFC 6749 §6)
     */
    public Optional<RefreshToken> refreshToken() {
        return Optional.ofNullable(refreshToken);
    }

    /**
     * Gives the ID token, which nobody has verified yet.
     *
     * @return the token, or nothing if none came
     */
    public Optional<IdToken> idToken() {
        return Optional.ofNullable(idToken);
    }

    /**
     * Tells what was granted, which may be less than what was asked for.
     *
     * @return the scopes that the server named, or else those that were asked for (RFC 6749 §5.1)
     */
    public Scopes scopes() {
        return accessToken.scopes();
    }

    /**
     * Tells what kind of token a token exchange has issued, which need not be an access token (RFC 8693 §2.2.1).
     *
     * @return the identifier, a URI; nothing in the response to another grant
     */
    public Optional<String> issuedTokenType() {
        Object type = members.get("issued_token_type");
        return type instanceof String ? Optional.of((String) type) : Optional.empty();
    }

    /**
     * Tells what was granted beside scopes, which may be less than what was asked for, or more precise (RFC 9396 §7).
     *
     * @return the authorization details, possibly none
     * @throws IllegalArgumentException if the response was made of members with details that are none; one from a server was
     *     checked
     */
    public List<AuthorizationDetail> authorizationDetails() {
        Object details = members.get("authorization_details");
        return details == null ? List.of() : AuthorizationDetail.listOf(details);
    }

    /**
     * Gives the response's other members.
     *
     * @return all members but the tokens, by name; values are {@code String}, {@code Boolean}, {@code Long},
     *     {@code Double}, {@code List} and {@code Map}, and null for a JSON null
     */
    public Map<String, Object> members() {
        return members;
    }

    @Override
    public String toString() {
        // A server must not be able to begin a new line in a log with a member's name.
        return ("TokenResponse[" + accessToken
                        + (refreshToken == null ? "" : ", " + refreshToken)
                        + (idToken == null ? "" : ", " + idToken)
                        + ", members " + members.keySet() + "]")
                .replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }
}
