package dev.latchkey.cli;

import dev.latchkey.auth.ClaimsOnlyIdTokens;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.dagger.ClientConfiguration;
import dev.latchkey.auth.dagger.LatchkeyComponent;
import dev.latchkey.auth.dagger.StoreModule;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.RefreshTokenGrant;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.interactive.Browser;
import dev.latchkey.auth.interactive.LoopbackReceiver;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.graph.GraphClient;
import dev.latchkey.graph.GraphCloud;
import dev.latchkey.graph.GraphException;
import dev.latchkey.graph.User;
import dev.latchkey.platform.IdentityPlatform;
import dev.latchkey.platform.PlatformBuilder;
import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.GrantType;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** A day of tokens: every line that it prints has just happened, and is checked before it is printed. */
final class Demo implements AutoCloseable {

    private static final Scopes USER_SCOPES = Scopes.of("openid", "profile", "offline_access", "User.Read");
    private static final Scopes APPLICATION_SCOPES = Scopes.of("https://graph.microsoft.com/.default");
    private static final int PEOPLE = 23;
    private static final int PAGE = 5;
    private static final int ROUNDS = 9;
    private static final int CALLS = 300_000;

    private final DemoClock clock;
    private final DemoUser user = DemoUser.ada();
    private final Timeline timeline;
    private final Optional<Browser> browser;
    private final Duration patience;
    private final IdentityPlatform platform;
    private final HttpTransport transport;
    private final LatchkeyComponent applicationsGraph;
    private final LatchkeyComponent daemonsGraph;
    private final OAuthClient application;
    private final GraphCloud cloud;

    Demo(Terminal terminal, TransportChoice choice, Optional<Browser> browser, Duration patience) {
        this.clock = new DemoClock(terminal.clock());
        this.timeline = new Timeline(terminal);
        this.browser = browser;
        this.patience = patience;
        String registered = UUID.randomUUID().toString();
        PlatformBuilder builder = IdentityPlatform.builder()
                .clock(clock)
                .user(user.registration())
                .people(PEOPLE)
                .graphPageSize(PAGE)
                .client(Client.publicClient("demo-app").redirectUri("http://127.0.0.1/callback"))
                .client(Client.confidential("demo-daemon", registered)
                        .grants(GrantType.CLIENT_CREDENTIALS)
                        .appRoles("User.Read.All"));
        // A real browser does not know the authority that was made for this run, and would warn of it.
        this.platform = (browser.isPresent() ? builder.plainHttp() : builder).start();
        this.transport = choice.open(Optional.of(platform.trust().sslContext()));
        this.applicationsGraph = wire(ClientId.of("demo-app"), ClientAuthentication.none());
        this.daemonsGraph =
                wire(ClientId.of("demo-daemon"), ClientAuthentication.secretBasic(ClientSecret.of(registered)));
        this.application = applicationsGraph.client();
        this.cloud = GraphCloud.of(platform.baseUri());
    }

    private LatchkeyComponent wire(ClientId id, ClientAuthentication authentication) {
        ClientConfiguration client = ClientConfiguration.of(
                        AuthorizationServer.openId(platform.issuer().toString()), id, authentication)
                .with(builder -> builder.idTokens(ClaimsOnlyIdTokens.dangerouslyWithoutSignature()));
        return TransportChoice.wire(
                browser.isPresent() ? client.with(OAuthClientBuilder::dangerouslyAllowHttp) : client,
                transport,
                StoreModule.inMemory(),
                clock);
    }

    void run() {
        long start = System.nanoTime();
        timeline.text("An authorization server and a small Graph are running inside this command, at");
        timeline.text(platform.baseUri()
                + (browser.isPresent()
                        ? ", without TLS, since your browser would not know a certificate made for this run."
                        : ", with a certificate made for this run."));
        timeline.text("");
        discover();
        SignIn signIn = signIn();
        TokenSource tokens = application.tokens(signIn.account(), USER_SCOPES);
        readMe(tokens);
        hit(tokens);
        AccessToken expired = expire(tokens);
        refresh(tokens, expired);
        beDaemon();
        replay(signIn.response().refreshToken().orElseThrow());
        timeline.text("");
        timeline.text("All of it worked: " + platform.requests().all().size() + " requests, "
                + Durations.text(since(start)) + ". Nothing was stored, and the server ends with this command.");
    }

    @Override
    public void close() throws IOException {
        applicationsGraph.close();
        daemonsGraph.close();
        transport.close();
        platform.close();
    }

    private void discover() {
        long start = System.nanoTime();
        AuthorizationServerMetadata server = application.metadata();
        timeline.step("discovery", since(start), "GET /.well-known/openid-configuration; issuer " + server.issuer());
    }

    private SignIn signIn() {
        if (browser.isPresent()) {
            timeline.text("     " + user.invitation() + " in the browser window that opens now.");
            try {
                return signIn(browser.get(), patience, "in your browser");
            } catch (SignInRequiredException | BrowserFailedException e) {
                timeline.text("     " + Terminal.clean(String.valueOf(e.getMessage())));
                timeline.text("     The demonstration goes on by itself.");
            }
        } else {
            timeline.text("     There is no display (or --no-browser): " + user.name()
                    + " signs in by a script that fills in the pages.");
        }
        Browser script = new UnattendedBrowser(page -> user.signIn(platform.browser(), page));
        return signIn(script, Duration.ofSeconds(30), "by a script");
    }

