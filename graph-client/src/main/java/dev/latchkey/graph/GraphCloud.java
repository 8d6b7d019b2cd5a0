package dev.latchkey.graph;

import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;

/**
 * Where Graph is: one of Microsoft's clouds, a gateway in front of one, or a server for tests. Immutable.
 *
 * <p>A token of one cloud is worth nothing in another and is never sent there.
 */
public final class GraphCloud {

    /** The global cloud, and GCC. */
    public static final GraphCloud GLOBAL = of(URI.create("https://graph.microsoft.com"));

    /** The cloud of the US government, L4 (GCC High). */
    public static final GraphCloud US_GOV = of(URI.create("https://graph.microsoft.us"));

    /** The cloud of the US Department of Defense, L5. */
    public static final GraphCloud US_GOV_DOD = of(URI.create("https://dod-graph.microsoft.us"));

    /** The cloud in China, which 21Vianet operates. */
    public static final GraphCloud CHINA = of(URI.create("https://microsoftgraph.chinacloudapi.cn"));

    private final URI root;

    private GraphCloud(URI root) {
        this.root = root;
    }

    /**
     * Names another cloud.
     *
     * @param root what stands before the version, such as {@code https://graph.example.com}; a path is allowed, as a gateway
     *     may have one. Http is refused later, unless the client's builder allows it.
     * @return the cloud
     * @throws IllegalArgumentException if the root is not an absolute http or https URI, or has a query, a fragment or user
     *     information
     */
    public static GraphCloud of(URI root) {
        Objects.requireNonNull(root, "root");
        String scheme = root.getScheme() == null ? "" : root.getScheme().toLowerCase(Locale.ROOT);
        if ((!scheme.equals("https") && !scheme.equals("http")) || root.getHost() == null) {
            throw new IllegalArgumentException("root must be an absolute https URI");
        }
        if (root.getRawQuery() != null || root.getRawFragment() != null || root.getRawUserInfo() != null) {
            throw new IllegalArgumentException("root must have no query, fragment or user information");
        }
        String path = root.getRawPath().replaceAll("/+$", "");
        return new GraphCloud(URI.create(Origin.of(root) + path));
    }

    /**
     * Tells the address.
     *
     * @return the root without a slash at its end, before the version
     */
    public URI root() {
        return root;
    }

    /**
     * Tells the scope that asks for all permissions which the application was granted for this cloud's Graph.
     *
     * @return the one scope {@code <root>/.default}
     */
    public Scopes scope() {
        return Scopes.of(root + "/.default");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GraphCloud && root.equals(((GraphCloud) other).root);
    }

    @Override
    public int hashCode() {
        return root.hashCode();
    }

    @Override
    public String toString() {
        return root.toString();
    }
}
