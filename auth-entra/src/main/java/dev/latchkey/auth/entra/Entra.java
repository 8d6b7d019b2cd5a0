package dev.latchkey.auth.entra;

import dev.latchkey.auth.authorize.StepUp;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.error.Challenge;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.Remedy;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.server.ServerProfile;
import dev.latchkey.auth.server.UncertainRefresh;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Microsoft identity platform (Entra ID): one tenant, or everybody's.
 *
 * <pre>{@code
 * Entra.tenant("8f4d1e0c-…")                                      // one organisation
 * Entra.tenant("contoso.com").cloud(EntraCloud.US_GOVERNMENT)     // by domain, in a national cloud
 * Entra.organizations().allowedTenants(ours, theirs)              // several organisations, and no other
 * }</pre>
 *
 * <p>Endpoints are known without a request, except for a tenant by domain: its metadata is read once, when it is first
 * needed, and from then on it is the same tenant as by GUID. No scope is ever added to those that the application asks
 * for: {@code openid} and {@code profile} bring an ID token, {@code offline_access} a refresh token.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class Entra implements ServerProfile {

    private final EntraCloud cloud;
    private final Tenancy tenancy;
    private final Set<String> allowedTenants;
    private final Supplier<UUID> requestIds;
    private final Discovery discovery;

    private Entra(EntraCloud cloud, Tenancy tenancy, Set<String> allowedTenants, Supplier<UUID> requestIds) {
        this.cloud = Objects.requireNonNull(cloud, "cloud");
        this.tenancy = tenancy;
        this.allowedTenants = Set.copyOf(allowedTenants);
        this.requestIds = Objects.requireNonNull(requestIds, "requestIds");
        this.discovery = tenancy.discovery(cloud);
    }

    private static Entra of(Tenancy tenancy) {
        return new Entra(EntraCloud.GLOBAL, tenancy, Set.of(), UUID::randomUUID);
    }

    /**
     * One organisation.
     *
     * @param guidOrDomain the tenant's GUID, which needs no discovery, or one of its domains
     * @return the profile, in the global cloud
     * @throws IllegalArgumentException if the text is neither; the names shared by several tenants have methods of their
     *     own
     */
    public static Entra tenant(String guidOrDomain) {
        Objects.requireNonNull(guidOrDomain, "guidOrDomain");
        return of(Tenancy.tenant(guidOrDomain));
    }

    /**
     * Everybody: work, school and personal accounts.
     *
     * @return the profile, in the global cloud
     */
    public static Entra common() {
        return of(Tenancy.COMMON);
    }

    /**
     * Work and school accounts of any organisation.
     *
     * @return the profile, in the global cloud
     */
    public static Entra organizations() {
        return of(Tenancy.ORGANIZATIONS);
    }

    /**
     * Personal accounts.
     *
     * @return the profile, in the global cloud
     */
    public static Entra consumers() {
        return of(Tenancy.CONSUMERS);
    }

    /**
     * Asks for all permissions on the global cloud's Graph that the application's registration lists; other clouds have
     * {@link EntraCloud#graphDefault()}.
     *
     * @return {@code https://graph.microsoft.com/.default}
     */
    public static Scopes graphDefault() {
        return EntraCloud.GLOBAL.graphDefault();
    }

    /**
     * Spares users the question which organisation they belong to, in an authorization request.
     *
     * @param domain a domain of theirs, {@code organizations} or {@code consumers}
     * @return options, to which more can be added
     */
    public static RequestOptions domainHint(String domain) {
        return RequestOptions.NONE.parameter("domain_hint", domain);
    }

    /**
     * Chooses the cloud.
     *
     * @param cloud the cloud
     * @return a new profile
     */
    public Entra cloud(EntraCloud cloud) {
        return new Entra(cloud, tenancy, allowedTenants, requestIds);
    }

    /**
     * Refuses users of all other tenants. Without this, {@link #common()} and {@link #organizations()} accept everybody
     * there is, and the application has to decide whom it serves.
     *
     * @param tenants the GUIDs of the tenants, at least one
     * @return a new profile
     * @throws IllegalArgumentException if there is none, or one is not a GUID
     */
    public Entra allowedTenants(String... tenants) {
        Set<String> allowed = new LinkedHashSet<>();
        for (String tenant : tenants) {
            if (!Tenancy.isGuid(tenant)) {
                throw new IllegalArgumentException("allowedTenants must be GUIDs, since only these are in a token");
            }
            allowed.add(tenant.toLowerCase(Locale.ROOT));
        }
        if (allowed.isEmpty()) {
            throw new IllegalArgumentException("allowedTenants must name at least one tenant");
        }
        return new Entra(cloud, tenancy, allowed, requestIds);
    }

    /**
     * Chooses where the identifiers of requests come from, which Microsoft's support asks for.
     *
     * @param requestIds gives a new identifier at each call; used by many threads at once
     * @return a new profile
     */
    public Entra clientRequestIds(Supplier<UUID> requestIds) {
        return new Entra(cloud, tenancy, allowedTenants, requestIds);
    }

    @Override
    public Discovery discovery() {
        return discovery;
    }

    /**
     * Checks an ID token's issuer: the tenant's, or, where tenants share an authority, the issuer that follows from the
     * token's own {@code tid}, which must be one of the allowed tenants.
     */
    @Override
    public boolean acceptsIssuer(AuthorizationServerMetadata server, IdTokenClaims claims) {
        Optional<String> tid = claims.text("tid").filter(Tenancy::isGuid);
        Optional<String> tenant = Tenancy.tenantOf(server);
        if (tenant.isPresent()) {
            return server.issuer().equals(claims.issuer())
                    && (claims.claim("tid").isEmpty() || lower(tid).equals(tenant))
                    && admits(tenant.get());
        }
        return tid.isPresent()
                && Tenancy.issuer(server, tid.get()).equals(claims.issuer())
                && lower(tid).filter(this::admits).isPresent();
    }

    /** Microsoft's {@code client_info} names the account also where no ID token comes. */
    @Override
    public boolean namesAccountsWithoutIdToken() {
        return true;
    }

    /** Accepts the tenant's issuer, or, where tenants share an authority, that of any tenant that is allowed. */
    @Override
    public boolean servesIssuer(AuthorizationServerMetadata server, String issuer) {
        Optional<String> tenant = Tenancy.tenantOf(server);
        if (tenant.isPresent()) {
            return server.issuer().equals(issuer);
        }
        return Tenancy.issuingTenant(server, issuer).filter(this::admits).isPresent();
    }

    /**
     * Reads the account from {@code client_info}: the subject is {@code uid.utid}, the same person for every application;
     * the tenant is the one that knows the person, and the issuer is that of the tenant which issued the tokens. Without
     * {@code client_info} the account is {@code iss} and {@code sub} of the ID token.
     *
     * @throws dev.latchkey.auth.error.InvalidResponseException if {@code client_info} is malformed, contradicts the ID
     *     token, or names a tenant that is not allowed
     */
    @Override
    public Optional<Account> account(
            AuthorizationServerMetadata server, TokenResponse response, @Nullable IdTokenClaims claims) {
        Object text = response.members().get("client_info");
        if (text == null) {
            return claims == null ? Optional.empty() : Optional.of(withoutClientInfo(claims));
        }
        ClientInfo info = ClientInfo.read(text, Tenancy.host(server));
        Optional<String> tenant = Tenancy.tenantOf(server);
        if (claims != null) {
            info.check(claims, tenant.isEmpty());
        }
        String issuing = tenant.orElse(info.utid());
        info.require(admits(issuing), "names a tenant that is not allowed");
        Account account =
                Account.of(Tenancy.issuer(server, issuing), info.subject()).withTenant(info.utid());
        Optional<String> username = claims == null ? Optional.empty() : claims.text("preferred_username");
        return Optional.of(username.map(account::withUsername).orElse(account));
    }

    /** Decides by {@code error}, {@code suberror} and status, and never by numbers or descriptions, which change. */
    @Override
    public Remedy remedy(ServerError error, String grantType) {
        return EntraError.of(error).remedy(grantType).orElseGet(() -> ServerProfile.super.remedy(error, grantType));
    }

    /** Says what the commonest AADSTS numbers mean; the others are named. They are for people, and decide nothing. */
    @Override
    public Optional<String> hint(ServerError error) {
        return EntraError.of(error).hint();
    }

    /**
     * Finds what Conditional Access and continuous access evaluation demand: claims, in base64, in a challenge
     * {@code insufficient_claims}. They are tried with {@link dev.latchkey.auth.token.TokenOptions#claims} first, and then with
     * the user.
     */
    @Override
    public Optional<StepUp> stepUp(List<Challenge> challenges) {
        return EntraError.claims(challenges)
                .filter(JsonTexts::isObject)
                .map(StepUp::claims)
                .or(() -> ServerProfile.super.stepUp(challenges));
    }

    /**
     * Asks for {@code client_info}, and names requests so that they are found again.
     *
     * @throws ConfigurationException if an application asks for a token on its own behalf at an authority that is no one
     *     tenant's
     */
    @Override
    public void prepare(RequestDraft request) {
        boolean appOnly = request.parameters().all("grant_type").contains("client_credentials");
        if (appOnly && !tenancy.servesApplications()) {
            throw new ConfigurationException(
                    "tenant", "Client credentials need a real tenant: use Entra.tenant(…) in place of " + tenancy);
        }
        request.parameter("client_info", "1");
        if (request.kind() != RequestKind.AUTHORIZATION) {
            request.header("client-request-id", requestIds.get().toString());
            request.header("return-client-request-id", "true");
        }
        if (request.kind() == RequestKind.TOKEN) {
            // Takes the request to where the user's data is; a name that is no header value goes the long way.
            request.parameters()
                    .first("username")
                    .filter(name -> name.matches("[!-~]{1,256}"))
                    .ifPresent(name -> request.header("X-AnchorMailbox", "UPN:" + name));
        }
    }

    /** Only what says that the refresh token itself is bad ends a session; what asks for the user leaves it as it is. */
    @Override
    public boolean endsSession(ServerError error) {
        String suberror = error.text("suberror").orElse("");
        return error.code().equals("invalid_grant")
                && (suberror.isEmpty() || suberror.equals("bad_token") || suberror.equals("token_expired"));
    }

    /**
     * The platform does not revoke a refresh token when it is used, although it sends a new one along, so that sending it
     * again after a lost answer does no harm, however often.
     *
     * @see <a href="https://learn.microsoft.com/entra/identity-platform/refresh-tokens">Refresh tokens in the Microsoft
     *     identity platform</a>
     */
    @Override
    public UncertainRefresh uncertainRefresh() {
        return UncertainRefresh.RETRY_ALWAYS;
    }

    /**
     * Tells the resource that scopes belong to: what stands before a scope's last slash, Graph for a short name such as
     * {@code User.Read}, nothing for OpenID scopes.
     *
     * @throws ConfigurationException if scopes belong to several resources, since a token is for one
     */
    @Override
    public Optional<String> resource(Scopes scopes) {
        return ScopeResources.of(scopes, cloud.graph().toString());
    }

    @Override
    public String toString() {
        return "Entra[" + tenancy + " at " + cloud.login().getAuthority() + "]";
    }

    private boolean admits(String tenant) {
        return tenancy.admits(tenant) && (allowedTenants.isEmpty() || allowedTenants.contains(tenant));
    }

    private static Optional<String> lower(Optional<String> text) {
        return text.map(value -> value.toLowerCase(Locale.ROOT));
    }

    private static Account withoutClientInfo(IdTokenClaims claims) {
        Account account = Account.of(claims);
        return claims.text("tid").map(account::withTenant).orElse(account);
    }
}
