package dev.latchkey.cli;

import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which client asks, and how it authenticates. The secret is never an argument: those are seen by everybody. */
final class ClientOptions {

    static final String SECRET_VARIABLE = "LATCHKEY_CLIENT_SECRET";

    /** The ways of client authentication. */
    enum Method {
        BASIC,
        POST,
        NONE
    }

    @Option(names = "--client-id", paramLabel = "ID", description = "The client's identifier.")
    @Nullable
    String clientId;

    @Option(
            names = "--auth",
            paramLabel = "METHOD",
            description = {
                "How the client authenticates: basic, post or none. Default: none without a secret; with one,"
                        + " basic, or post at Entra."
            })
    @Nullable
    Method method;

    @Option(
            names = "--client-secret-file",
            paramLabel = "FILE",
            description = {
                "A file whose first line is the client's secret. Without this the secret is in $LATCHKEY_CLIENT_SECRET,"
                        + " or is asked for."
            })
    @Nullable
    Path secretFile;

    boolean isGiven() {
        return clientId != null || method != null || secretFile != null;
    }

    /** Where a server is named, a client must be too. */
    void require(ProfileOptions command) {
        if (clientId == null) {
            throw command.usage("Missing required option: '--client-id=ID'");
        }
    }

    ClientId id() {
        if (clientId == null) {
            throw new IllegalStateException("Checked before: --client-id");
        }
        return ClientId.of(clientId);
    }

    /** Writes down what makes the same client again; of the secret, only where it is. */
    void keep(Map<String, String> options) {
        ServerOptions.keep(options, "client-id", clientId);
        ServerOptions.keep(options, "auth", method);
        ServerOptions.keep(
                options,
                "client-secret-file",
                secretFile == null ? null : secretFile.toAbsolutePath().normalize());
    }

    /** Takes what was written down, except for what the command line says anew. */
    void restore(Map<String, String> options) {
        clientId = options.get("client-id");
        if (method == null && options.containsKey("auth")) {
            method = Method.valueOf(options.get("auth"));
        }
        if (secretFile == null && options.containsKey("client-secret-file")) {
            secretFile = Path.of(options.get("client-secret-file"));
        }
    }

    ClientAuthentication authentication(Terminal terminal, boolean needed, boolean entra) {
        if (method == Method.NONE) {
            return ClientAuthentication.none();
        }
        Optional<ClientSecret> secret = given(terminal);
        if (secret.isEmpty() && method == null && !needed) {
            return ClientAuthentication.none();
        }
        ClientSecret known = secret.orElseGet(() -> asked(terminal));
        boolean post = method == null ? entra : method == Method.POST;
        return post ? ClientAuthentication.secretPost(known) : ClientAuthentication.secretBasic(known);
    }

    private Optional<ClientSecret> given(Terminal terminal) {
        if (secretFile == null) {
            return terminal.environment(SECRET_VARIABLE).map(ClientSecret::of);
        }
        try {
            String line = Files.readString(secretFile).lines().findFirst().orElse("");
            if (line.isEmpty()) {
                throw new ConfigurationException("--client-secret-file", secretFile + " has an empty first line");
            }
            return Optional.of(ClientSecret.of(line));
        } catch (IOException e) {
            throw new ConfigurationException("--client-secret-file", secretFile + " cannot be read", null, e);
        }
    }

    private static ClientSecret asked(Terminal terminal) {
        char[] typed = terminal.ask("Client secret (not shown): ")
                .filter(each -> each.length > 0)
                .orElseThrow(() -> new ConfigurationException(
                        SECRET_VARIABLE,
                        "is not set, --client-secret-file is not given, and there is no terminal to ask on"));
        return ClientSecret.of(new String(typed));
    }
}
