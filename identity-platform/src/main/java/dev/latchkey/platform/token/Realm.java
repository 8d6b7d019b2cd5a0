package dev.latchkey.platform.token;

import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.Tenant;
import dev.latchkey.platform.directory.TokenRules;
import dev.latchkey.platform.directory.User;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What all endpoints share: who is registered, the rules, the clock. Safe for use by several threads. */
public final class Realm {
    private final String base;
    private final Clock clock;
    private final SecureRandom random;
    private final TokenRules rules;
    private final Map<String, Tenant> tenants = new LinkedHashMap<>();
    private final Map<String, User> users = new LinkedHashMap<>();
    private final Map<String, Client> clients = new LinkedHashMap<>();
    private final Tenant home;

    /**
     * A realm.
     *
     * @param base the platform's base, without a slash at its end
     * @param clock the time
     * @param random where secrets come from
     * @param rules how long things live
     * @param tenants the tenants; the first takes in users whose name has an unknown domain
     * @param users who can sign in
     * @param clients which applications there are
     */
    public Realm(
            String base,
            Clock clock,
            SecureRandom random,
            TokenRules rules,
            List<Tenant> tenants,
            Collection<User> users,
            Collection<Client> clients) {
        this.base = base;
        this.clock = clock;
        this.random = random;
        this.rules = rules;
        this.home = tenants.get(0);
        tenants.forEach(this::register);
        register(Tenant.CONSUMERS);
        users.forEach(user -> this.users.put(user.username().toLowerCase(Locale.ROOT), user));
        clients.forEach(client -> this.clients.put(client.id(), client));
    }

    private void register(Tenant tenant) {
        tenants.put(tenant.id(), tenant);
        tenants.put(tenant.domain(), tenant);
    }

    /**
     * The platform's base.
     *
     * @return scheme and authority, without a slash at its end
     */
    public String base() {
        return base;
    }

    /**
     * The time, in whole seconds as tokens have it.
     *
     * @return now
     */
    public Instant now() {
        return Instant.ofEpochSecond(clock.millis() / 1000);
    }

    /**
     * The time.
     *
     * @return now, as exactly as the clock knows
     */
    public Instant exactNow() {
        return clock.instant();
    }

    /**
     * How long things live.
     *
     * @return the rules
     */
    public TokenRules rules() {
        return rules;
    }

    /**
     * A fresh secret of 256 bits.
     *
     * @return 43 characters of base64url
     */
    public String secret() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * A random number.
     *
     * @param bound the first number that is too large
     * @return a number from zero
     */
    public int number(int bound) {
        return random.nextInt(bound);
    }

    /**
     * A fresh GUID that is no secret.
     *
     * @return the GUID
     */
    public String guid() {
        return UUID.randomUUID().toString();
    }

    /**
     * The authority that a path segment names.
     *
     * @param segment a tenant's GUID or domain, or a shared name
     * @return the authority
     */
    public Optional<Authority> authority(String segment) {
        String name = segment.toLowerCase(Locale.ROOT);
        switch (name) {
            case "common":
            case "organizations":
                return Optional.of(Authority.shared(name));
            case "consumers":
                return Optional.of(Authority.of(Tenant.CONSUMERS));
            default:
                return Optional.ofNullable(tenants.get(name)).map(Authority::of);
        }
    }

    /**
     * The tenant that users belong to when nothing says otherwise.
     *
     * @return the first tenant
     */
    public Tenant home() {
        return home;
    }

    /**
     * The tenants, each once.
     *
     * @return the tenants
     */
    public List<Tenant> tenants() {
        return tenants.values().stream().distinct().collect(java.util.stream.Collectors.toUnmodifiableList());
    }

    /**
     * The tenant that a user belongs to.
     *
     * @param user the user
     * @return the tenant of the domain in the user's name
     */
    public Tenant tenantOf(User user) {
        String name = user.username();
        String domain = name.substring(name.indexOf('@') + 1).toLowerCase(Locale.ROOT);
        return tenants.getOrDefault(domain, home);
    }

    /**
     * A user by name.
     *
     * @param username the user principal name, in any case
     * @return the user
     */
    public Optional<User> user(String username) {
        return Optional.ofNullable(users.get(username.trim().toLowerCase(Locale.ROOT)));
    }

    /**
     * All users.
     *
     * @return the users in the order registered
     */
    public Collection<User> users() {
        return Collections.unmodifiableCollection(users.values());
    }

    /**
     * A client by id.
     *
     * @param id the client id
     * @return the client
     */
    public Optional<Client> client(String id) {
        return Optional.ofNullable(clients.get(id));
    }

    /**
     * Tells whether any client has registered a place to go after signing out.
     *
     * @param uri the URI of a request
     * @return whether one has
     */
    public boolean anyClientAllowsPostLogoutRedirectTo(String uri) {
        return clients.values().stream().anyMatch(client -> client.allowsPostLogoutRedirectTo(uri));
    }
}
