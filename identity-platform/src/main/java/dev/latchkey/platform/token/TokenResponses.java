package dev.latchkey.platform.token;

import com.google.gson.JsonObject;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchkey.platform.directory.User;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;

/** Writes token responses: access token, ID token, refresh token, client info. */
final class TokenResponses {
    private final Realm realm;
    private final SigningKey key;
    private final AccessTokens accessTokens;

    TokenResponses(Realm realm, SigningKey key, AccessTokens accessTokens) {
        this.realm = realm;
        this.key = key;
        this.accessTokens = accessTokens;
    }

    JsonObject forUser(Delegation delegation, String audience, Optional<String> refreshToken, boolean clientInfo) {
        IssuedToken token = accessTokens.forUser(delegation, audience);
        JsonObject body = start(token, delegation.authority());
        body.addProperty("scope", granted(delegation));
        refreshToken.ifPresent(value -> body.addProperty("refresh_token", value));
        if (delegation.scopes().contains("openid")) {
            body.addProperty("id_token", idToken(delegation, token));
        }
        if (clientInfo && delegation.authority().isMicrosoft()) {
            body.addProperty("client_info", clientInfo(delegation));
        }
        return body;
    }

    JsonObject forApp(IssuedToken token, Authority authority, ScopeSet scopes) {
        JsonObject body = start(token, authority);
        // Microsoft's app-only answers have no scope member
        if (!authority.isMicrosoft() && !scopes.isEmpty()) {
            body.addProperty("scope", scopes.toString());
        }
        return body;
    }

    private JsonObject start(IssuedToken token, Authority authority) {
        JsonObject body = new JsonObject();
        body.addProperty("token_type", "Bearer");
        long seconds = Duration.between(realm.now(), token.expiresAt()).toSeconds();
        switch (realm.rules().expiresIn()) {
            case NUMBER:
                body.addProperty("expires_in", seconds);
                break;
            case STRING:
                body.addProperty("expires_in", Long.toString(seconds));
                break;
            default:
                break;
        }
        if (authority.isMicrosoft()) {
            body.addProperty("ext_expires_in", seconds);
            realm.rules().refreshIn().ifPresent(after -> body.addProperty("refresh_in", after.toSeconds()));
        }
        body.addProperty("access_token", token.reveal());
        return body;
    }

    private static String granted(Delegation delegation) {
        String asked = delegation.scopes().toString();
        if (!asked.contains(".default")) {
            return asked;
        }
        StringBuilder all = new StringBuilder(asked);
        String resource = delegation.scopes().resource();
        delegation
                .client()
                .defaultScopes()
                .forEach(scope -> all.append(' ').append(resource).append('/').append(scope));
        return all.toString();
    }

    private String idToken(Delegation delegation, IssuedToken accessToken) {
        Authority authority = delegation.authority();
        User user = delegation.user();
        Instant now = realm.now();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(authority.tokenIssuer(realm.base(), delegation.tenant()))
                .subject(Subjects.of(delegation))
                .audience(delegation.client().id())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(realm.rules().idTokenLifetime())))
                .claim("auth_time", delegation.authenticatedAt().getEpochSecond());
        delegation.nonce().ifPresent(nonce -> claims.claim("nonce", nonce));
        delegation.claims().acr().ifPresent(acr -> claims.claim("acr", acr));
        if (delegation.scopes().contains("profile")) {
            claims.claim("name", user.displayName()).claim("preferred_username", user.username());
        }
        if (delegation.scopes().contains("email")) {
            claims.claim("email", user.properties().getOrDefault("mail", user.username()));
        }
        if (authority.isMicrosoft()) {
            claims.notBeforeTime(Date.from(now))
                    .claim("ver", "2.0")
                    .claim("tid", delegation.tenant().id())
                    .claim("oid", user.id());
        } else {
            claims.claim("azp", delegation.client().id()).claim("at_hash", Subjects.halfHash(accessToken.reveal()));
        }
        return key.sign("JWT", claims.build());
    }

    private static String clientInfo(Delegation delegation) {
        JsonObject info = new JsonObject();
        info.addProperty("uid", delegation.user().id());
        info.addProperty("utid", delegation.tenant().id());
        return Subjects.base64(info.toString().getBytes(StandardCharsets.UTF_8));
    }
}
