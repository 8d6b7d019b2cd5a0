package dev.latchkey.platform.token;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.Tenant;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Issues access tokens, recognises them again and remembers which ones were revoked. */
public final class AccessTokens {
    private final Realm realm;
    private final SigningKey key;
    private final Ledger<JWTClaimsSet> opaque = new Ledger<>();
    private final Ledger<Boolean> revoked = new Ledger<>();
    private final Map<String, IssuedToken> appTokens = new ConcurrentHashMap<>();

    /**
     * No tokens yet.
     *
     * @param realm who is registered
     * @param key signs tokens
     */
    public AccessTokens(Realm realm, SigningKey key) {
        this.realm = realm;
        this.key = key;
    }

    /**
     * Issues a token for a user.
     *
     * @param delegation what the user granted
     * @param audience the resource
     * @return the token
     */
    public IssuedToken forUser(Delegation delegation, String audience) {
        Authority authority = delegation.authority();
        String scopes = String.join(" ", delegation.scopes().permissionNames(delegation.client()));
        JWTClaimsSet.Builder claims = claims(authority, delegation.client(), delegation.tenant(), audience)
                .subject(Subjects.of(delegation))
                .claim("oid", delegation.user().id())
                .claim("sid", delegation.family());
        List<String> capabilities = delegation.claims().capabilities();
        if (!capabilities.isEmpty()) {
            claims.claim("xms_cc", capabilities);
        }
        if (authority.isMicrosoft()) {
            claims.claim("scp", scopes)
                    .claim("name", delegation.user().displayName())
                    .claim("upn", delegation.user().username());
        }
        claims.claim("scope", delegation.scopes().toString());
        claims.claim("permissions", scopes);
        return issue(authority, claims.build());
    }

    /**
     * Issues a token for an application on its own behalf.
     *
     * @param authority where it asked
     * @param client the application
     * @param scopes what it asked for
     * @param audience the resource
     * @return the token
     */
    public IssuedToken forApp(Authority authority, Client client, ScopeSet scopes, String audience) {
        if (!realm.rules().reusesAppTokens()) {
            return newAppToken(authority, client, scopes, audience);
        }
        String slot = authority.segment() + ' ' + client.id() + ' ' + audience + ' ' + scopes;
        Instant halfLife = realm.now().plus(realm.rules().accessTokenLifetime().dividedBy(2));
        return appTokens.compute(
                slot,
                (name, held) -> held != null && held.expiresAt().isAfter(halfLife)
                        ? held
                        : newAppToken(authority, client, scopes, audience));
    }

    private IssuedToken newAppToken(Authority authority, Client client, ScopeSet scopes, String audience) {
        JWTClaimsSet.Builder claims = claims(
                        authority, client, authority.tenant().orElse(realm.home()), audience)
                .subject(client.id())
                .claim("idtyp", "app")
                .claim("scope", scopes.toString())
                .claim("roles", List.copyOf(client.appRoles()));
        return issue(authority, claims.build());
    }

    /**
     * The claims of a token that is ours, in time and not revoked. Its audience is the caller's to check.
     *
     * @param token the text
     * @return the claims
     */
    public Optional<JWTClaimsSet> verify(String token) {
        return read(token)
                .filter(claims -> claims.getExpirationTime() != null
                        && realm.now().isBefore(claims.getExpirationTime().toInstant())
                        && (claims.getClaim("permissions") != null || claims.getClaim("roles") != null))
                .filter(claims -> !isRevoked(claims.getJWTID()) && !isRevoked(text(claims, "sid")));
    }

    /**
     * Revokes a token or a family.
     *
     * @param name a {@code jti} or a family's name
     */
    public void revoke(String name) {
        revoked.put(name, true);
    }

    /**
     * The claims of a token that is ours, whether or not it is still good.
     *
     * @param token the text
     * @return the claims
     */
    public Optional<JWTClaimsSet> read(String token) {
        Optional<JWTClaimsSet> known = opaque.find(token);
        return known.isPresent() ? known : key.verified(token);
    }

    /**
     * A claim as text.
     *
     * @param claims the claims
     * @param name the claim's name
     * @return its text, or the empty string
     */
    public static String text(JWTClaimsSet claims, String name) {
        Object value = claims.getClaim(name);
        return value == null ? "" : value.toString();
    }

    private boolean isRevoked(String name) {
        return revoked.find(name).isPresent();
    }

    private JWTClaimsSet.Builder claims(Authority authority, Client client, Tenant tenant, String audience) {
        Instant now = realm.now();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(authority.tokenIssuer(realm.base(), tenant))
                .audience(audience)
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(realm.rules().accessTokenLifetime())))
                .jwtID(realm.guid())
                .claim("tid", tenant.id())
                .claim("client_id", client.id());
        return authority.isMicrosoft()
                ? claims.claim("azp", client.id())
                        .claim("azpacr", client.isPublic() ? "0" : "1")
                        .claim("ver", "2.0")
                : claims;
    }

    private IssuedToken issue(Authority authority, JWTClaimsSet claims) {
        String value;
        if (realm.rules().hasOpaqueAccessTokens()) {
            value = realm.secret();
            opaque.put(value, claims);
        } else {
            value = key.sign(authority.isMicrosoft() ? "JWT" : "at+jwt", claims);
        }
        return new IssuedToken(value, claims.getExpirationTime().toInstant());
    }
}
