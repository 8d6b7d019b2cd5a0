package dev.latchkey.cli;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.graph.GraphClient;
import dev.latchkey.graph.GraphCloud;
import dev.latchkey.graph.GraphRequest;
import dev.latchkey.graph.GraphResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code latchkey graph get}. */
@Command(
        name = "get",
        description = "Read something from Microsoft Graph, and print it as JSON.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  latchkey graph get /me --profile work",
            "  latchkey graph get /me --entra contoso.example --client-id ...",
            "  latchkey graph get /users --all --select id,displayName --entra ... --client-id ..."
                    + " --client-credentials",
        })
final class GraphGetCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "PATH", description = "What to read, such as /me or /users/ada@contoso.example.")
    private String path = "";

    @Option(
            names = "--graph-root",
            paramLabel = "URL",
            description = "Where Graph is, without a version. Default: where the cloud of --entra-login has it.")
    private @Nullable URI root;

    @Option(names = "--all", description = "Read all pages, and print one array of all their items.")
    private boolean all;

    @Option(names = "--select", paramLabel = "NAMES", split = ",", description = "Only these properties.")
    private List<String> select = new ArrayList<>();

    @Option(names = "--filter", paramLabel = "FILTER", description = "Only what this OData filter lets pass.")
    private @Nullable String filter;

    @Option(names = "--orderby", paramLabel = "NAMES", split = ",", description = "In this order.")
    private List<String> orderBy = new ArrayList<>();

    @Option(names = "--top", paramLabel = "N", description = "How many on a page.")
    private @Nullable Integer top;

    @Mixin
    private ProfileOptions profile = new ProfileOptions();

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private ClientOptions client = new ClientOptions();

    @Mixin
    private SignInOptions signIn = new SignInOptions();

    GraphGetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (Connection connection = Connection.open(terminal, profile, server, client, signIn)) {
            // Of the options, since only now a login that is kept has told which they are.
            GraphCloud cloud = GraphCloud.of(root == null ? server.cloud().graph() : root);
            SignedIn signedIn =
                    connection.signIn(Scopes.of("openid", "profile", "offline_access", "User.Read"), cloud.scope());
            GraphClient graph = graph(connection, signedIn.tokens(), cloud);
            terminal.print(Json.pretty(all ? items(graph) : json(request(graph).response())));
        }
        return ExitCode.OK;
    }

    private GraphClient graph(Connection connection, TokenSource tokens, GraphCloud cloud) {
        GraphClient.Builder graph =
                GraphClient.builder(connection.transport(), tokens).cloud(cloud).timeout(server.timeout());
        if (server.httpAllowed) {
            graph.dangerouslyAllowHttp();
        }
        return graph.build();
    }

    private GraphRequest request(GraphClient graph) {
        GraphRequest request = graph.get(path.startsWith("/") ? path : "/" + path);
        if (!select.isEmpty()) {
            request = request.select(select.toArray(new String[0]));
        }
        if (filter != null) {
            request = request.filter(filter);
        }
        if (!orderBy.isEmpty()) {
            request = request.orderBy(orderBy.toArray(new String[0]));
        }
        return top == null ? request : request.top(top);
    }

    private List<Object> items(GraphClient graph) {
        List<Object> items = new ArrayList<>();
        GraphRequest next = request(graph);
        while (true) {
            Map<?, ?> page = page(json(next.response()));
            items.addAll((List<?>) page.get("value"));
            Object link = page.get("@odata.nextLink");
            if (!(link instanceof String)) {
                return items;
            }
            next = graph.link((String) link);
        }
    }

    private static Object json(GraphResponse response) {
        String text = new String(response.bytes(), StandardCharsets.UTF_8);
        try {
            return text.isEmpty() ? new LinkedHashMap<>() : Json.parse(text);
        } catch (Json.MalformedJsonException e) {
            throw new InvalidResponseException("body", "Graph", "is " + e.getMessage(), null, e);
        }
    }

    private static Map<?, ?> page(Object body) {
        if (body instanceof Map && ((Map<?, ?>) body).get("value") instanceof List) {
            return (Map<?, ?>) body;
        }
        throw new InvalidResponseException("value", "Graph", "is not a list; leave out --all for a single object");
    }
}
