package dev.latchkey.cli;

import picocli.CommandLine.Option;

/** How long to wait for a server. */
final class TimeoutOption {

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long one request may take. Default: ${DEFAULT-VALUE}.")
    int seconds = 30;
}
