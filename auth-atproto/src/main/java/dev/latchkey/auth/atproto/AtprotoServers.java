package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.HttpTransport;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the one authorization server of a personal data server, and holds its metadata to the profile.
 *
 * <p>All addresses come from strangers: the transport must honour address policies. Calls block, each of two requests for the
 * time-out at most. What was found is remembered for a few minutes; failures are not. Safe for use by any number of
 * threads.
 */
public final class AtprotoServers {

    private static final String RESOURCE = "protected resource metadata";
    private static final String SERVER = "authorization server metadata";
    private static final String JSON = "application/json";

    private final StrangersDocuments web;
    private final BoundedCache<URI, AuthorizationServerMetadata> cache;
    private final Clock clock;

    private AtprotoServers(Builder builder) {
        this.web = StrangersDocuments.over(builder.transport, builder.development, builder.timeout);
        this.cache = new BoundedCache<>(builder.clock, Builder.LIFETIME, Builder.CAPACITY);
        this.clock = builder.clock;
    }

    /**
     * Makes one with what is usual.
     *
     * @param transport sends the requests; it must honour address policies
     * @return the finder
     * @throws ConfigurationException if the transport does not
     */
    public static AtprotoServers create(HttpTransport transport) {
        return builder(transport).build();
    }

    /**
     * Starts one.
     *
     * @param transport sends the requests; it must honour address policies
     * @return a builder
     */
    public static Builder builder(HttpTransport transport) {
        return new Builder(transport);
    }

    /**
     * Finds the authorization server of a server.
     *
     * @param server the origin of a personal data server, or of an authorization server itself
     * @return the authorization server's metadata, found less than ten minutes ago; of its members, those that a sign-in of this
     *     profile needs
     * @throws ConfigurationException if the server is neither
     * @throws InvalidResponseException if what it says is not what the profile demands
     * @throws TemporaryFailureException if one of the two servers does not answer now
     */
    public AuthorizationServerMetadata of(URI server) {
        URI origin = origin(server);
        AuthorizationServerMetadata known = cache.get(origin);
        if (known != null) {
            return known;
        }
        return findFresh(origin).metadata;
    }

    /**
     * Finds out what a server's authorization server is at this moment, as is due before its word about anybody is believed.
     * Does not ask the cache, which has the finding then.
     *
     * @param server the origin of a personal data server, or of an authorization server itself
     * @return the authorization server's metadata
     * @throws ConfigurationException if the server is neither
     * @throws InvalidResponseException if what it says is not what the profile demands
     * @throws TemporaryFailureException if one of the two servers does not answer now
     */
    public AuthorizationServerMetadata ofFresh(URI server) {
        return findFresh(server).metadata;
    }

    /** Does the same, and tells whether the server has named it. */
    Found findFresh(URI server) {
        try {
            return remembered(origin(server));
        } catch (NoResource e) {
            throw e.refusal;
        }
    }

    private Found remembered(URI origin) throws NoResource {
        Instant since = clock.instant();
        Found found = found(origin);
        cache.put(origin, found.metadata, since);
        return found;
    }

    /** Forgets what is remembered of a server. */
    void forget(URI server) {
        cache.remove(server);
    }

    /**
     * Finds the metadata of an authorization server by its issuer, and asks no one else: it need not be a resource itself, and what it
     * answers where resources have their metadata is its own affair.
     */
    AuthorizationServerMetadata ofIssuer(URI issuer) {
        URI origin = origin(issuer);
        return KnownMembers.of(metadata(origin), origin.getHost());
    }

    /**
     * Finds the authorization server that a user has named, or the one of the server that a user has named: what has no resource
     * metadata may be an authorization server alone, even if it does not say so with status 404. Where they are and are wrong, the
     * server is refused.
     */
    AuthorizationServerMetadata ofNamed(URI server) {
        URI origin = origin(server);
        AuthorizationServerMetadata known = cache.get(origin);
        if (known != null) {
            return known;
        }
        try {
            return remembered(origin).metadata;
        } catch (NoResource e) {
            try {
                return ofIssuer(origin);
            } catch (OAuthException other) {
                e.refusal.addSuppressed(other);
                throw e.refusal;
            }
        }
    }

    private Found found(URI server) throws NoResource {
        Map<String, @Nullable Object> resource = resource(server);
        if (resource == null) {
            // An authorization server that serves many others is a resource of nobody, and may be named by a user.
            return new Found(ofIssuer(server), false);
        }
        AuthorizationServerMetadata metadata = metadata(issuer(resource, server));
        String host = URI.create(metadata.issuer()).getHost();
        ServerRequirements.checkResource(metadata, host, server);
        return new Found(KnownMembers.of(metadata, host), true);
    }

