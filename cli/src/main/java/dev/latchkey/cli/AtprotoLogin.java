package dev.latchkey.cli;

import dev.latchkey.auth.atproto.AtprotoClientMetadata;
import dev.latchkey.auth.atproto.Permission;
import dev.latchkey.auth.atproto.Permissions;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.token.Scopes;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** {@code latchkey login --atproto}, and the renewal of such a login. */
final class AtprotoLogin {

    private final Terminal terminal;
    private final ServerOptions server;
    private final AtprotoOptions atproto;
    private final SignInOptions signIn;

    AtprotoLogin(Terminal terminal, ServerOptions server, AtprotoOptions atproto, SignInOptions signIn) {
        this.terminal = terminal;
        this.server = server;
        this.atproto = atproto;
        this.signIn = signIn;
    }

    /** Refuses what belongs to other servers. */
    static void check(ProfileOptions profile, ServerOptions server, ClientOptions client, SignInOptions signIn) {
        if (server.isGiven() || client.isGiven()) {
            throw profile.usage("--atproto goes without --issuer, --oauth-issuer, --entra and a client");
        }
        if (signIn.grant.device || signIn.grant.byPassword || signIn.isForOthers()) {
            throw profile.usage("With --atproto one signs in in the browser, at the server of the account: of the"
                    + " options for the sign-in itself, it takes --scope, --prompt, --no-browser and --patience");
        }
    }

    /**
     * Signs in, keeps the login, and ends the one that it replaces.
     *
     * @param there what is kept already
     * @param made makes a place to keep something
     */
    void run(Optional<Logins> there, Supplier<Logins> made, String name) {
        Optional<Login> before = there.flatMap(logins -> logins.find(name));
        before.filter(login -> !AtprotoOptions.isOf(login)).ifPresent(login -> {
            throw new ConfigurationException(
                    "--profile",
                    name + " is " + login.described() + ", by another server or client; run latchkey logout"
                            + ProfileOptions.option(name) + " first, or choose another --profile");
        });
        before.ifPresent(login -> {
            if (!atproto.isGiven()) {
                server.restore(login.options());
                atproto.restore(login.options());
                signIn.restore(login.options());
            }
        });
        Scopes scopes = signIn.scopes(AtprotoConnection.DEFAULT_SCOPES);
        AtprotoClientMetadata metadata = AtprotoConnection.metadata(scopes);
        String who = String.valueOf(atproto.who);
        try (AtprotoNetwork network = AtprotoNetwork.open(terminal, server, atproto)) {
            if (there.isEmpty()) {
                // A typing error leaves no key behind. What is found is remembered for the sign-in.
                var unused = network.identities().resolve(who);
            }
            Logins logins = there.orElseGet(made);
            AtprotoConnection connection = AtprotoConnection.over(network, terminal, metadata, logins.store());
            try (connection) {
                signIn(connection, who, logins, name, before);
            }
            // The client itself ends a session of the same account, in the background, which closing waits for.
            connection
                    .notRevoked()
                    .ifPresent(reason ->
                            terminal.tell("warning: the session that this login replaces was not ended at the server: "
                                    + Terminal.clean(String.valueOf(reason.getMessage()))));
        }
    }

    private void signIn(AtprotoConnection connection, String who, Logins logins, String name, Optional<Login> before) {
        Scopes scopes = connection.client().metadata().scopes();
        SignIn signedIn = connection.signIn(who, name, signIn);
        Login login = keep(connection, logins, name, scopes, signedIn);
        terminal.print(
                "Logged in as " + login.described() + (name.equals(ProfileOptions.DEFAULT) ? "" : ", profile " + name));
        Scopes granted = signedIn.response().scopes();
        if (isLess(granted, scopes)) {
            terminal.tell("warning: granted was " + Terminal.clean(granted.toString()) + " alone");
        }
        before.filter(each -> !isSession(each, login)).ifPresent(each -> replace(logins, each));
    }

    /**
     * Whether something is missing of what was asked for, in whatever words it was granted. Servers give the permissions of a set in place
     * of its name, so that nothing is missed there.
     */
    static boolean isLess(Scopes granted, Scopes asked) {
        Permissions permissions = Permissions.granted(granted);
        return asked.asSet().stream()
                .map(Permission::parse)
                .anyMatch(each -> !each.resource().equals("include") && !permissions.allows(each));
    }

    private Login keep(AtprotoConnection connection, Logins logins, String name, Scopes scopes, SignIn signedIn) {
        connection.notSaved().ifPresent(reason -> {
            throw new TemporaryFailureException(
                    "Signed in, but the session could not be kept: " + reason.getMessage(), false, null, reason);
        });
        Account account = signedIn.account();
        Map<String, String> options = new TreeMap<>();
        server.keep(options);
        atproto.keep(options, account.subject());
        signIn.keep(options, scopes);
        options.put("client-id", connection.client().metadata().clientId());
        Account named = connection
                .handle(account)
                .map(handle -> account.withUsername(handle.toString()))
                .orElse(account);
        Login login = new Login(name, named, terminal.clock().instant(), options);
        logins.save(login);
        return login;
    }

    /** Other scopes make another client. */
    private static boolean isSession(Login one, Login other) {
        return one.account().equals(other.account())
                && Objects.equals(
                        one.options().get("client-id"), other.options().get("client-id"));
    }

    /** The session of whoever was logged in under the same name would otherwise stay, and be found by nobody. */
    private void replace(Logins logins, Login other) {
        try (AtprotoConnection connection = AtprotoConnection.open(terminal, logins, other, server.limit.seconds)) {
            terminal.tell("This replaces the login of " + other.name() + ": "
                    + LogoutCommand.said(connection.client().signOut(other.account()), other.account()));
        }
    }
}
