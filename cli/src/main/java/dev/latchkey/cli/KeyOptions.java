package dev.latchkey.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What new sessions are encrypted with. It is chosen with the first login, and kept. */
final class KeyOptions {

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    Choice choice = new Choice();

    /** One of them. */
    static final class Choice {
        @Option(
                names = "--passphrase",
                description =
                        "With the first login: encrypt what is kept with a passphrase, which every command then asks"
                                + " for. Without this the key is in $LATCHKEY_STORE_KEY, or in a file that is made.")
        boolean passphrase;

        @Option(
                names = "--key-file",
                paramLabel = "FILE",
                description =
                        "With the first login: where the file with the key is, or shall be. Default: latchkey/store.key"
                                + " in $XDG_CONFIG_HOME or ~/.config.")
        @Nullable
        Path keyFile;
    }
}
