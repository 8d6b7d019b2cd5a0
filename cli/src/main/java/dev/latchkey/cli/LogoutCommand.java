package dev.latchkey.cli;

import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.identity.Account;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code latchkey logout}. */
@Command(
        name = "logout",
        description = {
            "Forget a login: its session is removed here, and its refresh token revoked at the server, where the"
                    + " server can (RFC 7009). An access token that was printed stays good until it expires, and so does"
                    + " the browser's own session."
        })
final class LogoutCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private ProfileOptions profile = new ProfileOptions();

    @Option(names = "--all", description = "Forget all logins.")
    private boolean all;

    @Option(names = "--local", description = "Tell no server. Whoever has a copy of the session can go on with it.")
    private boolean local;

    @Mixin
    private TimeoutOption limit = new TimeoutOption();

    LogoutCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (all && profile.isNamed()) {
            throw profile.usage("--all goes without --profile");
        }
        String name = profile.profile(terminal);
        Logins logins = Logins.open(terminal, profile.store.places(terminal)).orElse(null);
        if (logins == null) {
            if (all) {
                terminal.tell("Nobody is logged in.");
                return ExitCode.OK;
            }
            throw Logins.none(name, List.of());
        }
        if (!all) {
            return forget(logins, logins.required(name));
        }
        int code = ExitCode.OK;
        for (Login each : logins.all()) {
            try {
                int status = forget(logins, each);
                code = code == ExitCode.OK ? status : code;
            } catch (OAuthException e) {
                terminal.tell(
                        "latchkey: " + each.profile() + " stays: " + Terminal.clean(String.valueOf(e.getMessage())));
                code = code == ExitCode.OK ? Failures.code(e) : code;
            }
        }
        return code;
    }

    private int forget(Logins logins, Login login) {
        SignOut how = local ? SignOut.HERE : SignOut.AND_AT_SERVER;
        if (AtprotoOptions.isOf(login)) {
            try (AtprotoConnection connection = AtprotoConnection.open(terminal, logins, login, limit.seconds)) {
                return forgotten(logins, login, connection.client().signOut(login.account(), how));
            }
        }
        ServerOptions server = new ServerOptions();
        server.limit.seconds = limit.seconds;
        ClientOptions client = new ClientOptions();
        if (local) {
            // What tells no server needs no secret either.
            client.method = ClientOptions.Method.NONE;
        }
        try (Connection connection = Connection.open(terminal, logins, login, server, client, new SignInOptions())) {
            return forgotten(logins, login, connection.client().accounts().remove(login.account(), how));
        }
    }

    private int forgotten(Logins logins, Login login, SignOutResult result) {
        logins.remove(login.profile());
        terminal.print(login.profile() + ": " + login.name() + " is logged out; " + said(result, login.account()));
        return result.revocation()
                .failure()
                .filter(failure -> result.revocation().outcome() == Revocation.Outcome.FAILED)
                .map(Failures::code)
                .orElse(ExitCode.OK);
    }

    /** What became of it at the server. */
    static String said(SignOutResult result, Account account) {
        String host = String.valueOf(URI.create(account.issuer()).getHost());
        switch (result.revocation().outcome()) {
            case DONE:
                return "the token was revoked at " + host;
            case NOT_OFFERED:
                return host + " revokes no tokens, so a copy stays good until it expires";
            case FAILED:
                return "the token could not be revoked and may still be good: "
                        + result.revocation()
                                .failure()
                                .map(failure -> Terminal.clean(String.valueOf(failure.getMessage())))
                                .orElse("no reason was given");
            case NOTHING:
                return result.wasSignedIn() ? "there was no token to revoke" : "its session had ended before";
            case NOT_ASKED:
            default:
                return "no server was told";
        }
    }
}
