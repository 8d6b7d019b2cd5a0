package dev.latchkey.cli;

import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with the arguments, without repeating values: one may be a secret, put where none belongs. */
final class UsageErrors implements IParameterExceptionHandler {

    private final Terminal terminal;

    UsageErrors(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        terminal.tell("latchkey: " + message(failure));
        terminal.tell("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    private static String message(ParameterException failure) {
        if (!(failure instanceof UnmatchedArgumentException)) {
            return Terminal.clean(String.valueOf(failure.getMessage()));
        }
        UnmatchedArgumentException unmatched = (UnmatchedArgumentException) failure;
        String options = unmatched.getUnmatched().stream()
                .filter(each -> each.startsWith("-"))
                .map(each -> Terminal.clean(each.split("=", 2)[0]))
                .collect(Collectors.joining(", "));
        if (options.contains("secret")) {
            return "There is no option " + options + ": secrets are never arguments. Use $"
                    + ClientOptions.SECRET_VARIABLE + ", --client-secret-file, or wait to be asked";
        }
        if (!options.isEmpty()) {
            return "There is no option " + options;
        }
        CommandLine command = failure.getCommandLine();
        if (!command.getSubcommands().isEmpty()) {
            return "There is no such command. Commands: "
                    + String.join(", ", command.getSubcommands().keySet());
        }
        return "There is an argument too many (not repeated here: it may be a secret). --password takes none; the"
                + " password is in $" + Connection.PASSWORD_VARIABLE + ", or is asked for";
    }
}
