package dev.latchkey.auth.atproto;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.PendingLimit;
import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.interactive.Browser;
import dev.latchkey.auth.interactive.LoopbackReceiver;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client of the AT Protocol: it signs people in by their handle, wherever their account is, and calls their servers.
 *
 * <pre>{@code
 * AtprotoClient client = AtprotoClient.builder(transport).store(store).metadata(metadata).build();
 *
 * PendingAuthorization pending = client.authorize("alice.example.com");    // then send the browser to pending.uri()
 * Account account = client.complete(callback, browserBinding).account();
 * client.calls(account).query("com.atproto.server.getSession", Parameters.NONE);
 * }</pre>
 *
 * <p>One transport and one store serve all servers. Building does no I/O. Every failure to get, keep or end a session is an
 * {@link dev.latchkey.auth.error.OAuthException}, whose type says what to do. A call throws that too if it has no token; what its server
 * answers is an {@link XrpcException}, and what does not get there or back an {@link java.io.IOException}. Safe for use by any number of
 * threads at once.
 */
public final class AtprotoClient implements AutoCloseable {

    private static final int CALLERS = 10_000;
    private static final int PENDING = 50_000;
    private static final Duration LONG = Duration.ofDays(365);

    private final AtprotoClientBuilder parts;
    private final AtprotoClientMetadata metadata;
    private final ServerBook book;
    private final OAuthClient everywhere;
    private final ServerClients clients;
    private final Beginnings beginnings;
    private final MovedSessions moved;
    private final BoundedCache<Account, Caller> callers;
    // For all accounts, since a personal data server has one nonce for all.
    private final AuthorizedTransport.Origins resources;

    AtprotoClient(AtprotoClientBuilder parts) {
        this.parts = parts;
        this.metadata = parts.metadata();
        this.book = parts.book();
        // One for all servers: they are named by strangers, and each has its own client.
        PendingLimit pending = PendingLimit.of(PENDING);
        this.clients = new ServerClients(
                issuer -> parts.client(AtprotoServer.of(() -> book.of(issuer), book::contradiction), pending),
                parts.servers);
        this.beginnings = new Beginnings(book, clients, parts.clock);
        this.resources = AuthorizedTransport.over(parts.transport(), () -> {
                    throw new IllegalStateException("Nobody's tokens");
                })
                .tellingWhyNoNewToken();
        this.callers = new BoundedCache<>(parts.clock, LONG, CALLERS);
        this.everywhere = parts.client(AtprotoServer.everywhere(book::contradiction), pending);
        this.moved = new MovedSessions(book, everywhere, clients, parts::tell, callers::remove, parts.clock);
    }

    /**
     * Starts a client.
     *
     * @param transport sends all requests; it must honour address policies, and is closed by whoever made it
     * @return a builder
     */
    public static AtprotoClientBuilder builder(HttpTransport transport) {
        return new AtprotoClientBuilder(transport);
    }

    /**
     * Begins a sign-in, with the client's first redirect URI and all its scopes. The browser comes back to just that: where it is
     * registered without a port, name the one where somebody listens, by {@link AtprotoRequest#redirectUri}.
     *
     * @param input a handle, a DID, or the address of a server
     * @return where to send the browser, and the cookie that ties the callback to it
     */
    public PendingAuthorization authorize(String input) {
        return authorize(AtprotoRequest.of(input));
    }

    /**
     * Begins a sign-in.
     *
     * @param input a handle, a DID, or the address of a server. Whoever begins with an account must sign in with it
     * @param redirectUri one of the client's
     * @param scopes of the client's, with {@code atproto} among them
     * @param session the name of the session, so that one account can have several; empty if one is enough
     * @return where to send the browser, and the cookie that ties the callback to it
     * @throws ConfigurationException if redirect URI or scopes are not the client's, or the input is nobody's
     */
    public PendingAuthorization authorize(String input, URI redirectUri, Scopes scopes, String session) {
        return authorize(
                AtprotoRequest.of(input).redirectUri(redirectUri).scopes(scopes).session(session));
    }

    /**
     * Begins a sign-in that asks for more, such as an account to be created.
     *
     * @param request by whom, and how
     * @return where to send the browser, and the cookie that ties the callback to it
     * @throws ConfigurationException if redirect URI or scopes are not the client's, or the input is nobody's
     */
    public PendingAuthorization authorize(AtprotoRequest request) {
        clients.requireOpen();
        AuthorizationRequest.Builder checked = request.checkedBy(metadata);
        forgetStart(request);
        AtprotoStart start = parts.identities().resolve(request.input());
        return beginnings.of(request, checked, start).authorize();
    }

