package dev.latchkey.auth.jose;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.exchange.BackChannel;
import dev.latchkey.auth.exchange.Documents;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.HttpTransport;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.Provider;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of authorization servers: fetched from the {@code jwks_uri} of each server's metadata and held for a while,
 * or known beforehand.
 *
 * <p>One object serves any number of verifiers and servers, and should, so that keys are fetched once. A token whose key is
 * not among those at hand makes them be fetched again, though not within a minute of a fetch that brought nothing new:
 * otherwise anybody could make this client flood the server. Where it brought new keys the server rotates them, and a second is
 * enough. Safe for use by any number of threads.
 */
public final class ServerKeys {

    private static final int MAX_SERVERS = 1_000;

    private final @Nullable KeySource known;
    private final @Nullable Documents documents;
    private final Timing timing;
    private final ConcurrentMap<URI, RemoteKeys> remotes = new ConcurrentHashMap<>();

    private ServerKeys(@Nullable KeySource known, @Nullable Documents documents, Timing timing) {
        this.known = known;
        this.documents = documents;
        this.timing = timing;
    }

    /**
     * Keys that are fetched when they are first needed, over https, under the default limits.
     *
     * @param transport sends the requests
     * @return the keys
     */
    public static ServerKeys fetchedOver(HttpTransport transport) {
        return builder(transport).build();
    }

    /**
     * Keys that are known beforehand. Whatever server they are asked for, it is these: use them with one server only.
     *
     * @param jwkSet a JWK set (RFC 7517 §5)
     * @return the keys
     * @throws ConfigurationException if it is not a JWK set, or none of its keys can be used
     */
    public static ServerKeys of(String jwkSet) {
        return of(jwkSet, null);
    }

    /**
     * Keys that are known beforehand, used by a JCA provider of the application's choice.
     *
     * @param jwkSet a JWK set (RFC 7517 §5)
     * @param provider verifies the signatures, or null for the runtime's own choice
     * @return the keys
     * @throws ConfigurationException if it is not a JWK set, or none of its keys can be used
     */
    public static ServerKeys of(String jwkSet, @Nullable Provider provider) {
        VerificationKeys keys;
        try {
            keys = VerificationKeys.parse(ByteBuffer.wrap(jwkSet.getBytes(StandardCharsets.UTF_8)), provider);
        } catch (JoseFault e) {
            throw new ConfigurationException("jwkSet", e.problem());
        }
        if (keys.size() == 0) {
            throw new ConfigurationException(
                    "jwkSet",
                    "has no key that signatures can be verified with: public, for use sig, RSA from 2048 bits, or on"
                            + " P-256, P-384, P-521 or Ed25519");
        }
        return new ServerKeys(() -> keys, null, new Timing(provider));
    }

    /**
     * Starts keys that are fetched.
     *
     * @param transport sends the requests
     * @return a builder
     */
    public static Builder builder(HttpTransport transport) {
        return new Builder(transport);
    }

    KeySource of(AuthorizationServerMetadata server) {
        if (known != null) {
            return known;
        }
        URI location = server.jwksUri()
                .orElseThrow(() -> new ConfigurationException(
                        "jwks_uri",
                        server.problem("jwks_uri")
                                        .map(problem ->
                                                "in the metadata of " + server.issuer() + " cannot be used: " + problem)
                                        .orElse("is not in the metadata of " + server.issuer())
                                + "; give the keys with ServerKeys.of(…)"));
        RemoteKeys remote = remotes.get(location);
        return remote == null ? added(location) : remote;
    }

    @Nullable
    Provider provider() {
        return timing.provider;
    }

    @Override
    public String toString() {
        return "ServerKeys[" + (known == null ? "fetched" : "known") + "]";
    }

    private RemoteKeys added(URI location) {
        if (remotes.size() >= MAX_SERVERS) {
            // More servers than anybody has: some of them must be made up. What is needed again is fetched again.
            remotes.clear();
        }
        Documents fetcher = Objects.requireNonNull(documents, "documents");
        return remotes.computeIfAbsent(location, at -> new RemoteKeys(at, fetcher, timing));
    }

    /** How long things last, in nanoseconds, and what runs and times them. */
    static final class Timing {

