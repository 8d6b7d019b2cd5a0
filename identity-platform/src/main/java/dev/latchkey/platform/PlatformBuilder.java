package dev.latchkey.platform;

import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.Tenant;
import dev.latchkey.platform.directory.TokenRules;
import dev.latchkey.platform.directory.User;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Says how a platform shall be. Used by one thread. */
public final class PlatformBuilder {
    private static final String DEFAULT_TENANT = "2f7f4c1e-5d0b-4d0e-9a55-6f6d3c1b8a10";

    private final List<Tenant> tenants = new ArrayList<>();
    private final List<User> users = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private List<String> certificateNames = List.of("127.0.0.1", "::1", "localhost");
    private TokenRules rules = TokenRules.defaults();
    private Clock clock = Clock.systemUTC();
    private String host = "127.0.0.1";
    private String autoSignIn = "";
    private boolean plainHttp;
    private int port;
    private int pageSize = 100;
    private int logCapacity = 10_000;

    PlatformBuilder() {}

    /**
     * Adds a tenant. The first takes in users of unknown domains; without any there is {@code contoso.example}.
     *
     * @param tenant the tenant
     * @return this builder
     */
    public PlatformBuilder tenant(Tenant tenant) {
        tenants.add(Objects.requireNonNull(tenant, "tenant"));
        return this;
    }

    /**
     * Adds a user.
     *
     * @param user the user
     * @return this builder
     */
    public PlatformBuilder user(User user) {
        users.add(Objects.requireNonNull(user, "user"));
        return this;
    }

    /**
     * Adds people for Graph to page through: {@code person001} and so on, at the first tenant's domain. Nobody knows
     * their passwords.
     *
     * @param count how many
     * @return this builder
     */
    public PlatformBuilder people(int count) {
        String domain = (tenants.isEmpty() ? defaultTenant() : tenants.get(0)).domain();
        for (int i = 1; i <= count; i++) {
            String number = String.format(Locale.ROOT, "%03d", i);
            users.add(User.of(
                    "person" + number + "@" + domain,
                    java.util.UUID.randomUUID().toString(),
                    "Person " + number));
        }
        return this;
    }

    /**
     * Adds a client.
     *
     * @param client the client
     * @return this builder
     */
    public PlatformBuilder client(Client client) {
        clients.add(Objects.requireNonNull(client, "client"));
        return this;
    }

    /**
     * Sets how long things live and what tokens look like.
     *
     * @param value the rules
     * @return this builder
     */
    public PlatformBuilder tokens(TokenRules value) {
        rules = Objects.requireNonNull(value, "tokens");
        return this;
    }

    /**
     * Sets the time of tokens and codes. TLS certificates follow the true time.
     *
     * @param value the clock
     * @return this builder
     */
    public PlatformBuilder clock(Clock value) {
        clock = Objects.requireNonNull(value, "clock");
        return this;
    }

    /**
     * Answers authorization requests with a code for this user at once: no page, no password, no consent.
     *
     * @param username who is signed in
     * @return this builder
     */
    public PlatformBuilder autoSignIn(String username) {
        autoSignIn = Objects.requireNonNull(username, "username");
        return this;
    }

    /**
     * Speaks http instead of https, on loopback as ever: for benchmarks.
     *
     * @return this builder
     */
    public PlatformBuilder plainHttp() {
        plainHttp = true;
        return this;
    }

    /**
     * Listens at this port instead of any free one.
     *
     * @param value the port
     * @return this builder
     */
    public PlatformBuilder port(int value) {
        port = value;
        return this;
    }

    /**
     * Names the host in every URI: {@code 127.0.0.1} or {@code localhost}. The socket is 127.0.0.1 in both cases.
     *
     * @param value the host
     * @return this builder
     * @throws IllegalArgumentException if it is another host
     */
    public PlatformBuilder host(String value) {
        if (!value.equals("127.0.0.1") && !value.equals("localhost")) {
            throw new IllegalArgumentException("host must be 127.0.0.1 or localhost");
        }
        host = value;
        return this;
    }

    /**
     * Presents a certificate for other names, so that a client must refuse it.
     *
     * @param names DNS names and literal addresses, at least one
     * @return this builder
     */
    public PlatformBuilder certificateNames(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("certificateNames must not be empty");
        }
        certificateNames = List.of(names);
        return this;
    }

    /**
     * Sets how many users a Graph page has when the request does not say; 100 without this.
     *
     * @param value how many
     * @return this builder
     */
    public PlatformBuilder graphPageSize(int value) {
        pageSize = value;
        return this;
    }

    /**
     * Sets how many requests the log keeps; 10,000 without this.
     *
     * @param value how many
     * @return this builder
     */
    public PlatformBuilder logCapacity(int value) {
        logCapacity = value;
        return this;
    }

    /**
     * Starts the platform.
     *
     * @return the running platform
     * @throws IllegalArgumentException if the user of {@link #autoSignIn} was not added
     * @throws java.io.UncheckedIOException if the port cannot be bound
     */
    public IdentityPlatform start() {
        if (tenants.isEmpty()) {
            tenants.add(defaultTenant());
        }
        return new IdentityPlatform(this);
    }

    private static Tenant defaultTenant() {
        return Tenant.of(DEFAULT_TENANT, "contoso.example");
    }

    List<Tenant> tenants() {
        return tenants;
    }

    List<User> users() {
        return users;
    }

    List<Client> clients() {
        return clients;
    }

    List<String> certificateNames() {
        return certificateNames;
    }

    TokenRules rules() {
        return rules;
    }

    Clock clock() {
        return clock;
    }

    String host() {
        return host;
    }

    Optional<User> autoSignIn() {
        if (autoSignIn.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(users.stream()
                .filter(user -> user.username().equalsIgnoreCase(autoSignIn))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("autoSignIn: unknown user " + autoSignIn)));
    }

    boolean isPlainHttp() {
        return plainHttp;
    }

    int port() {
        return port;
    }

    int pageSize() {
        return pageSize;
    }

    int logCapacity() {
        return logCapacity;
    }
}