    private @Nullable Map<String, @Nullable Object> resource(URI server) throws NoResource {
        URI location = URI.create(server + "/.well-known/oauth-protected-resource");
        AtomicBoolean isGone = new AtomicBoolean();
        try {
            return web.json(
                            location,
                            RESOURCE,
                            status -> {
                                isGone.set(status == 410);
                                return status == 404;
                            },
                            JSON)
                    .orElse(null);
        } catch (InvalidResponseException e) {
            // A web application answers every address with a page.
            if (e.field().equals("content-type")) {
                throw new NoResource(e);
            }
            throw e;
        } catch (ConfigurationException e) {
            if (isGone.get()) {
                throw new NoResource(e);
            }
            throw e;
        }
    }

    /** A server has no resource metadata, without saying that it never had any. */
    private static final class NoResource extends Exception {

        private static final long serialVersionUID = 1L;

        private final OAuthException refusal;

        NoResource(OAuthException refusal) {
            super(refusal);
            this.refusal = refusal;
        }
    }

    /** An authorization server, and whether a server has named it, or has named none and may be it. */
    static final class Found {

        final AuthorizationServerMetadata metadata;
        final boolean isNamed;

        Found(AuthorizationServerMetadata metadata, boolean isNamed) {
            this.metadata = metadata;
            this.isNamed = isNamed;
        }
    }

    private URI issuer(Map<String, @Nullable Object> resource, URI server) {
        String host = server.getHost();
        if (!server.toString().equals(resource.get("resource"))) {
            throw new InvalidResponseException("resource", host, "names another server than the one that was asked");
        }
        Object named = resource.get("authorization_servers");
        List<?> servers = named instanceof List ? (List<?>) named : List.of();
        if (servers.size() != 1) {
            throw new InvalidResponseException(
                    "authorization_servers", host, "must have exactly one in it, and has " + servers.size());
        }
        String issuer = String.valueOf(servers.get(0));
        // Character by character: what reads the same in another spelling is another issuer.
        return ServerOrigin.read(issuer, web.development())
                .filter(origin -> origin.toString().equals(issuer))
                .orElseThrow(() -> new InvalidResponseException(
                        "authorization_servers",
                        host,
                        "must be an https address of a host alone, without a slash at the end, in lower case and without"
                                + " the ordinary port"));
    }

    private AuthorizationServerMetadata metadata(URI issuer) {
        String host = issuer.getHost();
        Map<String, @Nullable Object> members = web.json(
                        URI.create(issuer + "/.well-known/oauth-authorization-server"), SERVER, JSON)
                .orElseThrow(() -> new ConfigurationException(
                        "server",
                        host
                                + " has no metadata of an authorization server; it is neither one nor a personal data server"
                                + " that names one"));
        if (!issuer.toString().equals(members.get("issuer"))) {
            throw new InvalidResponseException(
                    "issuer", host, "names another server than " + issuer + ", whose document this would be");
        }
        AuthorizationServerMetadata metadata;
        try {
            metadata = AuthorizationServerMetadata.of(members);
        } catch (IllegalArgumentException e) {
            throw new InvalidResponseException(SERVER, host, String.valueOf(e.getMessage()), null, e);
        }
        ServerRequirements.check(metadata, host, web.development());
        return metadata;
    }

    private URI origin(URI server) {
        return ServerOrigin.read(Objects.requireNonNull(server, "server").toString(), web.development())
                .orElseThrow(() -> new ConfigurationException(
                        "server", "must be an https address of a host alone (" + server.getHost() + ")"));
    }

    /** Collects the parts. Not safe for use by several threads. */
    public static final class Builder {

        private static final int CAPACITY = 1000;
        private static final Duration LIFETIME = Duration.ofMinutes(5);

        // Heard by tests.
        Consumer<String> warning =
                text -> System.getLogger(AtprotoServers.class.getName()).log(System.Logger.Level.WARNING, text);

        private final HttpTransport transport;
        private Clock clock = Clock.systemUTC();
        private Duration timeout = Duration.ofSeconds(5);
        private boolean development;

        private Builder(HttpTransport transport) {
            this.transport = Objects.requireNonNull(transport, "transport");
        }

        /**
         * Sets the clock that tells how old an answer is.
         *
         * @param clock the clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Bounds each request.
         *
         * @param timeout a positive duration; five seconds by default
         * @return this builder
         */
        public Builder timeout(Duration timeout) {
            this.timeout = AtprotoIdentities.Builder.positive(timeout, "timeout");
            return this;
        }

        /**
         * Lets the servers be on this machine, for tests: loopback addresses, and plain http on them. That it was called is logged as
         * a warning.
         *
         * @return this builder
         */
        public Builder dangerouslyAllowLoopback() {
            this.development = true;
            return this;
        }

        /**
         * Finishes.
         *
         * @return the finder
         * @throws ConfigurationException if the transport does not honour address policies
         */
        public AtprotoServers build() {
            if (development) {
                warning.accept(
                        "Servers may be on this machine, without TLS: dangerouslyAllowLoopback() is for tests alone");
            }
            return new AtprotoServers(this);
        }
    }
}
