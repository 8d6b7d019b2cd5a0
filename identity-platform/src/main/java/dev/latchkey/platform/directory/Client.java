package dev.latchkey.platform.directory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A registered application. Every method that changes something returns a new client; instances are immutable.
 *
 * <pre>{@code
 * Client.publicClient("app").redirectUri("http://127.0.0.1/callback").consentGiven();
 * Client.confidential("daemon", "s3cret").grants(GrantType.CLIENT_CREDENTIALS).appRoles("User.Read.All");
 * }</pre>
 */
public final class Client {
    private final String id;
    private final @Nullable String secret;
    private final Traits traits;

    private Client(String id, @Nullable String secret, Traits traits) {
        this.id = id;
        this.secret = secret;
        this.traits = traits;
    }

    /**
     * A client that has a secret; it may use every grant until {@link #grants} says otherwise.
     *
     * @param id the client id
     * @param secret the client secret
     * @return the client
     */
    public static Client confidential(String id, String secret) {
        return new Client(id, secret, new Traits(EnumSet.allOf(GrantType.class)));
    }

    /**
     * A client without a secret, such as a native app; it may use every grant for users.
     *
     * @param id the client id
     * @return the client
     */
    public static Client publicClient(String id) {
        return new Client(id, null, new Traits(EnumSet.complementOf(EnumSet.of(GrantType.CLIENT_CREDENTIALS))));
    }

    /**
     * Registers a redirect URI more. It is compared as it stands, except that the port of a loopback URI of a public
     * client does not count (RFC 8252 §7.3).
     *
     * @param uri the URI
     * @return the new client
     */
    public Client redirectUri(String uri) {
        return with(next -> next.redirectUris.add(uri));
    }

    /**
     * Registers where the browser may go after signing out.
     *
     * @param uri the URI
     * @return the new client
     */
    public Client postLogoutRedirectUri(String uri) {
        return with(next -> next.postLogoutRedirectUris.add(uri));
    }

    /**
     * Allows these grants and no other.
     *
     * @param types the grants
     * @return the new client
     */
    public Client grants(GrantType... types) {
        return with(next -> {
            next.grants.clear();
            next.grants.addAll(List.of(types));
        });
    }

    /**
     * Allows these scopes and no other; without this, any. OpenID scopes are always allowed.
     *
     * @param scopes the scopes
     * @return the new client
     */
    public Client scopes(String... scopes) {
        return with(next -> next.scopes.addAll(List.of(scopes)));
    }

    /**
     * The application permissions that its app-only tokens carry; {@code User.ReadWrite.All} without this.
     *
     * @param roles the permissions
     * @return the new client
     */
    public Client appRoles(String... roles) {
        return with(next -> {
            next.appRoles.clear();
            next.appRoles.addAll(List.of(roles));
        });
    }

    /**
     * What {@code .default} stands for when a user signs in; {@code User.Read} without this.
     *
     * @param scopes the delegated permissions
     * @return the new client
     */
    public Client defaultScopes(String... scopes) {
        return with(next -> {
            next.defaultScopes.clear();
            next.defaultScopes.addAll(List.of(scopes));
        });
    }

    /**
     * Asks nobody for consent, as if an administrator had given it.
     *
     * @return the new client
     */
    public Client consentGiven() {
        return with(next -> next.consentGiven = true);
    }

    /**
     * Lets the client leave PKCE out; {@code plain} stays refused.
     *
     * @return the new client
     */
    public Client pkceOptional() {
        return with(next -> next.pkceOptional = true);
    }

    /**
     * Issues refresh tokens even without {@code offline_access}.
     *
     * @return the new client
     */
    public Client refreshTokenWithoutOfflineAccess() {
        return with(next -> next.refreshTokenAlways = true);
    }

    /**
     * The client id.
     *
     * @return the id
     */
    public String id() {
        return id;
    }

    /**
     * Tells whether the client has no secret.
     *
     * @return whether it is public
     */
    public boolean isPublic() {
        return secret == null;
    }

