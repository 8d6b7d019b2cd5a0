package dev.latchkey.cli;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code latchkey accounts}. */
@Command(
        name = "accounts",
        description =
                "List the logins that are kept. Nothing is asked of any server, so a session may have ended there.")
final class AccountsCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Option(names = "--json", description = "List them as JSON.")
    private boolean json;

    AccountsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<Login> logins =
                Logins.open(terminal, store.places(terminal)).map(Logins::all).orElse(List.of());
        if (json) {
            List<Object> all = new ArrayList<>();
            logins.forEach(login -> all.add(members(login)));
            terminal.print(Json.pretty(all));
        } else if (logins.isEmpty()) {
            terminal.tell("Nobody is logged in. Run: latchkey login");
        } else {
            print(logins);
        }
        return ExitCode.OK;
    }

    private void print(List<Login> logins) {
        int width = "PROFILE".length();
        int names = "ACCOUNT".length();
        for (Login each : logins) {
            width = Math.max(width, each.profile().length());
            names = Math.max(names, each.name().length());
        }
        String format = "%-" + width + "s  %-" + names + "s  %-20s  %s";
        terminal.print(String.format(format, "PROFILE", "ACCOUNT", "SINCE", "SERVER"));
        for (Login each : logins) {
            terminal.print(String.format(
                    format,
                    each.profile(),
                    each.name(),
                    each.since().truncatedTo(ChronoUnit.SECONDS),
                    Terminal.clean(each.account().issuer())));
        }
    }

    private static Map<String, Object> members(Login login) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("profile", login.profile());
        members.put("issuer", login.account().issuer());
        members.put("subject", login.account().subject());
        login.account().tenant().ifPresent(tenant -> members.put("tenant", tenant));
        login.account().username().ifPresent(name -> members.put("username", name));
        members.put("client_id", login.options().getOrDefault("client-id", ""));
        members.put("scope", login.options().getOrDefault("scope", ""));
        members.put("since", login.since().truncatedTo(ChronoUnit.SECONDS).toString());
        return members;
    }
}