        final @Nullable Provider provider;
        long timeToLive = Duration.ofMinutes(5).toNanos();
        long refreshAhead = Duration.ofMinutes(1).toNanos();
        long outage = Duration.ofMinutes(30).toNanos();
        long searchFloor = Duration.ofMinutes(1).toNanos();
        // Only the server can make a search find new keys; this bounds even one that has others each time.
        long rotationFloor = Duration.ofSeconds(1).toNanos();
        long failureFloor = Duration.ofSeconds(5).toNanos();
        Duration timeout = Duration.ofSeconds(10);
        Executor executor = ServerKeys::onThreadOfItsOwn;
        LongSupplier ticker = System::nanoTime;

        Timing(@Nullable Provider provider) {
            this.provider = provider;
        }

        long nanos() {
            return ticker.getAsLong();
        }
    }

    // Without a context class loader: a thread that outlives an application must not keep its class loader alive.
    private static void onThreadOfItsOwn(Runnable fetch) {
        Thread thread = new Thread(null, fetch, "latchkey-keys", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
    }

    /** Collects how keys are fetched. Not safe for use by several threads. */
    public static final class Builder {

        private static final Duration DAY = Duration.ofDays(1);

        private final HttpTransport transport;
        private Duration timeToLive = Duration.ofMinutes(5);
        private Duration outage = Duration.ofMinutes(30);
        private Duration timeout = Duration.ofSeconds(10);
        private @Nullable Executor executor;
        private @Nullable Provider provider;
        private LongSupplier ticker = System::nanoTime;
        private boolean httpAllowedOnLoopback;

        private Builder(HttpTransport transport) {
            this.transport = Objects.requireNonNull(transport, "transport");
        }

        /**
         * Says how long keys are used before they are fetched again; five minutes by default. In the last fifth of that time
         * a use has them fetched in the background.
         *
         * @param timeToLive from one second to a day
         * @return this builder
         * @throws ConfigurationException if it is outside these bounds
         */
        public Builder timeToLive(Duration timeToLive) {
            this.timeToLive = within("timeToLive", timeToLive, Duration.ofSeconds(1));
            return this;
        }

        /**
         * Says how long keys that have expired are used while new ones cannot be fetched; half an hour by default. A key that
         * the server has withdrawn may be trusted for so much longer.
         *
         * @param outage from zero to a day
         * @return this builder
         * @throws ConfigurationException if it is outside these bounds
         */
        public Builder outage(Duration outage) {
            this.outage = within("outage", outage, Duration.ZERO);
            return this;
        }

        /**
         * Says how long a fetch may take; ten seconds by default.
         *
         * @param timeout from a millisecond to a day
         * @return this builder
         * @throws ConfigurationException if it is outside these bounds
         */
        public Builder timeout(Duration timeout) {
            this.timeout = within("timeout", timeout, Duration.ofMillis(1));
            return this;
        }

        /**
         * Says what runs the fetches; a daemon thread for each by default. It must not run work on the calling thread.
         *
         * @param executor the executor, which whoever made it shuts down
         * @return this builder
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Says which JCA provider verifies signatures; the runtime's own choice by default.
         *
         * @param provider the provider
         * @return this builder
         */
        public Builder provider(Provider provider) {
            this.provider = Objects.requireNonNull(provider, "provider");
            return this;
        }

        /**
         * Lets a {@code jwks_uri} be plain http if it is on this machine, for tests alone: anybody on the machine may listen.
         *
         * @return this builder
         */
        public Builder dangerouslyAllowHttp() {
            this.httpAllowedOnLoopback = true;
            return this;
        }

        // For tests: the monotonic clock, in nanoseconds.
        Builder ticker(LongSupplier ticker) {
            this.ticker = ticker;
            return this;
        }

        /**
         * Finishes the keys, without any I/O.
         *
         * @return the keys
         */
        public ServerKeys build() {
            Timing timing = new Timing(provider);
            timing.timeToLive = timeToLive.toNanos();
            timing.refreshAhead = timeToLive.toNanos() / 5;
            timing.outage = outage.toNanos();
            timing.timeout = timeout;
            timing.ticker = ticker;
            if (executor != null) {
                timing.executor = executor;
            }
            return new ServerKeys(null, new Documents(new BackChannel(transport, httpAllowedOnLoopback)), timing);
        }

        private static Duration within(String field, Duration value, Duration least) {
            if (value.compareTo(least) < 0 || value.compareTo(DAY) > 0) {
                throw new ConfigurationException(field, "must be from " + least + " to " + DAY);
            }
            return value;
        }
    }
}
