package dev.latchkey.platform.token;

import dev.latchkey.platform.directory.Client;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The scopes of one request, in the order asked, and the resource that they are for. Immutable. */
public final class ScopeSet {
    /** How Microsoft Graph is named in scopes and audiences. */
    public static final String GRAPH = "https://graph.microsoft.com";

    private static final Set<String> OPENID =
            Set.of("openid", "profile", "email", "address", "phone", "offline_access");

    private final Set<String> scopes;

    private ScopeSet(Set<String> scopes) {
        this.scopes = scopes;
    }

    /**
     * Splits the {@code scope} parameter.
     *
     * @param text scopes between spaces
     * @return the scopes
     */
    public static ScopeSet parse(String text) {
        return new ScopeSet(new LinkedHashSet<>(List.of(text.trim().split(" +")))).without("");
    }

    /**
     * Tells whether a scope is among them.
     *
     * @param scope the scope
     * @return whether it is
     */
    public boolean contains(String scope) {
        return scopes.contains(scope);
    }

    /**
     * Tells whether all other scopes are among them.
     *
     * @param others the others
     * @return whether they are
     */
    public boolean containsAll(ScopeSet others) {
        return scopes.containsAll(others.scopes);
    }

    /**
     * Tells whether there is none.
     *
     * @return whether there is none
     */
    public boolean isEmpty() {
        return scopes.isEmpty();
    }

    /**
     * The scopes themselves.
     *
     * @return the scopes, unmodifiable
     */
    public Set<String> values() {
        return Collections.unmodifiableSet(scopes);
    }

    /**
     * The scopes that name permissions at a resource.
     *
     * @return all but OpenID's
     */
    public Set<String> permissions() {
        return scopes.stream()
                .filter(scope -> !OPENID.contains(scope))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * The permissions without the resource in front, and with {@code .default} resolved.
     *
     * @param client whose default counts
     * @return short names
     */
    public Set<String> permissionNames(Client client) {
        Set<String> names = new LinkedHashSet<>();
        for (String scope : permissions()) {
            String name = scope.substring(scope.lastIndexOf('/') + 1);
            if (name.equals(".default")) {
                names.addAll(client.defaultScopes());
            } else {
                names.add(name);
            }
        }
        return names;
    }

    /**
     * The resource that the permissions are for.
     *
     * @return the resource; Graph unless they say otherwise
     * @throws ProtocolException if they name several resources
     */
    public String resource() {
        Set<String> resources = permissions().stream()
                .map(scope -> scope.contains("://") ? scope.substring(0, scope.lastIndexOf('/')) : GRAPH)
                .collect(Collectors.toSet());
        if (resources.size() > 1) {
            throw new ProtocolException("invalid_scope", 28003, "The scopes belong to more than one resource.");
        }
        return resources.stream().findFirst().orElse(GRAPH);
    }

    /**
     * Refuses scopes that a client may not ask for.
     *
     * @param client the client
     * @return these scopes
     * @throws ProtocolException naming the first scope that is not allowed
     */
    public ScopeSet checkedFor(Client client) {
        for (String scope : permissions()) {
            if (!client.allowsScope(scope)) {
                throw new ProtocolException(
                        "invalid_scope", 70011, "The scope '" + scope + "' is not allowed for this client.");
            }
        }
        resource();
        return this;
    }

    private ScopeSet without(String scope) {
        scopes.remove(scope);
        return this;
    }

    @Override
    public String toString() {
        return String.join(" ", scopes);
    }
}