    private SignIn signIn(Browser with, Duration wait, String how) {
        try (LoopbackReceiver receiver = LoopbackReceiver.open()) {
            long start = System.nanoTime();
            PendingAuthorization pending =
                    application.authorize(AuthorizationRequest.of(receiver.redirectUri(), USER_SCOPES));
            timeline.step("authorize", since(start), "state, nonce and PKCE S256 made and kept; nothing sent yet");

            start = System.nanoTime();
            open(with, pending.uri());
            AuthorizationCallback callback =
                    receiver.await(wait, arrived -> arrived.state().equals(Optional.of(pending.state())));
            check(callback.parameters().first("code").isPresent(), "the callback brings a code");
            timeline.step("callback", since(start), user.name() + " signed in and consented " + how);
            timeline.more("the code came to " + receiver.redirectUri());

            start = System.nanoTime();
            SignIn signIn = application.complete(callback, pending.browserBinding());
            AccessToken token = signIn.response().accessToken();
            check(signIn.response().refreshToken().isPresent(), "a refresh token came along");
            timeline.step(
                    "token",
                    since(start),
                    token.type() + " for " + lifetime(token) + ", " + token.scopes() + "; ID token checked");
            return signIn;
        }
    }

    private static void open(Browser browser, URI page) {
        try {
            browser.open(page);
        } catch (IOException e) {
            throw new BrowserFailedException(e);
        }
    }

    private void readMe(TokenSource tokens) {
        long start = System.nanoTime();
        User me = graph(tokens).me();
        check(me.userPrincipalName().equals(Optional.of(user.name())), "/me is who signed in");
        timeline.step("GET /me", since(start), me.displayName().orElse("?") + ", " + user.name());
    }

    @SuppressWarnings("ReferenceEquality") // comparing the tokens' texts would cost more than the hit
    private void hit(TokenSource tokens) {
        AccessToken expected = tokens.token();
        int before = platform.requests().all().size();
        long[] nanos = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int call = 0; call < CALLS; call++) {
                check(tokens.token() == expected, "the same token comes again");
            }
            nanos[round] = (System.nanoTime() - start) / CALLS;
        }
        check(platform.requests().all().size() == before, "the server saw no request");
        Arrays.sort(nanos);
        timeline.step(
                "cache hit",
                Duration.ofNanos(nanos[ROUNDS / 2]),
                String.format(
                        Locale.ROOT,
                        "a call: the median of %d rounds of %,d calls; the server saw none of them",
                        ROUNDS,
                        CALLS));
    }

    private AccessToken expire(TokenSource tokens) {
        AccessToken token = tokens.token();
        String lifetime = lifetime(token);
        clock.advance(remaining(token).plusSeconds(1));
        long start = System.nanoTime();
        try {
            graph(token).me();
            throw new IllegalStateException("an expired token was accepted");
        } catch (GraphException e) {
            check(e.isUnauthorized(), "an expired token is refused");
            timeline.step(
                    "expiry",
                    since(start),
                    "clocks put forward by " + lifetime + "; Graph refuses the old token: " + e.status() + " "
                            + e.code());
        }
        return token;
    }

    private void refresh(TokenSource tokens, AccessToken expired) {
        long start = System.nanoTime();
        AccessToken fresh = tokens.token();
        Duration took = since(start);
        check(!fresh.equals(expired), "the token was renewed");
        check(graph(tokens).me().userPrincipalName().isPresent(), "the new token works");
        timeline.step(
                "refresh",
                took,
                "a new token for " + lifetime(fresh) + " without the user; the refresh token was rotated with it");
    }

    private void beDaemon() {
        long start = System.nanoTime();
        TokenSource tokens = daemonsGraph.client().clientCredentials(APPLICATION_SCOPES);
        AccessToken token = tokens.token();
        timeline.step(
                "daemon",
                since(start),
                "client credentials: an app token for " + lifetime(token) + ", and nobody signed in");

        start = System.nanoTime();
        int before = platform.requests().to("/v1.0/users").size();
        int people = 0;
        for (User each : graph(tokens).get("/users").select("id", "displayName").items(User.class)) {
            check(each.displayName().isPresent(), "every user has a name");
            people++;
        }
        int pages = platform.requests().to("/v1.0/users").size() - before;
        check(people == PEOPLE + 1, "all users were read");
        timeline.step("GET /users", since(start), people + " users over " + pages + " pages of " + PAGE);
    }

    private void replay(RefreshToken first) {
        long start = System.nanoTime();
        try {
            application.request(RefreshTokenGrant.of(first));
            throw new IllegalStateException("a rotated refresh token was accepted");
        } catch (OAuthException e) {
            String code = e.error().map(error -> error.code()).orElse("");
            check(code.equals("invalid_grant"), "a rotated refresh token is refused");
            timeline.step("replay", since(start), "the first refresh token, played again by a thief: refused, " + code);
        }
    }

    private GraphClient graph(TokenSource tokens) {
        GraphClient.Builder builder = GraphClient.builder(transport, tokens).cloud(cloud);
        return (browser.isPresent() ? builder.dangerouslyAllowHttp() : builder).build();
    }

    private GraphClient graph(AccessToken token) {
        return graph(() -> token);
    }

    private Duration remaining(AccessToken token) {
        return Duration.between(clock.instant(), token.expiresAt().orElseThrow());
    }

    /** To the minute, since a few milliseconds of it have passed. */
    private String lifetime(AccessToken token) {
        return Durations.text(
                Duration.ofMinutes(remaining(token).plusSeconds(30).toMinutes()));
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static void check(boolean holds, String claim) {
        if (!holds) {
            throw new IllegalStateException("the demonstration went wrong; not true: " + claim);
        }
    }

    /** The browser could not be opened, which the demonstration survives. */
    private static final class BrowserFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BrowserFailedException(IOException cause) {
            super("The browser cannot be opened: " + cause.getMessage() + ".", cause);
        }
    }
}
