package dev.latchkey.cli;

import dev.latchkey.auth.AuthListener;
import dev.latchkey.auth.ClaimsOnlyIdTokens;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.dagger.ClientConfiguration;
import dev.latchkey.auth.dagger.LatchkeyComponent;
import dev.latchkey.auth.dagger.StoreModule;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.interactive.LoopbackReceiver;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A client and its transport, as the options say, and the ways to get a token with them. */
final class Connection implements AutoCloseable {

    static final String PASSWORD_VARIABLE = "LATCHKEY_PASSWORD";

    private final Terminal terminal;
    private final ServerOptions server;
    private final SignInOptions options;
    private final Optional<Login> login;
    private final LatchkeyComponent graph;
    private final OAuthClient client;
    private final AtomicReference<@Nullable Exception> notSaved = new AtomicReference<>();

    private Connection(
            Terminal terminal,
            ServerOptions server,
            ClientOptions clientOptions,
            SignInOptions options,
            Optional<Login> login,
            StoreModule store) {
        this.terminal = terminal;
        this.server = server;
        this.options = options;
        this.login = login;
        ClientConfiguration configuration = ClientConfiguration.of(
                        server.profile(),
                        clientOptions.id(),
                        clientOptions.authentication(terminal, options.grant.clientCredentials, server.isEntra()))
                // The token endpoint was reached over TLS, which OpenID Connect Core 3.1.3.7 takes for the signature.
                .with(builder -> builder.idTokens(ClaimsOnlyIdTokens.dangerouslyWithoutSignature())
                        .timeout(server.timeout())
                        .listener(listener()));
        if (options.grant.byPassword) {
            configuration = configuration.with(builder -> builder.security(SecurityProfile.LENIENT));
        }
        if (server.httpAllowed) {
            configuration = configuration.with(OAuthClientBuilder::dangerouslyAllowHttp);
        }
        this.graph = server.transport().wire(configuration, server.tls(), store, terminal.clock());
        this.client = graph.client();
    }

    /** Reaches the server that the command line names, and keeps nothing; or else that of a login that is kept. */
    static Connection open(
            Terminal terminal,
            ProfileOptions profile,
            ServerOptions server,
            ClientOptions client,
            SignInOptions options) {
        if (server.isGiven()) {
            if (profile.isNamed()) {
                throw profile.usage("--profile is for a login that is kept, and goes without a server");
            }
            client.require(profile);
            return new Connection(terminal, server, client, options, Optional.empty(), StoreModule.inMemory());
        }
        if (client.clientId != null || options.isGiven()) {
            throw profile.usage(
                    "Without --issuer, --oauth-issuer or --entra a login that is kept is used, which has its client"
                            + " already, and for which nobody signs in");
        }
        String name = profile.profile(terminal);
        Places places = profile.store.places(terminal);
        Logins logins = Logins.open(terminal, places).orElseThrow(() -> Logins.none(name, List.of()));
        return open(terminal, logins, logins.required(name), server, client, options);
    }

    /** Reaches the server of a login that is kept. */
    static Connection open(
            Terminal terminal,
            Logins logins,
            Login login,
            ServerOptions server,
            ClientOptions client,
            SignInOptions options) {
        if (AtprotoOptions.isOf(login)) {
            throw new ConfigurationException(
                    "--profile",
                    login.profile() + " is " + login.described()
                            + ", an account of the AT Protocol, whose tokens are of"
                            + " no use without their key; use latchkey atproto get"
                            + ProfileOptions.option(login.profile()));
        }
        server.restore(login.options());
        client.restore(login.options());
        options.restore(login.options());
        return new Connection(terminal, server, client, options, Optional.of(login), StoreModule.of(logins.store()));
    }

    /** Reaches the server that the command line names, to keep a login there. */
    static Connection toKeep(
            Terminal terminal, Logins logins, ServerOptions server, ClientOptions client, SignInOptions options) {
        return new Connection(terminal, server, client, options, Optional.empty(), StoreModule.of(logins.store()));
    }

    private AuthListener listener() {
        return new AuthListener() {
            @Override
            public void sessionNotSaved(Optional<Account> account, Exception reason) {
                notSaved.set(reason);
            }
        };
    }

