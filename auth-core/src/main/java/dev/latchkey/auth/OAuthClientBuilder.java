package dev.latchkey.auth;

import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.RequestObjectSigner;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.server.ServerProfile;
import dev.latchkey.auth.session.Pause;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TokenStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Collects what a client is made of; {@link OAuthClient#builder} starts one. Not safe for use by several threads. */
public final class OAuthClientBuilder {

    private static final Duration MAX_SKEW = Duration.ofMinutes(5);

    final HttpTransport transport;

    @Nullable
    ServerProfile server;

    @Nullable
    ClientId clientId;

    @Nullable
    ClientAuthentication authentication;

    @Nullable
    TokenStore store;

    @Nullable
    IdTokenVerifier idTokens;

    TokenBinding.@Nullable Factory bindings;

    @Nullable
    RequestObjectSigner requestObjects;

    SecurityProfile security = SecurityProfile.OAUTH2_1;

    @Nullable
    Clock clock;

    @Nullable
    Clock hitClock;

    @Nullable
    SecureRandom random;

    @Nullable
    Executor executor;

    AuthListener listener = new AuthListener() {};
    Duration clockSkew = Duration.ofSeconds(60);
    Duration expiryMargin = Duration.ofSeconds(60);
    Duration timeout = Duration.ofSeconds(30);
    boolean httpAllowedOnLoopback;
    Pause pause = duration -> Thread.sleep(duration.toMillis());
    Duration staleness = Duration.ofSeconds(60);
    int sessionsInMemory = 10_000;

    @Nullable
    PendingLimit pendingLimit;

    double jitter = -1;
    LongSupplier ticker = System::nanoTime;

    OAuthClientBuilder(HttpTransport transport) {
        this.transport = Objects.requireNonNull(transport, "transport");
    }

    /**
     * Says which authorization server. Required.
     *
     * @param server its profile
     * @return this builder
     */
    public OAuthClientBuilder server(ServerProfile server) {
        this.server = Objects.requireNonNull(server, "server");
        return this;
    }

    /**
     * Says which client, and how it authenticates. Required.
     *
     * @param clientId the client's identifier
     * @param authentication how it authenticates
     * @return this builder
     */
    public OAuthClientBuilder client(ClientId clientId, ClientAuthentication authentication) {
        this.clientId = Objects.requireNonNull(clientId, "clientId");
        this.authentication = Objects.requireNonNull(authentication, "authentication");
        return this;
    }

    /**
     * Says where sessions are kept; in memory by default.
     *
     * @param store the store, which may serve other clients too
     * @return this builder
     */
    public OAuthClientBuilder store(TokenStore store) {
        this.store = Objects.requireNonNull(store, "store");
        return this;
    }

    /**
     * Says who verifies ID tokens. Required where scope {@code openid} is asked for.
     *
     * @param idTokens the verifier
     * @return this builder
     */
    public OAuthClientBuilder idTokens(IdTokenVerifier idTokens) {
        this.idTokens = Objects.requireNonNull(idTokens, "idTokens");
        return this;
    }

    /**
     * Demands that the tokens of every session are bound to a key.
     *
     * @param bindings makes and restores the keys
     * @return this builder
     */
    public OAuthClientBuilder binding(TokenBinding.Factory bindings) {
        this.bindings = Objects.requireNonNull(bindings, "bindings");
        return this;
    }

    /**
     * Signs every authorization request (JAR, RFC 9101). Required where the server's metadata says so, and under
     * {@link SecurityProfile#FAPI2_MESSAGE_SIGNING}.
     *
     * @param requestObjects makes the request objects
     * @return this builder
     */
    public OAuthClientBuilder requestObjects(RequestObjectSigner requestObjects) {
        this.requestObjects = Objects.requireNonNull(requestObjects, "requestObjects");
        return this;
    }

    /**
     * Says how strict the client is; {@link SecurityProfile#OAUTH2_1} by default. What is weaker is refused, by
     * {@link #build} where that can tell, or else before anything is sent.
     *
     * @param security the profile
     * @return this builder
     */
    public OAuthClientBuilder security(SecurityProfile security) {
        this.security = Objects.requireNonNull(security, "security");
        return this;
    }

    /**
     * Says what time it is; the system's clock by default.
     *
     * <p>Without a clock of the application's own, a client that is asked for tokens at hand more than 100,000 times a second
     * looks at them by a {@link CoarseClock}, until it is asked less: reading the system's clock takes longer than all the
     * rest of the look-up. Its daemon thread ends within seconds. With {@code Clock.systemUTC()} here, there is never one.
     *
     * @param clock the clock
     * @return this builder
     */
    public OAuthClientBuilder clock(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Says where random numbers come from; the runtime's default {@link SecureRandom} by default.
     *
     * @param random the generator
     * @return this builder
     */
    public OAuthClientBuilder random(SecureRandom random) {
        this.random = Objects.requireNonNull(random, "random");
        return this;
    }

    /**
     * Says what runs the work that goes on by itself; a daemon thread for each by default.
     *
     * <p>It must not run work on the calling thread. Work that it drops without an exception is given up when the time-out
     * of somebody who waits for it has passed. Do not ask a token source for a token on the executor's own last free thread:
     * the flight that it waits for could not start before the time-out.
     *
     * @param executor the executor, which whoever made it shuts down
     * @return this builder
     */
    public OAuthClientBuilder executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    /**
     * Says who is told what the client does.
     *
     * @param listener the listener
     * @return this builder
     */
    public OAuthClientBuilder listener(AuthListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Says how far the server's clock may be off; 60 seconds by default.
     *
     * @param clockSkew from zero to five minutes
     * @return this builder
     * @throws ConfigurationException if it is outside these bounds
     */
    public OAuthClientBuilder clockSkew(Duration clockSkew) {
        if (clockSkew.isNegative() || clockSkew.compareTo(MAX_SKEW) > 0) {
            throw new ConfigurationException("clockSkew", "must be from zero to five minutes");
        }
        this.clockSkew = clockSkew;
        return this;
    }

    /**
     * Says how long before its expiry a token is replaced; 60 seconds by default. A token whose whole life is less
     * than twice that is replaced when half its life has passed.
     *
     * @param expiryMargin zero or more
     * @return this builder
     * @throws ConfigurationException if it is negative or over a day
     */
    public OAuthClientBuilder expiryMargin(Duration expiryMargin) {
        if (expiryMargin.isNegative() || expiryMargin.compareTo(Duration.ofDays(1)) > 0) {
            throw new ConfigurationException("expiryMargin", "must be from zero to one day");
        }
        this.expiryMargin = expiryMargin;
        return this;
    }

    /**
     * Says how long one exchange may take, and how long a caller waits for work under way; 30 seconds by default.
     *
     * @param timeout a positive duration of at most an hour
     * @return this builder
     * @throws ConfigurationException if it is not positive, or over an hour
     */
    public OAuthClientBuilder timeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new ConfigurationException("timeout", "must be positive and at most an hour");
        }
        this.timeout = timeout;
        return this;
    }

    /**
     * Lets endpoints be plain http if they are on this machine, for tests alone: anybody on the machine may listen.
     *
     * @return this builder
     */
    public OAuthClientBuilder dangerouslyAllowHttp() {
        this.httpAllowedOnLoopback = true;
        return this;
    }

    /**
     * Says how long a token at hand is given without looking whether the store still has its session; 60 seconds by
     * default. After that, a use makes the client look in the background. It is the longest time for which a sign-out on
     * another node goes unnoticed, with a store that cannot tell of changes.
     *
     * @param staleness a positive duration
     * @return this builder
     * @throws ConfigurationException if it is not positive
     */
    public OAuthClientBuilder staleness(Duration staleness) {
        if (staleness.isNegative() || staleness.isZero()) {
            throw new ConfigurationException("staleness", "must be positive");
        }
        this.staleness = staleness;
        return this;
    }

    /**
     * Says for how many sessions tokens are kept at hand; 10,000 by default. The store is asked for the others.
     *
     * @param sessions at least one
     * @return this builder
     * @throws ConfigurationException if there is not one
     */
    public OAuthClientBuilder sessionsInMemory(int sessions) {
        if (sessions < 1) {
            throw new ConfigurationException("sessionsInMemory", "must be at least one");
        }
        this.sessionsInMemory = sessions;
        return this;
    }

    /**
     * Sets how many authorizations may be under way at once, alone or together with other clients.
     *
     * @param limit the limit; by default 10,000 of this client's own
     * @return this builder
     */
    public OAuthClientBuilder pendingLimit(PendingLimit limit) {
        this.pendingLimit = Objects.requireNonNull(limit, "limit");
        return this;
    }

    // For tests: this node's part of the margin, from 0 to 1.
    OAuthClientBuilder jitter(double jitter) {
        this.jitter = jitter;
        return this;
    }

    // For tests: the monotonic clock, in nanoseconds.
    OAuthClientBuilder ticker(LongSupplier ticker) {
        this.ticker = ticker;
        return this;
    }

    // For tests: what tokens at hand are looked at by.
    OAuthClientBuilder hitClock(Clock clock) {
        this.hitClock = clock;
        return this;
    }

    // For tests, which do not wait.
    OAuthClientBuilder pause(Pause pause) {
        this.pause = pause;
        return this;
    }

    /**
     * Finishes the client, without any I/O.
     *
     * @return the client
     * @throws ConfigurationException if something is missing, contradictory, or weaker than the security profile; it
     *     names the field, and the clause that forbids it
     */
    public OAuthClient build() {
        return new OAuthClient(this);
    }
}
