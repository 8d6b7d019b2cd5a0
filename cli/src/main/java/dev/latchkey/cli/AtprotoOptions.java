package dev.latchkey.cli;

import dev.latchkey.auth.error.ConfigurationException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose server of the AT Protocol, and who knows where that is. */
final class AtprotoOptions {

    private static final Pattern NAME_SERVER =
            Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3}){3}|\\[[0-9A-Fa-f:.]+]):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;

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

    @Option(
            names = "--handle-service",
            paramLabel = "URL",
            description =
                    "With --atproto: a server that finds handles, instead of the DNS and their hosts, as those of a"
                            + " server in development need, which are in no DNS.")
    @Nullable
    URI handleService;

    @Option(
            names = "--dns",
            paramLabel = "ADDRESS:PORT",
            description = "With --atproto: another DNS server than the system's, where handles are looked up.")
    @Nullable
    String dns;

    boolean isGiven() {
        return who != null;
    }

    /** Names an option that makes no sense without an account; nothing if there is none. */
    Optional<String> orphan() {
        if (isGiven()) {
            return Optional.empty();
        }
        return Optional.ofNullable(
                plcDirectory != null
                        ? "--plc-directory"
                        : handleService != null ? "--handle-service" : dns != null ? "--dns" : null);
    }

    /** Where the DNS is asked; nothing if the system knows. */
    Optional<InetSocketAddress> nameServer() {
        if (dns == null) {
            return Optional.empty();
        }
        Matcher parts = NAME_SERVER.matcher(dns);
        int port = parts.matches() ? Integer.parseInt(parts.group(2)) : 0;
        if (port < 1 || port > MAX_PORT) {
            throw noNameServer(null);
        }
        try {
            // It is no name, so that nothing is looked up.
            return Optional.of(new InetSocketAddress(InetAddress.getByName(parts.group(1)), port));
        } catch (UnknownHostException e) {
            throw noNameServer(e);
        }
    }

    private static ConfigurationException noNameServer(@Nullable Exception cause) {
        return new ConfigurationException(
                "--dns", "must be an address and a port, such as 127.0.0.1:53 or [::1]:53", null, cause);
    }

    /** Tells whether a login that is kept is one of the AT Protocol. */
    static boolean isOf(Login login) {
        return login.options().containsKey("atproto");
    }

    /** Writes down what finds the account again: by its DID, since its handle may become somebody else's. */
    void keep(Map<String, String> options, String did) {
        options.put("atproto", did);
        ServerOptions.keep(options, "plc-directory", plcDirectory);
        ServerOptions.keep(options, "handle-service", handleService);
        ServerOptions.keep(options, "dns", dns);
    }

    /** Takes what was written down, except for what the command line says anew. */
    void restore(Map<String, String> options) {
        if (who == null) {
            who = options.get("atproto");
        }
        if (plcDirectory == null && options.containsKey("plc-directory")) {
            plcDirectory = URI.create(options.get("plc-directory"));
        }
        if (handleService == null && options.containsKey("handle-service")) {
            handleService = URI.create(options.get("handle-service"));
        }
        if (dns == null) {
            dns = options.get("dns");
        }
    }
}
