package dev.latchkey.auth;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.AuthorizationTransaction;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.CarriedAuthorization;
import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.authorize.DevicePoll;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.interactive.Browser;
import dev.latchkey.auth.interactive.LoopbackReceiver;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.ServerProfile;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.session.Flights;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.session.TokenMemory;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenSource;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An OAuth 2.0 client at one authorization server.
 *
 * <pre>{@code
 * OAuthClient client = OAuthClient.builder(JdkTransport.create())
 *     .server(AuthorizationServer.openId("https://issuer.example.com"))
 *     .client(ClientId.of("my-app"), ClientAuthentication.secretPost(secret))
 *     .build();
 * TokenSource tokens = client.clientCredentials(Scopes.of("api.read"));
 * AccessToken token = tokens.token();
 * }</pre>
 *
 * <p>Building does no I/O and starts no thread. Whatever ends in a session runs on the client's executor: a caller that
 * gives up, or is interrupted, does not cancel it. Safe for use by any number of threads at once. Every failure is an
 * {@link dev.latchkey.auth.error.OAuthException}, whose type says what to do.
 */
public final class OAuthClient implements AutoCloseable {

    private static final int TOKENS_IN_MEMORY = 10_000;

    private final Settings settings;
    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final Bindings bindings;
    private final SignIns signIns;
    private final Authorizations authorizations;
    private final Devices devices;
    private final Sessions sessions;
    private final Flights flights;

    private OAuthClient(Builder builder) {
        this.settings = new Settings(builder);
        this.flights = new Flights(settings.executor);
        this.directory = new ServerDirectory(settings);
        this.tokenEndpoint = new TokenEndpoint(settings, directory);
        this.bindings = new Bindings(settings);
        SessionStore store = new SessionStore(settings.store);
        TokenMemory memory = new TokenMemory(TOKENS_IN_MEMORY, settings.expiryMargin);
        this.signIns = new SignIns(settings, store, bindings, memory);
        this.authorizations = new Authorizations(settings, directory, tokenEndpoint, signIns, bindings);
        this.devices = new Devices(settings, directory, tokenEndpoint, signIns, bindings);
        this.sessions = new Sessions(settings, directory, tokenEndpoint, signIns, bindings, store, flights, memory);
    }

    /**
     * Starts a client.
     *
     * @param transport sends its requests; it may serve other clients too, and is closed by whoever made it
     * @return a builder
     */
    public static Builder builder(HttpTransport transport) {
        return new Builder(transport);
    }

    /**
     * Gives tokens of the application itself (RFC 6749 §4.4).
     *
     * @param scopes exactly what is asked for
     * @return a source; asking for it does no I/O
     */
    public TokenSource clientCredentials(Scopes scopes) {
        return clientCredentials(scopes, RequestOptions.NONE);
    }

    /**
     * Gives tokens of the application itself (RFC 6749 §4.4).
     *
     * @param scopes exactly what is asked for
     * @param options resources, and parameters and headers of the server's own
     * @return a source; asking for it does no I/O
     */
    public TokenSource clientCredentials(Scopes scopes, RequestOptions options) {
        return sessions.ofApplication(scopes, options);
    }

    /**
     * Gives tokens of somebody who signed in.
     *
     * @param account who
     * @param scopes what is asked for, of what was granted
     * @return a source, which asks for a sign-in when the session has ended
     */
    public TokenSource tokens(Account account, Scopes scopes) {
        return tokens(account, scopes, RequestOptions.NONE);
    }

    /**
     * Gives tokens of somebody who signed in.
     *
     * @param account who
     * @param scopes what is asked for, of what was granted
     * @param options resources, and parameters and headers of the server's own
     * @return a source, which asks for a sign-in when the session has ended
     */
    public TokenSource tokens(Account account, Scopes scopes, RequestOptions options) {
        return sessions.of(account, scopes, options);
    }

    /**
     * Begins a sign-in: makes state, nonce and code verifier, and keeps them in the store for ten minutes.
     *
     * @param request what is asked for
     * @return where to send the browser, and the cookie that ties the callback to it
     */
    public PendingAuthorization authorize(AuthorizationRequest request) {
        return inFlight(() -> authorizations.begin(request));
    }

