package dev.latchkey.auth;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.AuthorizationTransaction;
import dev.latchkey.auth.authorize.BackchannelAuthentication;
import dev.latchkey.auth.authorize.BackchannelRequest;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.CarriedAuthorization;
import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.authorize.DevicePoll;
import dev.latchkey.auth.authorize.LogoutRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.PendingLogout;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.identity.UserInfo;
import dev.latchkey.auth.interactive.Browser;
import dev.latchkey.auth.interactive.LoopbackReceiver;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Introspections;
import dev.latchkey.auth.protocol.Revocations;
import dev.latchkey.auth.session.AccountRecords;
import dev.latchkey.auth.session.Flights;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.session.TokenMemory;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenIntrospection;
import dev.latchkey.auth.token.TokenProof;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
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

    /** How long a user at a browser is waited for. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Settings settings;
    final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    final Authorizations authorizations;
    final Devices devices;
    final Backchannel backchannel;
    final Polling polling;
    private final Sessions sessions;
    private final Flights flights;
    private final SessionStore store;
    final Waiting waiting;
    private final Accounts accounts;
    private final RevocationEndpoint revocationEndpoint;
    private final IntrospectionEndpoint introspectionEndpoint;
    final UserInfoEndpoint userInfoEndpoint;
    final Passwords passwords;
    final SignedDocuments documents;
    final EndSessionEndpoint endSession;

    OAuthClient(OAuthClientBuilder builder) {
        this.settings = new Settings(builder);
        this.flights = new Flights(settings.executor);
        this.waiting = new Waiting(flights, settings.timeout);
        this.directory = new ServerDirectory(settings);
        this.tokenEndpoint = new TokenEndpoint(settings, directory);
        Bindings bindings = new Bindings(settings);
        this.store = new SessionStore(settings.store, settings.pause, settings.clock, settings.ticker);
        TokenMemory memory = new TokenMemory(settings.sessionsInMemory);
        AccountRecords records = new AccountRecords(
                settings.store,
                settings.clientId.value(),
                settings.bindingKind(),
                settings.profile.findsAccountsBySubject());
        this.revocationEndpoint = new RevocationEndpoint(settings, directory, tokenEndpoint);
        SessionEndings endings = new SessionEndings(settings, revocationEndpoint, bindings);
        SignIns signIns = new SignIns(
                settings,
                tokenEndpoint.forms(),
                store,
                records,
                bindings,
                memory,
                revocationEndpoint,
                new ReplacedSessions(settings, endings, revocationEndpoint, waiting));
        this.authorizations = new Authorizations(settings, directory, tokenEndpoint, signIns, bindings);
        PolledSignIns polled =
                new PolledSignIns(directory, tokenEndpoint, signIns, new PollingKeys(bindings, settings.clock));
        this.devices = new Devices(settings, directory, tokenEndpoint, signIns, polled);
        this.backchannel = new Backchannel(settings, directory, tokenEndpoint, signIns, polled);
        this.polling = new Polling(settings, waiting::requireOpen);
        this.passwords = new Passwords(settings, directory, tokenEndpoint, signIns, bindings);
        this.introspectionEndpoint = new IntrospectionEndpoint(settings, directory, tokenEndpoint);
        this.userInfoEndpoint = new UserInfoEndpoint(settings, directory);
        this.documents = new SignedDocuments(settings);
        this.endSession = new EndSessionEndpoint(settings);
        this.accounts = new Accounts(
                settings,
                directory,
                waiting,
                records,
                store,
                signIns,
                new SignOuts(
                        settings, directory, revocationEndpoint, endings, signIns, store, records, memory, waiting),
                new ImportedSessions(directory, tokenEndpoint, signIns, bindings));
        Shelf shelf = new Shelf(settings, bindings, tokenEndpoint.forms());
        this.sessions = new Sessions(
                settings,
                store,
                flights,
                memory,
                new AccountTokens(
                        settings,
                        directory,
                        tokenEndpoint,
                        signIns,
                        bindings,
                        revocationEndpoint,
                        store,
                        memory,
                        shelf,
                        flights::isClosed),
                new GrantedTokens(settings, directory, tokenEndpoint, bindings, store, memory, shelf),
                new Doubts(settings, store, flights, memory, shelf),
                tokenEndpoint.forms().nonces());
    }

    /**
     * Starts a client.
     *
     * @param transport sends its requests; it may serve other clients too, and is closed by whoever made it
     * @return a builder
     */
    public static OAuthClientBuilder builder(HttpTransport transport) {
        return new OAuthClientBuilder(transport);
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
     * Gives tokens for a grant that stays the same, such as an assertion that came in with a request (RFC 7521 §4.1).
     *
     * @param grant the grant, with its scopes among its parameters
     * @return a source; asking for it does no I/O
     */
    public TokenSource tokens(Grant grant) {
        return tokens(grant, RequestOptions.NONE);
    }

    /**
     * Gives tokens for a grant that stays the same, such as an assertion that came in with a request (RFC 7521 §4.1).
     *
     * <p>The grant, with every parameter of it, is the session's name: the same assertion gets the token at hand, another
     * one never does. The grant is sent again when its token has expired.
     *
     * @param grant the grant, with its scopes among its parameters
     * @param options resources, and parameters and headers of the server's own
     * @return a source; asking for it does no I/O
     */
    public TokenSource tokens(Grant grant, RequestOptions options) {
        return sessions.of(grant, options);
    }

    /**
     * Gives tokens for a grant that the application makes anew each time, such as an assertion that it signs itself.
     *
     * @param subject names whom the grant is for, among all of this client's grants; a token is never given to another
     * @param scopes what is asked for
     * @param grants makes the grant, on the client's executor, whenever a new token is needed
     * @param options resources, and parameters and headers of the server's own
     * @return a source; asking for it does no I/O
     */
    public TokenSource tokens(String subject, Scopes scopes, Supplier<? extends Grant> grants, RequestOptions options) {
        return sessions.of(subject, scopes, grants, options);
    }

    /**
     * Gives the same client for those who do not want to wait.
     *
     * @return a client whose calls give futures, on the same flights
     */
    public AsyncOAuthClient async() {
        return new AsyncOAuthClient(this);
    }

    /**
     * Gives those who are signed in: to list them, to sign them out, and to move their sessions here and elsewhere.
     *
     * @return the accounts in the store; asking for them does no I/O
     */
    public Accounts accounts() {
        return accounts;
    }

    /**
     * Begins a sign-in: makes state, nonce and code verifier, keeps them in the store for ten minutes, and pushes the
     * request to the server if its metadata names a place for that (RFC 9126).
     *
     * @param request what is asked for
     * @return where to send the browser, and the cookie that ties the callback to it
     */
    public PendingAuthorization authorize(AuthorizationRequest request) {
        return waiting.repeatably(() -> authorizations.begin(request));
    }

    /**
     * Begins a sign-in whose state the application carries itself. What is lost that way is said at
     * {@link AuthorizationTransaction}.
     *
     * @param request what is asked for
     * @return where to send the browser, and what to keep until it comes back
     */
    public CarriedAuthorization authorizeCarried(AuthorizationRequest request) {
        return waiting.repeatably(() -> authorizations.beginCarried(request));
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
        return waiting.once(() -> authorizations.complete(callback, browserBinding));
    }

    /**
     * Completes a sign-in whose state the application carried itself.
     *
     * @param callback all parameters that the browser brought
     * @param transaction what the application kept
     * @return who signed in
     */
    public SignIn complete(AuthorizationCallback callback, AuthorizationTransaction transaction) {
        return waiting.once(() -> authorizations.complete(callback, transaction));
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
        return interactive(request, receiver, browser, PATIENCE);
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
        return LoopbackSignIn.run(this, request, receiver, browser, patience);
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
        return waiting.repeatably(() -> devices.begin(scopes, options));
    }

    /**
     * Asks once whether the user has approved. Whoever calls this keeps to the interval itself.
     *
     * @param device what {@link #authorizeDevice} gave
     * @param naming how the account is named
     * @return pending, slow down, or granted
     */
    public DevicePoll poll(DeviceAuthorization device, AccountNaming naming) {
        return waiting.once(() -> devices.poll(device, naming, wait -> {}));
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
        return polling.await(
                device.interval(),
                device.expiresAt(),
                asked -> waiting.once(() -> devices.poll(device, naming, asked)));
    }

    /**
     * Has a user sign in on a device of the user's own (CIBA Core §7). The server asks the user by itself; the tokens are
     * had by {@link #await(BackchannelAuthentication)}, or by {@link #poll(BackchannelAuthentication)} when the server has
     * called the application.
     *
     * @param request whom to ask and for what
     * @return the authentication under way
     * @throws dev.latchkey.auth.error.OAuthException if the server refuses or cannot be reached
     */
    public BackchannelAuthentication authenticateBackchannel(BackchannelRequest request) {
        return waiting.repeatably(() -> backchannel.begin(request, RequestOptions.NONE));
    }

    /**
     * Asks once whether the user has decided (CIBA Core §10.1).
     *
     * @param authentication the authentication under way
     * @return the outcome
     * @throws dev.latchkey.auth.error.OAuthException if the user or the server said no, or the time is over
     */
    public DevicePoll poll(BackchannelAuthentication authentication) {
        return waiting.once(() -> backchannel.poll(authentication, wait -> {}));
    }

    /**
     * Waits until the user has decided, polling as slowly as the server asks.
     *
     * @param authentication the authentication under way
     * @return the sign-in
     * @throws dev.latchkey.auth.error.OAuthException if the user or the server said no, or the time is over
     */
    public SignIn await(BackchannelAuthentication authentication) {
        return polling.await(
                authentication.interval(),
                authentication.expiresAt(),
                asked -> waiting.once(() -> backchannel.poll(authentication, asked)));
    }

    /**
     * Signs in with the user's own password. Do not: see {@link dev.latchkey.auth.grant.PasswordGrant}. It needs
     * {@link dev.latchkey.auth.server.SecurityProfile#LENIENT}.
     *
     * @param grant name, password and scopes
     * @param naming how the account is named
     * @return who signed in
     * @deprecated RFC 9700 §2.4 says that this grant must not be used. Send the user to the browser instead, or use the
     *     device flow.
     */
    @Deprecated
    public SignIn password(PasswordGrant grant, AccountNaming naming) {
        return waiting.once(() -> passwords.signIn(grant, naming));
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
        return request(grant, options, this::metadata);
    }

    TokenResponse request(Grant grant, RequestOptions options, Supplier<AuthorizationServerMetadata> server) {
        if (settings.bindings != null) {
            throw new ConfigurationException(
                    "binding", "a request without a session has no key, and this client's tokens must be bound to one");
        }
        Sessions.refuseCodes(grant);
        settings.security.checkGrant(grant.grantType());
        waiting.requireOpen();
        Scopes asked = Scopes.parse(grant.parameters().first("scope").orElse(""));
        return tokenEndpoint.request(server.get(), grant, asked, options, null);
    }

    /**
     * Revokes a refresh token that no session of this client holds (RFC 7009). To end a session, remove its
     * {@linkplain #accounts() account} instead.
     *
     * @param token the token
     * @return what became of it, which is told and not thrown
     */
    public Revocation revoke(RefreshToken token) {
        return revoke(Revocations.parameters(token), null);
    }

    /**
     * Revokes an access token (RFC 7009), without a proof of the key that it may be bound to. A session that has it at hand is
     * not told: it hands the token out until it expires.
     *
     * @param token the token
     * @return what became of it, which is told and not thrown
     */
    public Revocation revoke(AccessToken token) {
        return revoke(Revocations.parameters(token), null);
    }

    Revocation revocation(Parameters token, @Nullable TokenProof proof) {
        return revocationEndpoint.revoke(token, null, proof);
    }

    TokenIntrospection introspection(Parameters token) {
        return introspectionEndpoint.introspect(token);
    }

    /**
     * Revokes an access token (RFC 7009) with a proof of the key that it is bound to, if it is bound to one: some servers
     * revoke no bound token without. A session that has it at hand is not told: it hands the token out until it expires.
     *
     * @param result the token and its proof, as a {@link TokenSource} gave them
     * @return what became of it, which is told and not thrown
     */
    public Revocation revoke(TokenResult result) {
        return revoke(Revocations.parameters(result.token()), result.proof().orElse(null));
    }

    private Revocation revoke(Parameters token, @Nullable TokenProof proof) {
        try {
            return waiting.repeatably(() -> revocation(token, proof));
        } catch (OAuthException e) {
            return revocationEndpoint.failed(null, e);
        }
    }

    /**
     * Asks the server what it knows of an access token (RFC 7662), as a resource server does.
     *
     * @param token the token
     * @return what is known
     * @throws dev.latchkey.auth.error.OAuthException if the server refuses or cannot be reached
     */
    public TokenIntrospection introspect(AccessToken token) {
        return waiting.repeatably(() -> introspection(Introspections.parameters(token)));
    }

    /**
     * Asks the server what it knows of a refresh token (RFC 7662).
     *
     * @param token the token
     * @return what is known
     * @throws dev.latchkey.auth.error.OAuthException if the server refuses or cannot be reached
     */
    public TokenIntrospection introspect(RefreshToken token) {
        return waiting.repeatably(() -> introspection(Introspections.parameters(token)));
    }

    /**
     * Asks the server what it tells of a user (OpenID Connect Core §5.3). The answer must be about the subject of the ID
     * token.
     *
     * @param tokens the user's tokens, with scope {@code openid}
     * @param subject {@code sub} of the user's ID token
     * @return what is told
     * @throws dev.latchkey.auth.error.OAuthException if the server refuses, cannot be reached, or tells of somebody else
     */
    public UserInfo userInfo(TokenSource tokens, String subject) {
        Objects.requireNonNull(tokens, "tokens");
        Objects.requireNonNull(subject, "subject");
        // On the caller's thread, so that the flight finds the token at hand and does not wait for another flight.
        var unused = tokens.token();
        return waiting.repeatably(() -> userInfoEndpoint.fetch(tokens, subject));
    }

    /**
     * Verifies a JWT that the server sent by itself, such as a logout token: that it comes from this client's server, and is signed by
     * an algorithm that the security profile allows. Audience, times and all else are for whoever asks to check.
     *
     * <p>Runs on the caller's thread.
     *
     * @param kind what it must be
     * @param jwt the JWT
     * @return what it says
     * @throws dev.latchkey.auth.error.InvalidResponseException if it is malformed, or not this server's
     * @throws TemporaryFailureException if the server's keys cannot be had now
     */
    public IdTokenClaims verify(SignedResponse kind, String jwt) {
        return documents.verify(kind, jwt, metadata());
    }

    /**
     * Tells whether an issuer is this client's server, or on a server of many tenants one of those that are allowed.
     *
     * @param issuer the issuer
     * @return true if it is
     */
    public boolean serves(String issuer) {
        return serves(issuer, metadata());
    }

    boolean serves(String issuer, AuthorizationServerMetadata server) {
        return settings.profile.servesIssuer(server, issuer);
    }

    /**
     * Tells which client this is.
     *
     * @return its identifier at the server
     */
    public ClientId clientId() {
        return settings.clientId;
    }

    /**
     * Tells where to send the browser so that the user's session at the server ends too (OpenID Connect RP-Initiated
     * Logout). What is kept here ends with {@link Accounts#remove}, before.
     *
     * @param request which session, and where the browser goes afterwards
     * @return the address
     * @throws ConfigurationException if the server has no such endpoint
     */
    public URI logoutUri(LogoutRequest request) {
        Objects.requireNonNull(request, "request");
        return endSession.uri(request, metadata());
    }

    /**
     * Begins a logout at the server as {@link #logoutUri} does, with a fresh state if the browser is to come back and the request has
     * none: {@link PendingLogout#requireReturn} compares it then.
     *
     * @param request which session, and where the browser goes afterwards
     * @return where the browser goes, and the state to keep
     * @throws ConfigurationException if the server has no such endpoint
     */
    public PendingLogout logout(LogoutRequest request) {
        Objects.requireNonNull(request, "request");
        return endSession.begin(request, metadata());
    }

    /**
     * Gives the server's metadata, fetched if need be.
     *
     * @return the metadata
     */
    public AuthorizationServerMetadata metadata() {
        AuthorizationServerMetadata atHand = directory.atHand();
        return atHand != null ? atHand : waiting.repeatably(directory::metadata);
    }

    /**
     * Ends the client: it starts no further work, waits for what is under way, which may hold a rotated refresh token, and
     * tries a last time to write the sessions that the store would not take. Work that only waits for another node's
     * refresh ends without a result. The transport, the store and the executor stay open: whoever made them closes them.
     *
     * @throws TemporaryFailureException if work is still under way after the client's time-out, or the store still does not
     *     have all sessions: rotated refresh tokens are lost when the process ends. Closing again waits and tries again
     */
    @Override
    public void close() {
        int remaining = flights.close(settings.timeout);
        sessions.close();
        int unsaved = store.saveHeld();
        if (unsaved > 0 || remaining > 0) {
            throw new TemporaryFailureException(
                    (remaining == 0
                                    ? ""
                                    : remaining
                                            + " piece(s) of work have not ended, which may be waiting for new refresh"
                                            + " tokens; close again to wait for them. ")
                            + (unsaved == 0
                                    ? ""
                                    : "The token store did not take " + unsaved
                                            + " session(s), whose refresh tokens this process alone has; close again"
                                            + " when the store is back, or these users must sign in again"),
                    true,
                    null,
                    null);
        }
    }
}
