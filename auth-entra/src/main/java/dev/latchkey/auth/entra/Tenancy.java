package dev.latchkey.auth.entra;

import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whom an authority is for: one tenant, or one of the shared names. It is the first segment of every path. */
final class Tenancy {

    static final Tenancy COMMON = new Tenancy("common");
    static final Tenancy ORGANIZATIONS = new Tenancy("organizations");
    static final Tenancy CONSUMERS = new Tenancy("consumers");

    /** The one tenant of all personal accounts. */
    static final String PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad";

    private static final String ANY = "{tenantid}";
    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern DOMAIN =
            Pattern.compile("(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9-]{2,63}");
    private static final Pattern TENANT_ISSUER = Pattern.compile(".*/(" + GUID.pattern() + ")/v2\\.0");

    private final String segment;

    private Tenancy(String segment) {
        this.segment = segment;
    }

    static Tenancy tenant(String guidOrDomain) {
        String lower = guidOrDomain.toLowerCase(Locale.ROOT);
        if (!GUID.matcher(lower).matches() && !DOMAIN.matcher(lower).matches()) {
            throw new IllegalArgumentException("tenant must be a GUID or a domain such as contoso.com;"
                    + " for several tenants use common(), organizations() or consumers()");
        }
        return new Tenancy(lower);
    }

    static boolean isGuid(String text) {
        return GUID.matcher(text.toLowerCase(Locale.ROOT)).matches();
    }

    Discovery discovery(EntraCloud cloud) {
        String login = cloud.login().toString();
        if (isDomain()) {
            // A document that names another cloud's issuer is a tenant of that cloud; its tokens are not this one's.
            return Discovery.at(
                    URI.create(login + "/" + segment + "/v2.0/.well-known/openid-configuration"),
                    issuer -> issuer.startsWith(login + "/")
                            && GUID.matcher(strip(issuer, login + "/", "/v2.0")).matches(),
                    login + "/<the tenant's GUID>/v2.0; a tenant of a national cloud needs Entra.cloud(…)");
        }
        String authority = login + "/" + segment;
        AuthorizationServerMetadata.Builder metadata = AuthorizationServerMetadata.builder(
                        login + "/" + issuingTenant() + "/v2.0")
                .authorizationEndpoint(URI.create(authority + "/oauth2/v2.0/authorize"))
                .tokenEndpoint(URI.create(authority + "/oauth2/v2.0/token"))
                .deviceAuthorizationEndpoint(URI.create(authority + "/oauth2/v2.0/devicecode"))
                .jwksUri(URI.create(authority + "/discovery/v2.0/keys"))
                .member("end_session_endpoint", authority + "/oauth2/v2.0/logout");
        if (cloud.isKnown()) {
            metadata.member("userinfo_endpoint", cloud.graph() + "/oidc/userinfo");
        }
        return Discovery.known(metadata.build());
    }

    /** The tenant that a server's metadata is for, or nothing if its issuer is the template of many tenants. */
    static Optional<String> tenantOf(AuthorizationServerMetadata server) {
        Matcher matcher = TENANT_ISSUER.matcher(server.issuer());
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** The tenant whose issuer this is, by the template of an authority that tenants share. */
    static Optional<String> issuingTenant(AuthorizationServerMetadata server, String issuer) {
        Matcher matcher = TENANT_ISSUER.matcher(issuer);
        return matcher.matches() && issuer(server, matcher.group(1)).equals(issuer)
                ? Optional.of(matcher.group(1))
                : Optional.empty();
    }

    static String issuer(AuthorizationServerMetadata server, String tenant) {
        return server.issuer().replace(ANY, tenant);
    }

    static String host(AuthorizationServerMetadata server) {
        return server.tokenEndpoint().map(URI::getHost).orElse(server.issuer());
    }

    /** Application tokens are a tenant's; nobody's application lives among the personal accounts. */
    boolean servesApplications() {
        return isDomain() || (GUID.matcher(segment).matches() && !segment.equals(PERSONAL));
    }

    /** Which tenants an authority admits; which one a tenant's own is, its issuer says. */
    boolean admits(String tenant) {
        return !segment.equals(ORGANIZATIONS.segment) || !tenant.equals(PERSONAL);
    }

    @Override
    public String toString() {
        return segment;
    }

    private boolean isDomain() {
        return segment.contains(".");
    }

    private String issuingTenant() {
        if (segment.equals(CONSUMERS.segment)) {
            return PERSONAL;
        }
        return GUID.matcher(segment).matches() ? segment : ANY;
    }

    private static String strip(String text, String start, String end) {
        return text.endsWith(end) && text.length() > start.length() + end.length()
                ? text.substring(start.length(), text.length() - end.length())
                : "";
    }
}
