package dev.latchkey.cli;

import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.token.Scopes;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code latchkey login}. */
@Command(
        name = "login",
        description = {
            "Sign in, and keep the session: latchkey token and latchkey graph then need nobody to sign in. Without a"
                    + " server, a login that was kept before is renewed.",
            "",
            "What is kept is encrypted. The key is in $LATCHKEY_STORE_KEY, in a file of its own, or made of a"
                    + " passphrase. Any number of shells may use it at once."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  latchkey login --issuer https://issuer.example --client-id app",
            "  latchkey login --profile work --entra contoso.example --client-id ... --device",
            "  latchkey login --atproto alice.bsky.social",
            "  latchkey login --profile work",
        })
final class LoginCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private ProfileOptions profile = new ProfileOptions();

    @Mixin
    private KeyOptions key = new KeyOptions();

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private AtprotoOptions atproto = new AtprotoOptions();

    @Mixin
    private ClientOptions client = new ClientOptions();

    @Mixin
    private SignInOptions signIn = new SignInOptions();

    LoginCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        String name = profile.profile(terminal);
        if (signIn.grant.clientCredentials) {
            throw profile.usage("With --client-credentials nobody signs in: use latchkey token");
        }
        if (atproto.isGiven()) {
            AtprotoLogin.check(profile, server, client, signIn);
        } else if (atproto.orphan().isPresent()) {
            throw profile.usage(atproto.orphan().get() + " needs --atproto");
        } else if (server.isGiven()) {
            client.require(profile);
        } else if (client.clientId != null) {
            throw profile.usage("--client-id needs --issuer, --oauth-issuer or --entra");
        }
        if (atproto.isGiven()) {
            return atAccountsServer(Logins.open(terminal, profile.store.places(terminal), key.choice), name);
        }
        Logins logins = logins(name);
        Optional<Login> before = logins.find(name);
        if (!server.isGiven() && before.filter(AtprotoOptions::isOf).isPresent()) {
            return atAccountsServer(Optional.of(logins), name);
        }
        try (Connection connection = connect(logins, name, before)) {
            Scopes scopes = signIn.scopes(defaultScopes(connection));
            SignIn signedIn = connection.user(scopes, name);
            Login login = keep(connection, logins, name, scopes, signedIn);
            terminal.print("Logged in as " + login.described()
                    + (name.equals(ProfileOptions.DEFAULT) ? "" : ", profile " + name));
            if (signedIn.response().refreshToken().isEmpty()) {
                terminal.tell(
                        "warning: no refresh token came along, so the login ends with its token. Many servers give one"
                                + " for --scope offline_access");
            }
            before.map(Login::account)
                    .filter(account -> !account.equals(login.account()))
                    .ifPresent(account -> replace(connection, account));
        }
        return ExitCode.OK;
    }

    private int atAccountsServer(Optional<Logins> there, String name) {
        new AtprotoLogin(terminal, server, atproto, signIn)
                .run(there, () -> Logins.openOrCreate(terminal, profile.store.places(terminal), key.choice), name);
        return ExitCode.OK;
    }

    /** Makes nothing where there is nothing to log in to. */
    private Logins logins(String name) {
        Places places = profile.store.places(terminal);
        if (server.isGiven()) {
            return Logins.openOrCreate(terminal, places, key.choice);
        }
        return Logins.open(terminal, places).orElseThrow(() -> noServer(name));
    }

    private RuntimeException noServer(String name) {
        return profile.usage("There is no login " + name + " yet: give --issuer, --oauth-issuer, --entra or --atproto");
    }

    private Connection connect(Logins logins, String name, Optional<Login> before) {
        if (!server.isGiven()) {
            return Connection.open(terminal, logins, before.orElseThrow(() -> noServer(name)), server, client, signIn);
        }
        before.filter(login -> !isSame(login)).ifPresent(login -> {
            throw new ConfigurationException(
                    "--profile",
                    name + " is " + login.described() + ", by another server or client; run latchkey logout"
                            + ProfileOptions.option(name) + " first, or choose another --profile");
        });
        return Connection.toKeep(terminal, logins, server, client, signIn);
    }

    private boolean isSame(Login login) {
        Map<String, String> mine = new TreeMap<>();
        server.keep(mine);
        client.keep(mine);
        for (String each : new String[] {"issuer", "oauth-issuer", "entra", "entra-login", "client-id"}) {
            if (!Optional.ofNullable(mine.get(each))
                    .equals(Optional.ofNullable(login.options().get(each)))) {
                return false;
            }
        }
        return true;
    }

    private Scopes defaultScopes(Connection connection) {
        if (server.isEntra()) {
            return Scopes.of("openid", "profile", "offline_access", "User.Read");
        }
        if (server.server.openId == null) {
            return Scopes.NONE;
        }
        // Some servers refuse what they do not know, and give refresh tokens without being asked in this way.
        boolean offline =
                connection.client().metadata().texts("scopes_supported").contains("offline_access");
        return offline ? Scopes.of("openid", "profile", "offline_access") : Scopes.of("openid", "profile");
    }

    private Login keep(Connection connection, Logins logins, String name, Scopes scopes, SignIn signedIn) {
        connection.notSaved().ifPresent(reason -> {
            throw new TemporaryFailureException(
                    "Signed in, but the session could not be kept: " + reason.getMessage(), false, null, reason);
        });
        Map<String, String> options = new TreeMap<>();
        server.keep(options);
        client.keep(options);
        signIn.keep(options, scopes);
        Account account =
                SignedIn.user(signedIn, signedIn.response()::accessToken).named();
        Login login = new Login(name, account, terminal.clock().instant(), options);
        logins.save(login);
        return login;
    }

    /** The session of whoever was logged in under the same name would otherwise stay, and be found by nobody. */
    private void replace(Connection connection, Account other) {
        terminal.tell("This replaces the login of "
                + Terminal.clean(other.username().orElseGet(other::subject)) + ": "
                + LogoutCommand.said(connection.client().accounts().remove(other, SignOut.AND_AT_SERVER), other));
    }
}