    /**
     * Compares a secret in constant time.
     *
     * @param candidate what was sent
     * @return whether it is right
     */
    public boolean hasSecret(String candidate) {
        return secret != null
                && MessageDigest.isEqual(
                        candidate.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Tells whether a redirect URI is registered.
     *
     * @param uri the URI of a request
     * @return whether it is
     */
    public boolean allowsRedirectTo(String uri) {
        return traits.redirectUris.stream().anyMatch(registered -> RedirectUris.match(registered, uri, isPublic()));
    }

    /**
     * The redirect URI, if exactly one is registered.
     *
     * @return the URI
     */
    public Optional<String> onlyRedirectUri() {
        return traits.redirectUris.size() == 1
                ? Optional.of(traits.redirectUris.iterator().next())
                : Optional.empty();
    }

    /**
     * Tells whether the browser may go there after signing out.
     *
     * @param uri the URI of a request
     * @return whether it may
     */
    public boolean allowsPostLogoutRedirectTo(String uri) {
        return traits.postLogoutRedirectUris.contains(uri);
    }

    /**
     * Tells whether a grant is allowed.
     *
     * @param type the grant
     * @return whether it is
     */
    public boolean allows(GrantType type) {
        return traits.grants.contains(type);
    }

    /**
     * Tells whether a scope is allowed.
     *
     * @param scope the scope
     * @return whether it is
     */
    public boolean allowsScope(String scope) {
        return traits.scopes.isEmpty() || traits.scopes.contains(scope);
    }

    /**
     * The application permissions.
     *
     * @return the roles, unmodifiable
     */
    public Set<String> appRoles() {
        return Collections.unmodifiableSet(traits.appRoles);
    }

    /**
     * What {@code .default} stands for.
     *
     * @return the scopes, unmodifiable
     */
    public Set<String> defaultScopes() {
        return Collections.unmodifiableSet(traits.defaultScopes);
    }

    /**
     * Tells whether consent is taken as given.
     *
     * @return whether it is
     */
    public boolean hasConsent() {
        return traits.consentGiven;
    }

    /**
     * Tells whether PKCE is required.
     *
     * @return whether it is
     */
    public boolean requiresPkce() {
        return !traits.pkceOptional;
    }

    /**
     * Tells whether refresh tokens need {@code offline_access}.
     *
     * @return whether they do
     */
    public boolean requiresOfflineAccess() {
        return !traits.refreshTokenAlways;
    }

    private Client with(java.util.function.Consumer<Traits> change) {
        Traits next = new Traits(traits);
        change.accept(next);
        return new Client(id, secret, next);
    }

    @Override
    public String toString() {
        return "Client[" + id + (isPublic() ? ", public]" : ", confidential]");
    }

    /** Changed only before the client that holds it is seen by anybody. */
    private static final class Traits {
        private final Set<GrantType> grants;
        private final Set<String> redirectUris = new LinkedHashSet<>();
        private final Set<String> postLogoutRedirectUris = new LinkedHashSet<>();
        private final Set<String> scopes = new LinkedHashSet<>();
        private final Set<String> appRoles = new LinkedHashSet<>();
        private final Set<String> defaultScopes = new LinkedHashSet<>();
        private boolean consentGiven;
        private boolean pkceOptional;
        private boolean refreshTokenAlways;

        Traits(EnumSet<GrantType> grants) {
            this.grants = grants;
            appRoles.add("User.ReadWrite.All");
            defaultScopes.add("User.Read");
        }

        Traits(Traits other) {
            this.grants = EnumSet.noneOf(GrantType.class);
            grants.addAll(other.grants);
            redirectUris.addAll(other.redirectUris);
            postLogoutRedirectUris.addAll(other.postLogoutRedirectUris);
            scopes.addAll(other.scopes);
            appRoles.addAll(other.appRoles);
            defaultScopes.addAll(other.defaultScopes);
            consentGiven = other.consentGiven;
            pkceOptional = other.pkceOptional;
            refreshTokenAlways = other.refreshTokenAlways;
        }
    }
}
