package dev.latchkey.auth.atproto;

import dev.latchkey.auth.AuthListener;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.PendingLimit;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.jose.Dpop;
import dev.latchkey.auth.server.ServerProfile;
import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.SessionKeys;
import dev.latchkey.auth.spi.TokenStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects what a client of the AT Protocol is made of. Not safe for use by several threads. */
public final class AtprotoClientBuilder {

    private static final Duration DOCUMENTS = Duration.ofSeconds(5);

    private final HttpTransport transport;
    private @Nullable AtprotoClientMetadata metadata;
    private @Nullable TokenStore store;
    private @Nullable AtprotoIdentities identities;
    private @Nullable SessionKeys sessionKeys;
    private @Nullable Executor executor;
    private SecureRandom random = new SecureRandom();
    private AuthListener listener = new AuthListener() {};
    Duration timeout = Duration.ofSeconds(30);
    private boolean loopback;
    Clock clock = Clock.systemUTC();
    int servers = 1_000;

    AtprotoClientBuilder(HttpTransport transport) {
        this.transport = Objects.requireNonNull(transport, "transport");
    }

    /**
     * Says which client, with the keys that it authenticates by. Required.
     *
     * @param metadata the client's document
     * @return this builder
     */
    public AtprotoClientBuilder metadata(AtprotoClientMetadata metadata) {
        this.metadata = Objects.requireNonNull(metadata, "metadata");
        return this;
    }

    /**
     * Says where sessions are kept, of whatever server; in memory by default.
     *
     * @param store the store, which may serve other clients too
     * @return this builder
     */
    public AtprotoClientBuilder store(TokenStore store) {
        this.store = Objects.requireNonNull(store, "store");
        return this;
    }

    /**
     * Says who finds accounts, if not by the system's DNS and plc.directory.
     *
     * @param identities the finder
     * @return this builder
     */
    public AtprotoClientBuilder identities(AtprotoIdentities identities) {
        this.identities = Objects.requireNonNull(identities, "identities");
        return this;
    }

    /**
     * Says where the keys of sessions live; in memory, and saved with the session, by default.
     *
     * @param sessionKeys makes, saves and restores keys for {@code ES256}
     * @return this builder
     */
    public AtprotoClientBuilder sessionKeys(SessionKeys sessionKeys) {
        this.sessionKeys = Objects.requireNonNull(sessionKeys, "sessionKeys");
        return this;
    }

