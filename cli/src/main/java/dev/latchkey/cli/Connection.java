package dev.latchkey.cli;

import dev.latchkey.auth.ClaimsOnlyIdTokens;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.dagger.ClientConfiguration;
import dev.latchkey.auth.dagger.LatchkeyComponent;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.interactive.Browser;
import dev.latchkey.auth.interactive.LoopbackReceiver;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.Scopes;
import java.io.IOException;
import java.net.URI;

/** A client and its transport, as the options say, and the ways to get a token with them. */
final class Connection implements AutoCloseable {

    static final String PASSWORD_VARIABLE = "LATCHKEY_PASSWORD";

    private final Terminal terminal;
    private final ServerOptions server;
    private final SignInOptions options;
    private final LatchkeyComponent graph;
    private final OAuthClient client;

    Connection(Terminal terminal, ServerOptions server, ClientOptions clientOptions, SignInOptions options) {
        this.terminal = terminal;
        this.server = server;
        this.options = options;
        ClientConfiguration configuration = ClientConfiguration.of(
                        server.profile(),
                        clientOptions.id(),
                        clientOptions.authentication(terminal, options.grant.clientCredentials, server.isEntra()))
                // The token endpoint was reached over TLS, which OpenID Connect Core 3.1.3.7 takes for the signature.
                .with(builder -> builder.idTokens(ClaimsOnlyIdTokens.dangerouslyWithoutSignature())
                        .timeout(server.timeout()));
        if (server.httpAllowed) {
            configuration = configuration.with(OAuthClientBuilder::dangerouslyAllowHttp);
        }
        this.graph = server.transport.wire(configuration, server.tls(), terminal.clock());
        this.client = graph.client();
    }

    HttpTransport transport() {
        return graph.transport();
    }

    /** Gets a token in the way that the options name. */
    SignedIn signIn(Scopes usersDefault, Scopes applicationsDefault) {
        if (options.grant.clientCredentials) {
            return SignedIn.application(client.clientCredentials(options.scopes(applicationsDefault)));
        }
        Scopes scopes = options.scopes(usersDefault);
        SignIn signIn = user(scopes);
        return SignedIn.user(signIn, client.tokens(signIn.account(), scopes));
    }

    @Override
    public void close() {
        graph.close();
    }

    private SignIn user(Scopes scopes) {
        AccountNaming naming = scopes.contains("openid") || server.isEntra()
                ? AccountNaming.byServer()
                : AccountNaming.subject(options.username == null ? "the user of this command" : options.username);
        if (options.grant.device) {
            return device(scopes, naming);
        }
        return options.grant.byPassword ? password(scopes, naming) : browser(scopes, naming);
    }

    private SignIn browser(Scopes scopes, AccountNaming naming) {
        try (LoopbackReceiver receiver = options.receiver(server.isEntra())) {
            return client.interactive(
                    options.request(receiver, scopes, naming), receiver, this::show, options.patience());
        }
    }

    private void show(URI page) {
        if (!options.noBrowser && terminal.browser().isPresent()) {
            Browser browser = terminal.browser().get();
            try {
                browser.open(page);
                terminal.tell("Go on in the browser, where the sign-in page has been opened.");
                return;
            } catch (IOException e) {
                terminal.tell("The browser cannot be opened: " + e.getMessage() + ".");
            }
        }
        terminal.tell("Open this address in a browser on this machine (or use --device):");
        terminal.tell("  " + page.toASCIIString());
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
