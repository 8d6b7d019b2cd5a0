package dev.latchkey.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where logins are kept. */
final class StoreOptions {

    static final String STORE_VARIABLE = "LATCHKEY_STORE";

    @Option(
            names = "--store",
            paramLabel = "DIRECTORY",
            description = "Where logins are kept. Default: $LATCHKEY_STORE, or latchkey in $XDG_STATE_HOME or"
                    + " ~/.local/state.")
    @Nullable
    Path directory;

    Places places(Terminal terminal) {
        return Places.of(
                terminal,
                Optional.ofNullable(directory)
                        .or(() -> terminal.environment(STORE_VARIABLE).map(Path::of)));
    }
}
