package dev.latchkey.platform.token;

import dev.latchkey.platform.directory.Tenant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Under which name a client speaks to the platform: the generic issuer, one tenant, or one of the shared names. */
public final class Authority {
    /** The issuer at the root. */
    public static final Authority GENERIC = new Authority("", null);

    private final String segment;
    private final @Nullable Tenant tenant;

    private Authority(String segment, @Nullable Tenant tenant) {
        this.segment = segment;
        this.tenant = tenant;
    }

    /**
     * One tenant.
     *
     * @param tenant the tenant
     * @return its authority
     */
    public static Authority of(Tenant tenant) {
        return new Authority(tenant.id(), tenant);
    }

    /**
     * All tenants.
     *
     * @param name {@code common} or {@code organizations}
     * @return the authority
     */
    public static Authority shared(String name) {
        return new Authority(name, null);
    }

    /**
     * Tells whether paths and errors have Microsoft's shape.
     *
     * @return whether they have
     */
    public boolean isMicrosoft() {
        return !segment.isEmpty();
    }

    /**
     * The one tenant of this authority.
     *
     * @return the tenant; none for the generic issuer and the shared names
     */
    public Optional<Tenant> tenant() {
        return Optional.ofNullable(tenant);
    }

    /**
     * The path segment.
     *
     * @return a GUID or a shared name; empty for the generic issuer
     */
    public String segment() {
        return segment;
    }

    /**
     * The issuer that metadata names.
     *
     * @param base the platform's base, without a slash at its end
     * @return the issuer; a template for the shared names
     */
    public String metadataIssuer(String base) {
        return isMicrosoft() ? base + "/" + (tenant == null ? "{tenantid}" : segment) + "/v2.0" : base;
    }

    /**
     * The issuer of tokens for users of a tenant.
     *
     * @param base the platform's base, without a slash at its end
     * @param home the user's tenant
     * @return the issuer
     */
    public String tokenIssuer(String base, Tenant home) {
        return isMicrosoft() ? base + "/" + home.id() + "/v2.0" : base;
    }

    /**
     * Tells whether users of a tenant may sign in here.
     *
     * @param home the user's tenant
     * @return whether they may
     */
    public boolean admits(Tenant home) {
        if (tenant != null) {
            return tenant.equals(home);
        }
        return !segment.equals("organizations") || !home.equals(Tenant.CONSUMERS);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Authority && segment.equals(((Authority) other).segment);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(segment);
    }

    @Override
    public String toString() {
        return "Authority[" + (isMicrosoft() ? segment : "generic") + "]";
    }
}
