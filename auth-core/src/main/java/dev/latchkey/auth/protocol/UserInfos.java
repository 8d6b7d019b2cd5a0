package dev.latchkey.auth.protocol;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.UserInfo;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks what the userinfo endpoint says (OpenID Connect Core §5.3.2, §5.3.4). */
public final class UserInfos {

    private UserInfos() {}

    /**
     * Checks that a signed answer is this server's, for this client.
     *
     * @param host who sent it
     * @param claims its claims, after its signature was verified
     * @param server the server that must have issued it
     * @param clientId whom it must be for
     * @throws InvalidResponseException if it is somebody else's; it names the claim
     */
    public static void checkSigned(
            String host, Map<String, Object> claims, AuthorizationServerMetadata server, String clientId) {
        Object issuer = claims.get("iss");
        if (issuer != null && !issuer.equals(server.issuer())) {
            throw new InvalidResponseException("iss", host, "is not the issuer that was asked");
        }
        Object audience = claims.get("aud");
        boolean mine = audience == null
                || clientId.equals(audience)
                || (audience instanceof List && ((List<?>) audience).contains(clientId));
        if (!mine) {
            throw new InvalidResponseException("aud", host, "does not name this client");
        }
    }

    /**
     * Decodes what is known of a user.
     *
     * @param host who sent it
     * @param members its members
     * @param subject the ID token's subject
     * @return the user info
     * @throws InvalidResponseException if it is about somebody else
     */
    public static UserInfo decode(String host, Map<String, ? extends @Nullable Object> members, String subject) {
        Object named = members.get("sub");
        if (!subject.equals(named)) {
            // Core §5.3.2: otherwise one user's token could be answered with another one's claims.
            throw new InvalidResponseException(
                    "sub", host, named == null ? "is missing" : "is not the subject of the ID token");
        }
        Map<String, Object> claims = new LinkedHashMap<>();
        members.forEach((name, value) -> {
            if (value != null) {
                claims.put(name, value);
            }
        });
        return UserInfo.of(subject, claims);
    }
}
