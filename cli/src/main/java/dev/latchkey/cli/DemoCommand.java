package dev.latchkey.cli;

import dev.latchkey.auth.interactive.Browser;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code latchkey demo}. */
@Command(
        name = "demo",
        description =
                "Show what the library does, against an authorization server and a small Graph that run inside this"
                        + " command. Nothing leaves this machine, and nothing is stored.")
final class DemoCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = "--transport",
            paramLabel = "CLIENT",
            defaultValue = "jdk",
            description = "The HTTP client, jdk or apache. Default: ${DEFAULT-VALUE}.")
    private TransportChoice transport = TransportChoice.JDK;

    @Option(names = "--no-browser", description = "Sign the user in without a browser, as where there is no display.")
    private boolean noBrowser;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "How long to wait for the browser before the sign-in goes on by itself. Default:"
                    + " ${DEFAULT-VALUE}.")
    private int patienceSeconds = 120;

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Optional<Browser> browser = noBrowser ? Optional.empty() : terminal.browser();
        try (Demo demo = new Demo(terminal, transport, browser, java.time.Duration.ofSeconds(patienceSeconds))) {
            demo.run();
        }
        return ExitCode.OK;
    }
}
