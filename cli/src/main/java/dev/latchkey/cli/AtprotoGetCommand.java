package dev.latchkey.cli;

import dev.latchkey.auth.atproto.Xrpc;
import dev.latchkey.auth.atproto.XrpcException;
import dev.latchkey.auth.atproto.XrpcResponse;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.http.ProtectedResources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code latchkey atproto get}. */
@Command(
        name = "get",
        description = {
            "Ask the server of an account of the AT Protocol, and print its answer. The account is one of latchkey login"
                    + " --atproto."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  latchkey atproto get com.atproto.server.getSession",
            "  latchkey atproto get com.atproto.repo.listRecords repo=alice.bsky.social collection=app.bsky.feed.post",
            "  latchkey atproto get app.bsky.actor.getProfiles actors=alice.bsky.social actors=bob.bsky.social -p work",
            "  latchkey atproto get chat.bsky.convo.listConvos --through did:web:api.bsky.chat#bsky_chat",
        })
final class AtprotoGetCommand implements Callable<Integer> {

    private static final Set<String> TOKEN_ERRORS = Set.of("invalid_token", "InvalidToken", "ExpiredToken");

    private final Terminal terminal;

    @CommandLine.Parameters(
            index = "0",
            paramLabel = "METHOD",
            description = "The query's name, such as com.atproto.repo.getRecord.")
    private String method = "";

    @CommandLine.Parameters(
            index = "1..*",
            paramLabel = "NAME=VALUE",
            description = "Its parameters, of which one may be there several times.")
    private List<String> parameters = new ArrayList<>();

    @Option(
            names = "--through",
            paramLabel = "SERVICE",
            description = "Have the server pass the call on to this service, a DID with a fragment.")
    @Nullable
    private String through;

    @Mixin
    private ProfileOptions profile = new ProfileOptions();

    @Mixin
    private TimeoutOption limit = new TimeoutOption();

    AtprotoGetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Parameters query = Parameters.NONE;
        for (String each : parameters) {
            int equals = each.indexOf('=');
            if (equals < 1) {
                throw profile.usage("A parameter must be NAME=VALUE, such as limit=10");
            }
            query = query.and(each.substring(0, equals), each.substring(equals + 1));
        }
        // Before the account is looked for; what a DID is in full the library knows.
        if (through != null && !through.matches("did:[a-z]+:[^#]+#[^#]+")) {
            throw profile.usage("--through must be a DID with a fragment, such as did:web:api.bsky.chat#bsky_chat");
        }
        String name = profile.profile(terminal);
        Logins logins =
                Logins.open(terminal, profile.store.places(terminal)).orElseThrow(() -> Logins.none(name, List.of()));
        Login login = logins.required(name);
        if (!AtprotoOptions.isOf(login)) {
            throw AtprotoConnection.other(login);
        }
        try (AtprotoConnection connection = AtprotoConnection.open(terminal, logins, login, limit.seconds)) {
            print(ask(connection, login, query));
            connection
                    .notSaved()
                    .ifPresent(reason -> terminal.tell("warning: the renewed session could not be kept ("
                            + Terminal.clean(String.valueOf(reason.getMessage())) + "); you may have to log in again"));
        }
        return ExitCode.OK;
    }

    private XrpcResponse ask(AtprotoConnection connection, Login login, Parameters query) throws IOException {
        String renewal = ". Run: latchkey login" + ProfileOptions.option(login.profile());
        try {
            Xrpc calls = connection.client().calls(login.account());
            return (through == null ? calls : calls.through(through)).query(method, query);
        } catch (SignInRequiredException e) {
            throw new SignInRequiredException(
                    e.getMessage() + renewal, e.error().orElse(null), e);
        } catch (XrpcException e) {
            if (!isMendedByLogin(e)) {
                throw e;
            }
            throw new SignInRequiredException(e.getMessage() + renewal, null, e);
        }
    }

    /** An account that is suspended or deactivated is turned away with the same status, and a login changes nothing about it. */
    static boolean isMendedByLogin(XrpcException refusal) {
        boolean challenged = ProtectedResources.challenges(refusal.headers()).stream()
                .anyMatch(challenge -> challenge
                        .parameter("error")
                        .filter("invalid_token"::equals)
                        .isPresent());
        boolean named = refusal.error().filter(TOKEN_ERRORS::contains).isPresent();
        return refusal.isUnauthorized() && (challenged || named);
    }

    private void print(XrpcResponse response) {
        String type = response.headers().first("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        String text = new String(response.body(), StandardCharsets.UTF_8);
        if (type.startsWith("text/")) {
            terminal.print(text);
            return;
        }
        if (!type.startsWith("application/json")) {
            throw new InvalidResponseException(
                    "Content-Type", "the server", "is " + Terminal.clean(type) + ", which this command does not print");
        }
        try {
            terminal.print(Json.pretty(Json.parse(text)));
        } catch (Json.MalformedJsonException e) {
            throw new InvalidResponseException("body", "the server", "is " + e.getMessage(), null, e);
        }
    }
}