    /**
     * Signs in with the browser of the machine that this runs on (RFC 8252), and waits five minutes for the user.
     *
     * <pre>{@code
     * try (LoopbackReceiver receiver = LoopbackReceiver.open()) {
     *     SignIn signIn = client.interactive(AtprotoRequest.of("alice.example.com"), receiver, SystemBrowser.create());
     * }
     * }</pre>
     *
     * <p>The client needs the redirect URIs {@code http://127.0.0.1/callback} and, for machines without IPv4,
     * {@code http://[::1]/callback}, without a port.
     *
     * @param request by whom, and how; it comes back to the receiver
     * @param receiver waits for the browser; it is closed after the first callback with the right state
     * @param browser opens the server's page
     * @return who signed in
     * @throws ConfigurationException if the request names another redirect URI, or the browser cannot be opened
     */
    public SignIn interactive(AtprotoRequest request, LoopbackReceiver receiver, Browser browser) {
        return interactive(request, receiver, browser, LoopbackSignIn.PATIENCE);
    }

    /**
     * Signs in with the browser of the machine that this runs on (RFC 8252).
     *
     * @param request by whom, and how; it comes back to the receiver
     * @param receiver waits for the browser; it is closed after the first callback with the right state
     * @param browser opens the server's page
     * @param patience how long to wait for the user
     * @return who signed in
     * @throws ConfigurationException if the request names another redirect URI, or the browser cannot be opened
     */
    public SignIn interactive(AtprotoRequest request, LoopbackReceiver receiver, Browser browser, Duration patience) {
        return LoopbackSignIn.run(this, request, receiver, browser, patience);
    }

    /** Before anything is looked up, where nothing remembered counts. */
    void forgetStart(AtprotoRequest request) {
        if (request.isFresh()) {
            parts.identities().forget(request.input());
        }
    }

    /**
     * Completes a sign-in: checks the callback, redeems the code, and verifies by the account's own documents that this server
     * may speak for it and that it is the account that the sign-in began with. If not, the tokens are revoked. Sessions that the account
     * has at servers which do not speak for it any more are ended in the background.
     *
     * @param callback all parameters that the browser brought
     * @param browserBinding the cookie that the browser brought
     * @return who signed in; what was granted is in its response, and may be less than what was asked for
     */
    public SignIn complete(AuthorizationCallback callback, BrowserBinding browserBinding) {
        Objects.requireNonNull(callback, "callback");
        Objects.requireNonNull(browserBinding, "browserBinding");
        SignIn signIn;
        try {
            signIn = redeem(callback, browserBinding);
        } catch (RuntimeException | Error e) {
            ended(browserBinding, e);
            throw e;
        }
        ended(browserBinding, signIn);
        return signIn;
    }

    void ended(BrowserBinding browserBinding, Throwable failure) {
        beginnings.failed(browserBinding, failure);
    }

    /** The session is in the store by now. */
    void ended(BrowserBinding browserBinding, SignIn signIn) {
        beginnings.ended(browserBinding);
        moved.lookBehind(signIn.account());
    }

    private SignIn redeem(AuthorizationCallback callback, BrowserBinding browserBinding) {
        Optional<String> issuer = issuer(callback);
        // Without iss, or with one that is no server's address, there is no server to speak of: this client refuses
        // it, as it refuses one that is not the server that the browser was sent to.
        if (issuer.isEmpty()) {
            return everywhere.complete(callback, browserBinding);
        }
        if (clients.known(issuer.get()) != null) {
            return clients.with(issuer.get(), client -> client.complete(callback, browserBinding));
        }
        OAuthClient fresh = clients.fresh(issuer.get());
        try {
            return kept(fresh, fresh.complete(callback, browserBinding));
        } catch (RuntimeException e) {
            // It may be at work still, for longer than its caller has waited.
            clients.drop(fresh);
            throw e;
        }
    }

    /** Only after a sign-in: whoever invents callbacks fills no memory. */
    SignIn kept(OAuthClient fresh, SignIn signIn) {
        clients.keep(signIn.account().issuer(), fresh);
        return signIn;
    }

    /**
     * Gives tokens of somebody who signed in, refreshed ahead of their expiry, once across all nodes.
     *
     * @param account who
     * @return a source, which asks for a sign-in when the session has ended
     */
    public TokenSource tokens(Account account) {
        return new AccountTokenSource(clients, account);
    }

    /**
     * Gives calls in somebody's name, to the personal data server that the account is at.
     *
     * <p>Where that is, is known on each node for ten minutes, and after that in the store. Only if neither has it, as with a session that was
     * not refreshed for 30 days, it is looked up: three requests one after the other, which block for as long as documents may take each (five
     * seconds, or the builder's time-out if that is shorter). Each call may block for its own time-out, and for a refresh before it.
     *
     * <p>A call to a server that is not there, or that takes no token of the account (status 401), looks where the account is now, once a
     * minute for each account at most, and goes there if that is elsewhere; with a body that cannot be repeated, the next call does. Where
     * another authorization server speaks for the account by now, it throws {@link dev.latchkey.auth.error.SignInRequiredException}.
     *
     * @param account who signed in
     * @return the calls
     */
    public Xrpc calls(Account account) {
        clients.requireOpen();
        return caller(account).calls;
    }