    /**
     * Begins a sign-in whose state the application carries itself. What is lost that way is said at
     * {@link AuthorizationTransaction}.
     *
     * @param request what is asked for
     * @return where to send the browser, and what to keep until it comes back
     */
    public CarriedAuthorization authorizeCarried(AuthorizationRequest request) {
        return inFlight(() -> authorizations.beginCarried(request));
    }

    /**
     * Completes a sign-in: checks the callback, takes the authorization out of the store, and only then sends the code.
     *
     * <p>A callback with a wrong or unknown state, or from another browser, changes nothing.
     *
     * @param callback all parameters that the browser brought
     * @param browserBinding the cookie that the browser brought
     * @return who signed in
     */
    public SignIn complete(AuthorizationCallback callback, BrowserBinding browserBinding) {
        return inFlightOnce(() -> authorizations.complete(callback, browserBinding));
    }

    /**
     * Completes a sign-in whose state the application carried itself.
     *
     * @param callback all parameters that the browser brought
     * @param transaction what the application kept
     * @return who signed in
     */
    public SignIn complete(AuthorizationCallback callback, AuthorizationTransaction transaction) {
        return inFlightOnce(() -> authorizations.complete(callback, transaction));
    }

    /**
     * Signs in with the browser of the machine that this runs on (RFC 8252), waiting five minutes for the user.
     *
     * <pre>{@code
     * try (LoopbackReceiver receiver = LoopbackReceiver.open()) {
     *     SignIn signIn = client.interactive(
     *         AuthorizationRequest.of(receiver.redirectUri(), Scopes.of("openid", "profile")),
     *         receiver,
     *         SystemBrowser.create());
     * }
     * }</pre>
     *
     * @param request what is asked for, with the receiver's redirect URI
     * @param receiver waits for the browser; it is closed after the first callback with the right state
     * @param browser opens the server's page
     * @return who signed in
     */
    public SignIn interactive(AuthorizationRequest request, LoopbackReceiver receiver, Browser browser) {
        return interactive(request, receiver, browser, Duration.ofMinutes(5));
    }

    /**
     * Signs in with the browser of the machine that this runs on (RFC 8252).
     *
     * @param request what is asked for, with the receiver's redirect URI
     * @param receiver waits for the browser; it is closed after the first callback with the right state
     * @param browser opens the server's page
     * @param patience how long to wait for the user
     * @return who signed in
     */
    public SignIn interactive(
            AuthorizationRequest request, LoopbackReceiver receiver, Browser browser, Duration patience) {
        if (!request.redirectUri().equals(receiver.redirectUri())) {
            throw new ConfigurationException("redirectUri", "is not the receiver's, so that no callback would arrive");
        }
        PendingAuthorization pending = authorize(request);
        try {
            browser.open(pending.uri());
        } catch (IOException e) {
            throw new ConfigurationException(
                    "browser",
                    "cannot be opened (" + e.getMessage() + "); use the device flow on a machine without one",
                    null,
                    e);
        }
        // What comes with another state is not ours: it is answered, counted, and does not end the wait.
        AuthorizationCallback callback = receiver.await(
                patience, each -> each.state().filter(pending.state()::equals).isPresent());
        return complete(callback, pending.browserBinding());
    }

    /**
     * Begins a sign-in on another device (RFC 8628 §3.1).
     *
     * @param scopes what is asked for
     * @return what to show the user
     */
    public DeviceAuthorization authorizeDevice(Scopes scopes) {
        return authorizeDevice(scopes, RequestOptions.NONE);
    }

    /**
     * Begins a sign-in on another device (RFC 8628 §3.1).
     *
     * @param scopes what is asked for
     * @param options resources, and parameters and headers of the server's own
     * @return what to show the user
     */
    public DeviceAuthorization authorizeDevice(Scopes scopes, RequestOptions options) {
        return inFlight(() -> devices.begin(scopes, options));
    }

