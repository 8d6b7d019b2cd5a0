package dev.latchkey.platform.token;

import com.google.gson.JsonObject;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchkey.platform.directory.User;
import dev.latchkey.platform.exchange.ReceivedRequest;
import dev.latchkey.platform.exchange.Response;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** OpenID Connect's userinfo endpoint (Core §5.3). */
public final class UserinfoEndpoint {
    private final Realm realm;
    private final BearerGuard guard;

    /**
     * The endpoint of a realm.
     *
     * @param realm who is registered
     * @param tokens recognises tokens
     */
    public UserinfoEndpoint(Realm realm, AccessTokens tokens) {
        this.realm = realm;
        this.guard = new BearerGuard(tokens, List.of());
    }

    /**
     * Answers a request.
     *
     * @param request the request
     * @return the user's claims
     */
    public Response answer(ReceivedRequest request) {
        JWTClaimsSet claims;
        try {
            claims = guard.check(request);
        } catch (ProtocolException e) {
            String challenge = e.number() == 0
                    ? "Bearer"
                    : "Bearer error=\"invalid_token\", error_description=\"" + e.description() + "\"";
            return Response.of(401).header("WWW-Authenticate", challenge);
        }
        Set<String> scopes = ScopeSet.parse(AccessTokens.text(claims, "scope")).values();
        Optional<User> user = realm.users().stream()
                .filter(found -> found.id().equals(AccessTokens.text(claims, "oid")))
                .findFirst();
        if (user.isEmpty() || !scopes.contains("openid")) {
            return Response.of(403).header("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"openid\"");
        }
        return Response.json(200, body(claims, user.get(), scopes).toString());
    }

    private static JsonObject body(JWTClaimsSet claims, User user, Set<String> scopes) {
        JsonObject body = new JsonObject();
        body.addProperty("sub", claims.getSubject());
        if (scopes.contains("profile")) {
            body.addProperty("name", user.displayName());
            body.addProperty("given_name", user.properties().get("givenName"));
            body.addProperty("family_name", user.properties().get("surname"));
            body.addProperty("preferred_username", user.username());
        }
        if (scopes.contains("email")) {
            body.addProperty("email", user.properties().getOrDefault("mail", user.username()));
        }
        return body;
    }
}
