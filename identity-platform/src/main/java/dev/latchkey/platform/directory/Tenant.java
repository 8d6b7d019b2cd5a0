package dev.latchkey.platform.directory;

import java.util.Locale;
import java.util.Objects;
import java.util.UUID;

/** A directory of users: a GUID and a domain, either of which names it in a path. Immutable. */
public final class Tenant {
    /** The tenant of personal accounts, behind {@code consumers}. */
    public static final Tenant CONSUMERS = of("9188040d-6c67-4c5b-b112-36a304b66dad", "personal.example");

    private final String id;
    private final String domain;

    private Tenant(String id, String domain) {
        this.id = id;
        this.domain = domain;
    }

    /**
     * A tenant.
     *
     * @param id a GUID
     * @param domain a domain; users whose name ends in it belong to the tenant
     * @return the tenant
     * @throws IllegalArgumentException if the id is not a GUID
     */
    public static Tenant of(String id, String domain) {
        return new Tenant(UUID.fromString(id).toString(), domain.toLowerCase(Locale.ROOT));
    }

    /**
     * The GUID.
     *
     * @return the id, in lower case
     */
    public String id() {
        return id;
    }

    /**
     * The domain.
     *
     * @return the domain, in lower case
     */
    public String domain() {
        return domain;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tenant && id.equals(((Tenant) other).id) && domain.equals(((Tenant) other).domain);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, domain);
    }

    @Override
    public String toString() {
        return "Tenant[" + id + ", " + domain + "]";
    }
}
