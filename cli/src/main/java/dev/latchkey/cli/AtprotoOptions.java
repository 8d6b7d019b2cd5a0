package dev.latchkey.cli;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose server of the AT Protocol, and who knows where that is. */
final class AtprotoOptions {

    @Option(
            names = "--atproto",
            paramLabel = "WHO",
            description = "Sign in with an account of the AT Protocol, such as one of Bluesky: a handle, a DID, or the"
                    + " address of the account's server. It needs no --client-id.")
    @Nullable
    String who;

    @Option(
            names = "--plc-directory",
            paramLabel = "URL",
            description = "With --atproto: another directory of accounts than https://plc.directory.")
    @Nullable
    URI plcDirectory;

    boolean isGiven() {
        return who != null;
    }

    /** Tells whether a login that is kept is one of the AT Protocol. */
    static boolean isOf(Login login) {
        return login.options().containsKey("atproto");
    }

    /** Writes down what finds the account again: by its DID, since its handle may become somebody else's. */
    void keep(Map<String, String> options, String did) {
        options.put("atproto", did);
        ServerOptions.keep(options, "plc-directory", plcDirectory);
    }

    /** Takes what was written down, except for what the command line says anew. */
    void restore(Map<String, String> options) {
        if (who == null) {
            who = options.get("atproto");
        }
        if (plcDirectory == null && options.containsKey("plc-directory")) {
            plcDirectory = URI.create(options.get("plc-directory"));
        }
    }
}
