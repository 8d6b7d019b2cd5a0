package dev.latchkey.platform.token;

import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.Tenant;
import dev.latchkey.platform.directory.User;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a user has let a client do, from one sign-in on; all tokens that come of it are one family. Immutable. */
public final class Delegation {
    private final String family;
    private final Authority authority;
    private final Client client;
    private final User user;
    private final Tenant tenant;
    private final ScopeSet scopes;
    private final Instant authenticatedAt;
    private final @Nullable String nonce;
    private final Claims claims;

    /**
     * A delegation.
     *
     * @param family names the family of tokens
     * @param authority where the user signed in
     * @param client who may act
     * @param user for whom
     * @param tenant the user's tenant
     * @param scopes what was granted
     * @param authenticatedAt when the user showed a password
     * @param nonce the nonce of the authorization request
     * @param claims the claims that the client asked for
     */
    public Delegation(
            String family,
            Authority authority,
            Client client,
            User user,
            Tenant tenant,
            ScopeSet scopes,
            Instant authenticatedAt,
            @Nullable String nonce,
            Claims claims) {
        this.family = family;
        this.authority = authority;
        this.client = client;
        this.user = user;
        this.tenant = tenant;
        this.scopes = scopes;
        this.authenticatedAt = authenticatedAt;
        this.nonce = nonce;
        this.claims = claims;
    }

    /**
     * This delegation for a refreshed response: other scopes and no nonce (OpenID Connect Core §12.2).
     *
     * @param others the scopes
     * @param asked the claims of the refresh request
     * @return the new delegation
     */
    public Delegation refreshed(ScopeSet others, Claims asked) {
        return new Delegation(family, authority, client, user, tenant, others, authenticatedAt, null, asked);
    }

    /**
     * The name of the family.
     *
     * @return the name
     */
    public String family() {
        return family;
    }

    /**
     * Where the user signed in.
     *
     * @return the authority
     */
    public Authority authority() {
        return authority;
    }

    /**
     * Who may act.
     *
     * @return the client
     */
    public Client client() {
        return client;
    }

    /**
     * For whom.
     *
     * @return the user
     */
    public User user() {
        return user;
    }

    /**
     * The user's tenant.
     *
     * @return the tenant
     */
    public Tenant tenant() {
        return tenant;
    }

    /**
     * What was granted.
     *
     * @return the scopes
     */
    public ScopeSet scopes() {
        return scopes;
    }

    /**
     * When the user showed a password.
     *
     * @return the instant
     */
    public Instant authenticatedAt() {
        return authenticatedAt;
    }

    /**
     * The nonce of the authorization request.
     *
     * @return the nonce
     */
    public Optional<String> nonce() {
        return Optional.ofNullable(nonce);
    }

    /**
     * The claims that the client asked for.
     *
     * @return the claims
     */
    public Claims claims() {
        return claims;
    }
}
