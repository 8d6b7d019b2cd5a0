package dev.latchkey.cli;

import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

/** The {@code latchkey} command. */
public final class Latchkey {

    private Latchkey() {}

    /**
     * Runs the command and ends the process with its status.
     *
     * @param arguments as typed
     */
    public static void main(String[] arguments) {
        System.exit(run(Terminal.ofThisProcess(), arguments));
    }

    static int run(Terminal terminal, String... arguments) {
        RootCommand root = new RootCommand();
        CommandLine graph = new CommandLine(new GraphCommand()).addSubcommand(new GraphGetCommand(terminal));
        CommandLine atproto = new CommandLine(new AtprotoCommand()).addSubcommand(new AtprotoGetCommand(terminal));
        CommandLine latchkey = new CommandLine(root)
                .addSubcommand(new DemoCommand(terminal))
                .addSubcommand(new LoginCommand(terminal))
                .addSubcommand(new TokenCommand(terminal))
                .addSubcommand(new AccountsCommand(terminal))
                .addSubcommand(new LogoutCommand(terminal))
                .addSubcommand(graph)
                .addSubcommand(atproto)
                .addSubcommand(new CommandLine.HelpCommand());
        latchkey.setOut(terminal.out())
                .setErr(terminal.err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(Help.defaultColorScheme(terminal.colour() ? Help.Ansi.ON : Help.Ansi.OFF))
                .setParameterExceptionHandler(new UsageErrors(terminal))
                .setExecutionExceptionHandler(new Failures(terminal, root));
        describe(latchkey);
        int code = latchkey.execute(arguments);
        terminal.out().flush();
        terminal.err().flush();
        return code;
    }

    /** What is the same for every command: help, version and the statuses. */
    private static void describe(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        spec.mixinStandardHelpOptions(!spec.name().equals("help")).version("latchkey " + version());
        spec.usageMessage()
                .exitCodeListHeading("%nStatus:%n")
                .exitCodeList(ExitCode.meanings())
                .sortOptions(false)
                .width(100);
        new TreeMap<>(command.getSubcommands()).values().forEach(Latchkey::describe);
    }

    private static String version() {
        String version = Latchkey.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