    /**
     * Asks once whether the user has approved. Whoever calls this keeps to the interval itself.
     *
     * @param device what {@link #authorizeDevice} gave
     * @param naming how the account is named
     * @return pending, slow down, or granted
     */
    public DevicePoll poll(DeviceAuthorization device, AccountNaming naming) {
        return poll(device, naming, wait -> {});
    }

    /**
     * Waits until the user has approved, refused, or let the code expire; polls as the server asks (RFC 8628 §3.5).
     *
     * @param device what {@link #authorizeDevice} gave
     * @return who signed in
     */
    public SignIn await(DeviceAuthorization device) {
        return await(device, AccountNaming.byServer());
    }

    /**
     * Waits until the user has approved, refused, or let the code expire; polls as the server asks (RFC 8628 §3.5).
     *
     * @param device what {@link #authorizeDevice} gave
     * @param naming how the account is named
     * @return who signed in
     */
    public SignIn await(DeviceAuthorization device, AccountNaming naming) {
        return devices.await(device, asked -> poll(device, naming, asked));
    }

    /**
     * Signs in with the user's own password. Do not: see {@link dev.latchkey.auth.grant.PasswordGrant}.
     *
     * @param grant name, password and scopes
     * @param naming how the account is named
     * @return who signed in
     * @deprecated RFC 9700 §2.4 says that this grant must not be used. Send the user to the browser instead, or use the
     *     device flow.
     */
    @Deprecated
    public SignIn password(PasswordGrant grant, AccountNaming naming) {
        return inFlightOnce(() -> {
            signIns.requireNameable(grant.scopes(), naming);
            AuthorizationServerMetadata server = directory.metadata();
            TokenBinding binding = bindings.create(server);
            TokenResponse response = tokenEndpoint.request(server, grant, grant.scopes(), RequestOptions.NONE, binding);
            AskedFor asked = AskedFor.of(grant.scopes(), RequestOptions.NONE);
            return signIns.finish(server, response, asked, naming, binding, checks -> checks.nonce(null));
        });
    }

    /**
     * Exchanges a grant for tokens and leaves the rest to the caller: nothing is kept, and an ID token is not verified.
     *
     * <p>Runs on the caller's thread.
     *
     * @param grant the grant
     * @return what the server granted
     */
    public TokenResponse request(Grant grant) {
        return request(grant, RequestOptions.NONE);
    }

    /**
     * Exchanges a grant for tokens and leaves the rest to the caller: nothing is kept, and an ID token is not verified.
     *
     * <p>Runs on the caller's thread.
     *
     * @param grant the grant
     * @param options resources, and parameters and headers of the server's own
     * @return what the server granted
     */
    public TokenResponse request(Grant grant, RequestOptions options) {
        if (settings.bindings != null) {
            throw new ConfigurationException(
                    "binding", "a request without a session has no key, and this client's tokens must be bound to one");
        }
        if (grant.grantType().equals("authorization_code")) {
            throw new ConfigurationException(
                    "grant_type",
                    "a code is redeemed by completing the authorization that it belongs to, with complete(…)");
        }
        requireOpen();
        Scopes asked = Scopes.parse(grant.parameters().first("scope").orElse(""));
        return tokenEndpoint.request(metadata(), grant, asked, options, null);
    }

    /**
     * Gives the server's metadata, fetched if need be.
     *
     * @return the metadata
     */
    public AuthorizationServerMetadata metadata() {
        AuthorizationServerMetadata atHand = directory.atHand();
        return atHand != null ? atHand : inFlight(directory::metadata);
    }

    /**
     * Ends the client: it starts no further work, and waits for what is under way, which may hold a rotated refresh
     * token. The transport, the store and the executor stay open: whoever made them closes them.
     */
    @Override
    public void close() {
        flights.close(settings.timeout);
    }

    private DevicePoll poll(DeviceAuthorization device, AccountNaming naming, Consumer<Duration> retryAfter) {
        return inFlightOnce(() -> devices.poll(device, naming, retryAfter));
    }