    /**
     * Gives what calls go over, for requests that are none of XRPC: with the account's tokens and their proofs, to the origin of
     * {@code calls(account).server()} and to no other, under the address policy. It may block as {@link #calls} does. It does not follow an
     * account that moves, not even if that is seen at a refresh for one of its requests: get it anew for each use.
     *
     * @param account who signed in
     * @return the transport
     */
    public AuthorizedTransport transport(Account account) {
        clients.requireOpen();
        return caller(account).transport;
    }

    private Caller caller(Account account) {
        return caller(account, book.pds(account));
    }

    private Caller caller(Account account, URI pds) {
        Caller known = callers.get(account);
        if (known != null && known.calls.server().equals(pds)) {
            return known;
        }
        AccountTokenSource tokens = new AccountTokenSource(clients, account);
        AuthorizedTransport there = authorized(pds, tokens);
        // The refresh that a call may wait for has looked where the account is.
        AuthorizedTransport whileThere = authorized(pds, tokens.checkedBy(() -> {
            book.leftFor(account, pds).ifPresent(other -> {
                throw new Xrpc.Left(caller(account, other).calls);
            });
        }));
        Xrpc calls = Xrpc.over(whileThere, pds).timeout(parts.timeout).following(new Xrpc.Elsewhere() {
            @Override
            public void doubt() {
                book.doubt(account);
            }

            @Override
            public @Nullable Xrpc find() {
                return book.elsewhere(account, pds)
                        .map(other -> Xrpc.over(caller(account, other).transport, other))
                        .orElse(null);
            }
        });
        Caller caller = new Caller(there, calls);
        callers.put(account, caller, parts.clock.instant());
        return caller;
    }

    private AuthorizedTransport authorized(URI pds, AccountTokenSource tokens) {
        AuthorizedTransport.Origins origins = resources.tokens(tokens);
        boolean http = "http".equals(pds.getScheme()) && parts.allowsLoopback();
        return (http ? origins.dangerouslyAndLoopbackHttp(pds) : origins.and(pds)).build();
    }

    /**
     * Gives the same client for those who do not want to wait.
     *
     * @return a client whose calls give futures
     */
    public AsyncAtprotoClient async() {
        return new AsyncAtprotoClient(this);
    }

    /**
     * Gives all who are signed in, at whatever server.
     *
     * @return the accounts in the store; asking for them does no I/O, iterating does
     */
    public Iterable<Account> accounts() {
        return everywhere.accounts();
    }

    /**
     * Gives all sessions of one account, by an index: it does not matter how many others there are.
     *
     * @param did who
     * @return an account for each of its sessions, which differ in {@link Account#session()}, or if it has moved in the issuer;
     *     iterating reads the store
     */
    public Iterable<Account> sessions(Did did) {
        Objects.requireNonNull(did, "did");
        return everywhere.accounts().ofSubject(did.toString());
    }

    /**
     * Signs somebody out: the session is removed here, and then ended at its server.
     *
     * @param account who
     * @return whether there was a session, and what the server made of it, which is told and not thrown
     */
    public SignOutResult signOut(Account account) {
        return signOut(account, SignOut.AND_AT_SERVER);
    }

    /**
     * Signs somebody out.
     *
     * @param account who
     * @param how whether the session ends at its server too
     * @return whether there was a session, and what the server made of it, which is told and not thrown
     */
    public SignOutResult signOut(Account account, SignOut how) {
        forget(account);
        return clients.with(account.issuer(), client -> client.accounts().remove(account, how));
    }

    /**
     * Gives the document that the client's identifier must point to.
     *
     * @return the metadata
     */
    public AtprotoClientMetadata metadata() {
        return metadata;
    }

    /** How many servers there is a client for, as tests ask. */
    int servers() {
        return clients.size();
    }

    /** How many clients had to go and have not ended, as tests ask. */
    int retiring() {
        return clients.retiring();
    }

    Optional<String> issuer(AuthorizationCallback callback) {
        List<String> all = callback.all("iss");
        boolean server = all.size() == 1
                && ServerOrigin.read(all.get(0), parts.allowsLoopback())
                        .filter(origin -> origin.toString().equals(all.get(0)))
                        .isPresent();
        return server ? Optional.of(all.get(0)) : Optional.empty();
    }

    /** Closes the clients of all servers; the transport and the store belong to somebody else. */
    @Override
    public void close() {
        // They need both.
        moved.close(parts.timeout);
        try {
            everywhere.close();
        } finally {
            clients.close();
        }
    }

    AtprotoClientBuilder parts() {
        return parts;
    }

    OAuthClient everywhere() {
        return everywhere;
    }

    ServerClients clients() {
        return clients;
    }

    /** As tests ask, too. */
    Beginnings beginnings() {
        return beginnings;
    }

    void forget(Account account) {
        callers.remove(account);
    }

    @Override
    public String toString() {
        return "AtprotoClient[" + metadata.clientId() + "]";
    }

    /** The ways to call one account's server. */
    private static final class Caller {

        private final AuthorizedTransport transport;
        private final Xrpc calls;

        Caller(AuthorizedTransport transport, Xrpc calls) {
            this.transport = transport;
            this.calls = calls;
        }
    }
}
