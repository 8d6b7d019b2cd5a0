package dev.latchkey.cli;

import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code latchkey token}. */
@Command(
        name = "token",
        description = {
            "Get a token, and describe it: from a login that is kept (see latchkey login), renewed without anybody's"
                    + " help if need be; or, with --issuer, --oauth-issuer or --entra, from a sign-in for this once."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  latchkey token --profile work",
            "  latchkey token --issuer https://issuer.example --client-id app",
            "  latchkey token --entra contoso.example --client-id ... --device --scope User.Read",
            "  curl -H \"Authorization: Bearer $(latchkey token --reveal ...)\" https://api.example",
        })
final class TokenCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private ProfileOptions profile = new ProfileOptions();

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private ClientOptions client = new ClientOptions();

    @Mixin
    private SignInOptions signIn = new SignInOptions();

    @Option(
            names = "--reveal",
            description =
                    "Print the token itself, and nothing else, on standard output; the description goes to standard"
                            + " error. With --json, add it to the object.")
    private boolean revealed;

    @Option(names = "--json", description = "Describe the token as JSON.")
    private boolean json;

    TokenCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (Connection connection = Connection.open(terminal, profile, server, client, signIn)) {
            Scopes user = server.isEntra()
                    ? Scopes.of("openid", "profile", "offline_access", "User.Read")
                    : server.server.openId == null ? Scopes.NONE : Scopes.of("openid", "profile");
            Scopes application = server.isEntra() ? server.cloud().graphDefault() : Scopes.NONE;
            SignedIn signedIn = connection.signIn(user, application);
            if (json) {
                terminal.print(Json.pretty(members(signedIn)));
            } else if (revealed) {
                lines(signedIn).forEach(terminal::tell);
                terminal.print(signedIn.token().reveal());
            } else {
                lines(signedIn).forEach(terminal::print);
            }
        }
        return ExitCode.OK;
    }

    private List<String> lines(SignedIn signedIn) {
        AccessToken token = signedIn.token();
        List<String> lines = new ArrayList<>();
        lines.add("type     " + token.type());
        lines.add("expires  "
                + token.expiresAt()
                        .map(at -> at.truncatedTo(ChronoUnit.SECONDS) + " (in " + Durations.text(remaining(at)) + ")")
                        .orElse("the server did not say"));
        lines.add("scopes   "
                + (token.scopes().isEmpty()
                        ? "none named"
                        : Terminal.clean(token.scopes().toString())));
        signedIn.account()
                .ifPresentOrElse(
                        account -> lines.add("account  "
                                + Terminal.clean(signedIn.username().orElseGet(account::subject)) + " at "
                                + Terminal.clean(account.issuer())),
                        () -> lines.add("account  the application itself"));
        signedIn.signIn()
                .ifPresent(signIn -> lines.add(
                        "refresh  " + (refreshable(signIn) ? "a refresh token came along" : "no refresh token")));
        signedIn.login().ifPresent(login -> lines.add("profile  " + login.profile()));
        return lines;
    }

    private Map<String, Object> members(SignedIn signedIn) {
        AccessToken token = signedIn.token();
        Map<String, Object> members = new LinkedHashMap<>();
        if (revealed) {
            members.put("access_token", token.reveal());
        }
        members.put("token_type", token.type().toString());
        token.expiresAt().ifPresent(at -> {
            members.put("expires_at", at.truncatedTo(ChronoUnit.SECONDS).toString());
            members.put("expires_in", Json.number(remaining(at).toSeconds()));
        });
        members.put("scopes", List.copyOf(token.scopes().asSet()));
        signedIn.account().ifPresent(identity -> {
            Map<String, Object> account = new LinkedHashMap<>();
            account.put("issuer", identity.issuer());
            account.put("subject", identity.subject());
            identity.tenant().ifPresent(tenant -> account.put("tenant", tenant));
            signedIn.username().ifPresent(name -> account.put("username", name));
            members.put("account", account);
        });
        signedIn.signIn().ifPresent(signIn -> members.put("refreshable", Json.truth(refreshable(signIn))));
        signedIn.login().ifPresent(login -> members.put("profile", login.profile()));
        return members;
    }

    private Duration remaining(Instant at) {
        return Duration.between(terminal.clock().instant(), at);
    }

    private static boolean refreshable(SignIn signIn) {
        return signIn.response().refreshToken().isPresent();
    }
}