    private <T> T inFlight(Supplier<T> work) {
        return Flights.await(flights.start(work), settings.timeout);
    }

    /** Waits for work that nobody can join a second time, because it uses something up. */
    private <T> T inFlightOnce(Supplier<T> work) {
        CompletableFuture<T> flight = flights.start(work);
        try {
            return Flights.await(flight, settings.timeout);
        } catch (TemporaryFailureException e) {
            if (flight.isDone()) {
                throw e;
            }
            throw new TemporaryFailureException(
                    (Thread.currentThread().isInterrupted()
                                    ? "Interrupted"
                                    : "The time-out of " + settings.timeout.toMillis() + " ms passed")
                            + " while waiting; the work goes on and may still end in a session, so that doing it again may do harm",
                    false,
                    null,
                    e.getCause());
        }
    }

    private void requireOpen() {
        if (flights.isClosed()) {
            throw new ConfigurationException("client", "is closed");
        }
    }

    /** Collects what a client is made of. Not safe for use by several threads. */
    public static final class Builder {

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
        Clock clock = Clock.systemUTC();

        @Nullable
        SecureRandom random;

        @Nullable
        Executor executor;

        AuthListener listener = new AuthListener() {};
        Duration clockSkew = Duration.ofSeconds(60);
        Duration expiryMargin = Duration.ofSeconds(60);
        Duration timeout = Duration.ofSeconds(30);
        boolean httpAllowedOnLoopback;
        Settings.Pause pause = duration -> Thread.sleep(duration.toMillis());

        private Builder(HttpTransport transport) {
            this.transport = Objects.requireNonNull(transport, "transport");
        }

        /**
         * Says which authorization server. Required.
         *
         * @param server its profile
         * @return this builder
         */
        public Builder server(ServerProfile server) {
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
        public Builder client(ClientId clientId, ClientAuthentication authentication) {
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
        public Builder store(TokenStore store) {
            this.store = Objects.requireNonNull(store, "store");
            return this;
        }

        /**
         * Says who verifies ID tokens. Required where scope {@code openid} is asked for.
         *
         * @param idTokens the verifier
         * @return this builder
         */
        public Builder idTokens(IdTokenVerifier idTokens) {
            this.idTokens = Objects.requireNonNull(idTokens, "idTokens");
            return this;
        }

        /**
         * Demands that the tokens of every session are bound to a key.
         *
         * @param bindings makes and restores the keys
         * @return this builder
         */
        public Builder binding(TokenBinding.Factory bindings) {
            this.bindings = Objects.requireNonNull(bindings, "bindings");
            return this;
        }

        /**
         * Says what time it is; the system's clock by default.
         *
         * @param clock the clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Says where random numbers come from; the runtime's default {@link SecureRandom} by default.
         *
         * @param random the generator
         * @return this builder
         */
        public Builder random(SecureRandom random) {
            this.random = Objects.requireNonNull(random, "random");
            return this;
        }

        /**
         * Says what runs the work that goes on by itself; a daemon thread for each by default.
         *
         * <p>It must not run work on the calling thread, nor drop work without an exception. Do not ask a token source for
         * a token on the executor's own last free thread: the flight that it waits for could not start before the time-out.
         *
         * @param executor the executor, which whoever made it shuts down
         * @return this builder
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Says who is told what the client does.
         *
         * @param listener the listener
         * @return this builder
         */
        public Builder listener(AuthListener listener) {
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
        public Builder clockSkew(Duration clockSkew) {
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
        public Builder expiryMargin(Duration expiryMargin) {
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
        public Builder timeout(Duration timeout) {
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
        public Builder dangerouslyAllowHttp() {
            this.httpAllowedOnLoopback = true;
            return this;
        }

        // For tests, which do not wait.
        Builder pause(Settings.Pause pause) {
            this.pause = pause;
            return this;
        }

        /**
         * Finishes the client, without any I/O.
         *
         * @return the client
         * @throws ConfigurationException if something is missing or contradictory; it names the field
         */
        public OAuthClient build() {
            return new OAuthClient(this);
        }
    }
}
