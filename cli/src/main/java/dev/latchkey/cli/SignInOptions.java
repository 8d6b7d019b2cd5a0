package dev.latchkey.cli;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.Prompt;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.interactive.LoopbackReceiver;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What is asked for, and how. */
final class SignInOptions {

    @Option(
            names = "--scope",
            paramLabel = "SCOPES",
            description = "What to ask for, several between spaces or with several --scope. Default: what the command"
                    + " needs at Entra; atproto and transition:generic with --atproto, where atproto must be among them; otherwise"
                    + " openid and profile, or nothing where there is no OpenID.")
    List<String> scopes = new ArrayList<>();

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    Grant grant = new Grant();

    @Option(names = "--username", paramLabel = "NAME", description = "With --password: who signs in.")
    @Nullable
    String username;

    @Option(names = "--login-hint", paramLabel = "NAME", description = "In the browser: who probably signs in.")
    @Nullable
    String loginHint;

    @Option(
            names = "--prompt",
            paramLabel = "PROMPT",
            description = "In the browser: login, consent, select_account, none, or create for a new account.")
    @Nullable
    String prompt;

    @Option(
            names = "--no-browser",
            description = "Show the address to open instead of opening it. It must be opened on this machine.")
    boolean noBrowser;

    @Option(
            names = "--redirect-uri",
            paramLabel = "URL",
            description = "The redirect URI as it is registered; without a port, any free one is taken. Default:"
                    + " http://127.0.0.1/callback; http://localhost at Entra.")
    @Nullable
    URI redirectUri;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long to wait for the browser. Default: ${DEFAULT-VALUE}.")
    int patienceSeconds = 300;

    /** One of them; the browser without. */
    static final class Grant {
        @Option(
                names = "--browser",
                description = "Sign in with the browser: authorization code and PKCE. The default.")
        boolean browser;

        @Option(names = "--device", description = "Sign in on another device, by a code that is shown.")
        boolean device;

        @Option(names = "--client-credentials", description = "Nobody signs in: a token of the application itself.")
        boolean clientCredentials;

        @Option(
                names = "--password",
                description =
                        "Sign in with the user's own password, from $LATCHKEY_PASSWORD or asked for. Do not: RFC 9700"
                                + " forbids it.")
        boolean byPassword;
    }

    /** Tells whether the command line says how to sign in, which makes no sense where nobody does. */
    boolean isGiven() {
        return grant.browser || grant.device || grant.clientCredentials || grant.byPassword || username != null;
    }

    /** Tells whether the command line says what has no place in a sign-in with an account of the AT Protocol. */
    boolean isForOthers() {
        return username != null || loginHint != null || redirectUri != null;
    }

    /** Writes down what a later sign-in asks for in the same way. */
    void keep(Map<String, String> options, Scopes asked) {
        options.put("scope", asked.toString());
        ServerOptions.keep(options, "redirect-uri", redirectUri);
        ServerOptions.keep(options, "device", grant.device ? "yes" : null);
    }

    /** Takes what was written down, except for what the command line says anew. */
    void restore(Map<String, String> options) {
        if (scopes.isEmpty()) {
            scopes.add(options.getOrDefault("scope", ""));
        }
        if (redirectUri == null && options.containsKey("redirect-uri")) {
            redirectUri = URI.create(options.get("redirect-uri"));
        }
        if (!isGiven() && options.containsKey("device")) {
            grant.device = true;
        }
    }

    Scopes scopes(Scopes byDefault) {
        Scopes asked = Scopes.NONE;
        for (String each : scopes) {
            asked = asked.plus(Scopes.parse(each.trim()));
        }
        return scopes.isEmpty() ? byDefault : asked;
    }

    Duration patience() {
        return Duration.ofSeconds(patienceSeconds);
    }

    /** Listens where the redirect URI says; Entra lets a native client have http://localhost and nothing else. */
    LoopbackReceiver receiver(boolean entra) {
        URI registered = redirectUri == null
                ? URI.create(entra ? "http://localhost" : "http://127.0.0.1/callback")
                : redirectUri;
        String host = registered.getHost() == null ? "" : registered.getHost();
        if (!"http".equals(registered.getScheme())
                || !(host.equals("localhost") || host.equals("127.0.0.1"))
                || registered.getRawQuery() != null) {
            throw new ConfigurationException(
                    "--redirect-uri", "must be http://127.0.0.1 or http://localhost, with or without port and path");
        }
        LoopbackReceiver.Builder receiver =
                LoopbackReceiver.builder().path(registered.getRawPath()).port(Math.max(registered.getPort(), 0));
        return host.equals("localhost") ? receiver.namedLocalhost().open() : receiver.open();
    }

    AuthorizationRequest request(LoopbackReceiver receiver, Scopes asked, AccountNaming naming) {
        AuthorizationRequest.Builder request =
                AuthorizationRequest.builder(receiver.redirectUri(), asked).account(naming);
        if (loginHint != null) {
            request.loginHint(loginHint);
        }
        if (prompt != null) {
            request.prompt(Prompt.of(prompt));
        }
        return request.build();
    }
}
