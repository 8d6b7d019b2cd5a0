package dev.latchkey.auth.entra;

import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * One of Microsoft's clouds: where users sign in, and where its Graph is. Tokens of one cloud are worth nothing in
 * another. Immutable.
 *
 * <p>A cloud's login hosts are aliases of one environment; requests go to the first, which is also the one that issuers
 * name, so that an application that knows a cloud by another alias still finds its sessions.
 */
public final class EntraCloud {

    /** The global cloud, US Government Community Cloud (GCC) included. */
    public static final EntraCloud GLOBAL = known(
            "global",
            "https://graph.microsoft.com",
            "login.microsoftonline.com",
            "login.windows.net",
            "login.microsoft.com",
            "sts.windows.net");

    /** US Government L4 (GCC High). */
    public static final EntraCloud US_GOVERNMENT = known(
            "US Government L4", "https://graph.microsoft.us", "login.microsoftonline.us", "login.usgovcloudapi.net");

    /** US Government L5 (Department of Defense), which shares its login hosts with L4. */
    public static final EntraCloud US_GOVERNMENT_DOD = known(
            "US Government L5",
            "https://dod-graph.microsoft.us",
            "login.microsoftonline.us",
            "login.usgovcloudapi.net");

    /** China, operated by 21Vianet. Metadata names the first host as issuer, whichever host is asked. */
    public static final EntraCloud CHINA = known(
            "China",
            "https://microsoftgraph.chinacloudapi.cn",
            "login.partner.microsoftonline.cn",
            "login.chinacloudapi.cn");

    /** Bleu, the sovereign cloud of France. */
    public static final EntraCloud BLEU = known("Bleu", "https://graph.svc.sovcloud.fr", "login.sovcloud-identity.fr");

    /** Delos, the sovereign cloud of Germany. */
    public static final EntraCloud DELOS =
            known("Delos", "https://graph.svc.sovcloud.de", "login.sovcloud-identity.de");

    /** GovSG, the sovereign cloud of Singapore. */
    public static final EntraCloud GOV_SG =
            known("GovSG", "https://graph.svc.sovcloud.sg", "login.sovcloud-identity.sg");

    private static final List<EntraCloud> KNOWN =
            List.of(GLOBAL, US_GOVERNMENT, US_GOVERNMENT_DOD, CHINA, BLEU, DELOS, GOV_SG);

    private final String name;
    private final String login;
    private final String graph;
    private final List<String> loginHosts;

    private EntraCloud(String name, String login, String graph, List<String> loginHosts) {
        this.name = name;
        this.login = login;
        this.graph = graph;
        this.loginHosts = loginHosts;
    }

    private static EntraCloud known(String name, String graph, String... loginHosts) {
        return new EntraCloud(name, "https://" + loginHosts[0], graph, List.of(loginHosts));
    }

    /**
     * Lists the clouds that are known here.
     *
     * @return the clouds, the global one first
     */
    public static List<EntraCloud> known() {
        return KNOWN;
    }

    /**
     * Finds a known cloud by any of its login hosts. L4 answers for the hosts that it shares with L5.
     *
     * @param host a host name in any case, such as {@code login.windows.net}
     * @return the cloud, or nothing if the host is not known
     */
    public static Optional<EntraCloud> byLoginHost(String host) {
        Objects.requireNonNull(host, "host");
        String lower = host.toLowerCase(Locale.ROOT);
        return KNOWN.stream().filter(cloud -> cloud.loginHosts.contains(lower)).findFirst();
    }

    /**
     * A host that Microsoft does not list and that the application vouches for, without anybody being asked: a test
     * server, or a cloud that is newer than this library. Whoever answers there gets the client's secret and the users'
     * passwords. Its Graph goes by the global one's name.
     *
     * @param login where users sign in: scheme, host, and port and path if there are any; http works only with a client
     *     that allows it
     * @return the cloud
     * @throws IllegalArgumentException if the address is no base, or its host is a known cloud's
     */
    public static EntraCloud vouchedFor(URI login) {
        return vouchedFor(login, URI.create(GLOBAL.graph));
    }

    /**
     * A host that Microsoft does not list and that the application vouches for, with a Graph of its own.
     *
     * @param login where users sign in, as in {@link #vouchedFor(URI)}
     * @param graph where its Graph is, without a version
     * @return the cloud
     * @throws IllegalArgumentException if an address is no base, or the login host is a known cloud's
     */
    public static EntraCloud vouchedFor(URI login, URI graph) {
        String loginBase = base("login", login);
        String host = login.getHost().toLowerCase(Locale.ROOT);
        byLoginHost(host).ifPresent(cloud -> {
            throw new IllegalArgumentException("login: " + host + " belongs to the known cloud " + cloud.name
                    + ", which needs nobody to vouch for it");
        });
        return new EntraCloud("vouched for", loginBase, base("graph", graph), List.of(host));
    }

    /**
     * Tells where users sign in.
     *
     * @return scheme and host, without a slash at the end
     */
    public URI login() {
        return URI.create(login);
    }

    /**
     * Tells the names under which the login host is known.
     *
     * @return the hosts, first the one that requests go to
     */
    public List<String> loginHosts() {
        return loginHosts;
    }

    /**
     * Tells where Graph is, which is also how scopes name it.
     *
     * @return scheme and host, without a slash at the end
     */
    public URI graph() {
        return URI.create(graph);
    }

    /**
     * Asks for all permissions on this cloud's Graph that the application's registration lists.
     *
     * @return the scope {@code .default} of Graph, and nothing else
     */
    public Scopes graphDefault() {
        return graphScopes(".default");
    }

    /**
     * Asks for permissions on this cloud's Graph by their full names.
     *
     * @param permissions short names, such as {@code User.Read}
     * @return scopes such as {@code https://graph.microsoft.com/User.Read}
     */
    public Scopes graphScopes(String... permissions) {
        List<String> scopes = new ArrayList<>();
        for (String permission : permissions) {
            scopes.add(graph + "/" + permission);
        }
        return Scopes.of(scopes);
    }

    boolean isKnown() {
        return KNOWN.contains(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntraCloud
                && login.equals(((EntraCloud) other).login)
                && graph.equals(((EntraCloud) other).graph);
    }

    @Override
    public int hashCode() {
        return Objects.hash(login, graph);
    }

    @Override
    public String toString() {
        return "EntraCloud[" + name + ", " + login + "]";
    }

    private static String base(String field, URI uri) {
        boolean web = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
        if (!web || uri.getHost() == null) {
            throw new IllegalArgumentException(field + " must be an https address with a host");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(field + " must have neither a query, a fragment nor user information");
        }
        String text = uri.toString();
        while (text.endsWith("/")) {
            text = text.substring(0, text.length() - 1);
        }
        return text;
    }
}
