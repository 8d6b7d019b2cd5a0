package dev.latchkey.platform.token;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchkey.platform.exchange.ReceivedRequest;
import java.util.List;
import java.util.Optional;

/** Lets requests with a good bearer token pass (RFC 6750). */
public final class BearerGuard {
    private final AccessTokens tokens;
    private final List<String> audiences;

    /**
     * A guard.
     *
     * @param tokens recognises tokens
     * @param audiences the names of what is guarded; none accepts any audience
     */
    public BearerGuard(AccessTokens tokens, List<String> audiences) {
        this.tokens = tokens;
        this.audiences = List.copyOf(audiences);
    }

    /**
     * The claims of the token in a request's header.
     *
     * @param request the request
     * @return the claims
     * @throws ProtocolException {@code invalid_token} if there is none, or it is not good here; the number is 0 if
     *     the request had no token at all
     */
    public JWTClaimsSet check(ReceivedRequest request) {
        Optional<String> header = request.header("Authorization");
        if (header.isEmpty()) {
            throw new ProtocolException("invalid_token", 0, "Access token is empty.");
        }
        String value = header.get();
        if (!value.regionMatches(true, 0, "Bearer ", 0, 7)
                || request.headers("Authorization").size() > 1) {
            throw new ProtocolException("invalid_token", 80049217, "The Authorization header is not one bearer token.");
        }
        JWTClaimsSet claims = tokens.verify(value.substring(7).trim())
                .orElseThrow(() -> new ProtocolException(
                        "invalid_token", 80049228, "The token is not ours, has expired or was revoked."));
        if (!audiences.isEmpty() && claims.getAudience().stream().noneMatch(audiences::contains)) {
            throw new ProtocolException(
                    "invalid_token", 80049217, "Access token validation failure. Invalid audience.");
        }
        return claims;
    }
}