    HttpTransport transport() {
        return graph.transport();
    }

    OAuthClient client() {
        return client;
    }

    /** Tells why the last session could not be kept; nothing if it could. */
    Optional<Exception> notSaved() {
        return Optional.ofNullable(notSaved.get());
    }

    /** Gets a token from the login that is kept, or in the way that the options name. */
    SignedIn signIn(Scopes usersDefault, Scopes applicationsDefault) {
        if (login.isPresent()) {
            return kept(login.get(), options.scopes(usersDefault));
        }
        if (options.grant.clientCredentials) {
            return SignedIn.application(client.clientCredentials(options.scopes(applicationsDefault)));
        }
        Scopes scopes = options.scopes(usersDefault);
        SignIn signIn = user(scopes, "");
        return SignedIn.user(signIn, client.tokens(signIn.account(), scopes));
    }

    private SignedIn kept(Login kept, Scopes scopes) {
        SignedIn signedIn;
        String renewal = ". Run: latchkey login" + ProfileOptions.option(kept.profile());
        try {
            signedIn = SignedIn.kept(kept, client.tokens(kept.account(), scopes));
        } catch (SignInRequiredException e) {
            throw new SignInRequiredException(
                    e.getMessage() + renewal, e.error().orElse(null), e);
        } catch (ConfigurationException e) {
            if (e.error().map(ServerError::code).filter("invalid_scope"::equals).isEmpty()) {
                throw e;
            }
            throw new SignInRequiredException(
                    "This login was granted " + kept.options().get("scope") + ", and not all of " + scopes + renewal
                            + " --scope \"" + scopes + '"',
                    e.error().orElse(null),
                    e);
        }
        notSaved()
                .ifPresent(reason -> terminal.tell("warning: the renewed session could not be kept ("
                        + Terminal.clean(String.valueOf(reason.getMessage())) + "); you may have to log in again"));
        return signedIn;
    }

    @Override
    public void close() {
        graph.close();
    }

    /** Has somebody sign in, in the way that the options name. */
    SignIn user(Scopes scopes, String session) {
        AccountNaming naming = scopes.contains("openid") || server.isEntra()
                ? AccountNaming.byServer()
                : AccountNaming.subject(options.username == null ? "the user of this command" : options.username);
        AccountNaming named = naming.session(session);
        if (options.grant.device) {
            return device(scopes, named);
        }
        return options.grant.byPassword ? password(scopes, named) : browser(scopes, named);
    }

    private SignIn browser(Scopes scopes, AccountNaming naming) {
        try (LoopbackReceiver receiver = options.receiver(server.isEntra())) {
            return client.interactive(
                    options.request(receiver, scopes, naming), receiver, this::show, options.patience());
        }
    }

    private void show(URI page) {
        SignInPage.show(terminal, options.noBrowser, page, " (or use --device)");
    }

    private SignIn device(Scopes scopes, AccountNaming naming) {
        DeviceAuthorization device = client.authorizeDevice(scopes);
        terminal.tell("Open " + Terminal.clean(device.verificationUri().toASCIIString())
                + " on any device, and enter the code " + Terminal.clean(device.userCode()));
        device.verificationUriComplete()
                .ifPresent(uri -> terminal.tell("  or open " + Terminal.clean(uri.toASCIIString())));
        return client.await(device, naming);
    }

    @SuppressWarnings("deprecation")
    private SignIn password(Scopes scopes, AccountNaming naming) {
        if (options.username == null) {
            throw new ConfigurationException("--username", "is needed with --password");
        }
        terminal.tell("warning: --password hands the user's password to this program, which RFC 9700 forbids."
                + " Use the browser or --device.");
        return client.password(PasswordGrant.of(options.username, password(), scopes), naming);
    }

    private Password password() {
        return terminal.environment(PASSWORD_VARIABLE)
                .or(() -> terminal.ask("Password of " + options.username + " (not shown): ")
                        .filter(typed -> typed.length > 0)
                        .map(String::new))
                .map(Password::of)
                .orElseThrow(() -> new ConfigurationException(
                        PASSWORD_VARIABLE, "is not set, and there is no terminal to ask on"));
    }
}
