package dev.latchkey.auth.entra;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.token.Scopes;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds the resource that scopes belong to. */
final class ScopeResources {

    private static final Set<String> OPENID =
            Set.of("openid", "profile", "email", "address", "phone", "offline_access");

    private ScopeResources() {}

    static Optional<String> of(Scopes scopes, String graph) {
        Set<String> resources = new TreeSet<>();
        for (String scope : scopes) {
            if (!OPENID.contains(scope)) {
                // The last slash, not the first: a resource whose name ends in one is asked for with two.
                int slash = scope.lastIndexOf('/');
                resources.add(slash < 0 ? graph : scope.substring(0, slash));
            }
        }
        if (resources.size() > 1) {
            throw new ConfigurationException(
                    "scope",
                    "the scopes belong to several resources, " + String.join(" and ", resources)
                            + "; a token is for one: ask for each by itself");
        }
        return resources.stream().findFirst();
    }
}
