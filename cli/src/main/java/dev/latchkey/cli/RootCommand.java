package dev.latchkey.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code latchkey}, which does nothing by itself. */
@Command(
        name = "latchkey",
        description = {
            "Tokens from any OAuth 2.0 or OpenID Connect server, and calls with them: of Microsoft Graph, and of the AT"
                    + " Protocol."
        },
        footerHeading = "%nStart with:%n",
        footer = {
            "  latchkey demo          a whole day of tokens in a few seconds, on this machine alone",
            "  latchkey login         sign in, and stay so: latchkey token, accounts and logout then know you",
            "  latchkey help token    the options of a command",
        })
final class RootCommand implements Runnable {

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of a failure.")
    private boolean verbose;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    boolean verbose() {
        return verbose;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