    /**
     * Says what time it is; the system's clock by default.
     *
     * @param clock the clock
     * @return this builder
     */
    public AtprotoClientBuilder clock(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Says where random numbers come from.
     *
     * @param random the generator
     * @return this builder
     */
    public AtprotoClientBuilder random(SecureRandom random) {
        this.random = Objects.requireNonNull(random, "random");
        return this;
    }

    /**
     * Says what runs the work that goes on by itself; a daemon thread for each by default.
     *
     * @param executor the executor, which must not run work on the calling thread
     * @return this builder
     */
    public AtprotoClientBuilder executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    /**
     * Says who is told what the client does.
     *
     * @param listener the listener
     * @return this builder
     */
    public AtprotoClientBuilder listener(AuthListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Says how long one exchange may take, and how long a caller waits; 30 seconds by default.
     *
     * @param timeout a positive duration of at most an hour
     * @return this builder
     */
    public AtprotoClientBuilder timeout(Duration timeout) {
        this.timeout = Objects.requireNonNull(timeout, "timeout");
        return this;
    }

    /**
     * Lets servers be on this machine, over plain http, for tests alone.
     *
     * @return this builder
     */
    public AtprotoClientBuilder dangerouslyAllowLoopback() {
        this.loopback = true;
        return this;
    }

    /**
     * Finishes the client, without any I/O.
     *
     * @return the client
     * @throws ConfigurationException if something is missing, or the transport does not honour address policies
     */
    public AtprotoClient build() {
        if (metadata == null) {
            throw new ConfigurationException("metadata", "is missing; say which client with metadata(…)");
        }
        if (store == null) {
            store = InMemoryTokenStore.create(clock);
        }
        if (identities == null) {
            AtprotoIdentities.Builder finder = AtprotoIdentities.builder(transport)
                    .clock(clock)
                    .listener(listener)
                    .timeout(ofDocuments());
            if (executor != null) {
                finder.executor(executor);
            }
            identities = (loopback ? finder.dangerouslyAllowLoopback() : finder).build();
        }
        if (identities.allowsLoopback() != loopback) {
            throw new ConfigurationException(
                    "identities", "and the client must both allow loopback addresses, for tests, or neither");
        }
        return new AtprotoClient(copy());
    }

    // For tests: how many servers' clients are kept.
    AtprotoClientBuilder servers(int servers) {
        this.servers = servers;
        return this;
    }

    private AtprotoClientBuilder copy() {
        AtprotoClientBuilder copy = new AtprotoClientBuilder(transport);
        copy.metadata = metadata;
        copy.store = store;
        copy.identities = identities;
        copy.sessionKeys = sessionKeys;
        copy.executor = executor;
        copy.random = random;
        copy.listener = listener;
        copy.timeout = timeout;
        copy.loopback = loopback;
        copy.clock = clock;
        copy.servers = servers;
        return copy;
    }

    /** A listener that throws must cost nobody a sign-in. */
    void tell(Consumer<AuthListener> event) {
        try {
            event.accept(listener);
        } catch (Throwable e) {
            System.getLogger(AtprotoClient.class.getName()).log(System.Logger.Level.DEBUG, "A listener failed", e);
        }
    }

    Executor executor() {
        return executor == null ? AtprotoIdentities.Builder::onAThreadOfItsOwn : executor;
    }

    AtprotoClientMetadata metadata() {
        return Objects.requireNonNull(metadata, "metadata");
    }

    AtprotoIdentities identities() {
        return Objects.requireNonNull(identities, "identities");
    }

    boolean allowsLoopback() {
        return loopback;
    }

    /** Every address comes from a stranger: nothing is sent without the policy. */
    HttpTransport transport() {
        return (loopback ? AddressPolicy.dangerouslyAllowingLoopback() : AddressPolicy.publicOnly()).on(transport);
    }

    /** Documents are short: whoever waits for a server's answers longer need not wait as long for these. */
    private Duration ofDocuments() {
        return timeout.compareTo(DOCUMENTS) < 0 ? timeout : DOCUMENTS;
    }

    ServerBook book() {
        AtprotoServers.Builder servers =
                AtprotoServers.builder(transport).clock(clock).timeout(ofDocuments());
        // The finder of accounts, which this client has as well, has said so already.
        servers.warning = text -> {};
        Places places = new Places(Objects.requireNonNull(store, "store"), clock, loopback);
        return new ServerBook(
                identities(), (loopback ? servers.dangerouslyAllowLoopback() : servers).build(), places, clock);
    }

    OAuthClient client(ServerProfile server, PendingLimit pending) {
        AtprotoClientMetadata client = metadata();
        Dpop dpop = (sessionKeys == null ? Dpop.create() : Dpop.of(sessionKeys))
                .algorithms("ES256")
                .clock(clock)
                .random(random);
        ClientAuthentication authentication = client.keys()
                .<ClientAuthentication>map(keys -> new SessionAuthentication(keys, clock, random))
                .orElseGet(PublicAuthentication::new);
        OAuthClientBuilder builder = OAuthClient.builder(transport())
                .server(server)
                .client(ClientId.of(client.clientId()), authentication)
                .binding(new SessionBinding.Factory(dpop, client.keys()))
                .store(Objects.requireNonNull(store, "store"))
                .clock(clock)
                .random(random)
                .listener(listener)
                .pendingLimit(pending)
                .timeout(timeout);
        if (executor != null) {
            builder.executor(executor);
        }
        return (loopback ? builder.dangerouslyAllowHttp() : builder).build();
    }
}
