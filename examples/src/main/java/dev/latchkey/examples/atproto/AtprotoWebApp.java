package dev.latchkey.examples.atproto;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.atproto.AtprotoClientMetadata;
import dev.latchkey.auth.atproto.ClientMetadataPage;
import dev.latchkey.auth.atproto.Permission;
import dev.latchkey.auth.atproto.XrpcException;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.transport.jdk.JdkTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Signs people in by their handle and says who they are, on the JDK's HTTP server: {@code /login}, {@code /callback},
 * {@code /client-metadata.json}, {@code /logout}, and several accounts in one browser.
 *
 * <p>It is the localhost client of the protocol, which needs no document and no certificate. For a client of one's own, put
 * the metadata of {@link AtprotoClientMetadata#builder} in its place, and a store that outlives the process.
 */
public final class AtprotoWebApp {

    private final AtprotoClient client;
    private final URI redirectUri;
    private final ClientMetadataPage document;
    private final Visits visits = new Visits();

    private AtprotoWebApp(AtprotoClient client, URI redirectUri) {
        this.client = client;
        this.redirectUri = redirectUri;
        this.document = ClientMetadataPage.of(client.metadata());
    }

    /**
     * Runs until it is interrupted.
     *
     * @param arguments the port, 8080 if there is none
     * @throws IOException if the port is taken
     */
    public static void main(String... arguments) throws IOException {
        int port = arguments.length == 0 ? 8080 : Integer.parseInt(arguments[0]);
        URI redirectUri = URI.create("http://127.0.0.1:" + port + "/callback");
        AtprotoClientMetadata metadata =
                AtprotoClientMetadata.localhost(Permission.scopes(Permission.TRANSITION_GENERIC), redirectUri);
        JdkTransport transport = JdkTransport.create();
        AtprotoClient client =
                AtprotoClient.builder(transport).metadata(metadata).build();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        server.setExecutor(threads);
        server.createContext("/", new AtprotoWebApp(client, redirectUri)::answer);
        server.start();
        System.out.println("Open http://127.0.0.1:" + port + "/");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try {
            route(exchange);
        } catch (OAuthException e) {
            page(exchange, 400, "<p>" + Html.escaped(String.valueOf(e.getMessage())) + "</p>" + Html.LOGIN);
        } catch (RuntimeException e) {
            page(exchange, 500, "<p>That went wrong.</p>");
        } finally {
            exchange.close();
        }
    }

    private void route(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String visit = visits.begin(exchange);
        switch (exchange.getRequestURI().getPath()) {
            case "/":
                home(exchange, visit);
                break;
            case "/login":
                login(exchange, visit);
                break;
            case "/callback":
                callback(exchange, visit);
                break;
            case "/client-metadata.json":
                document.headers(method)
                        .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
                send(exchange, document.status(method), document.body(method));
                break;
            case "/logout":
                logout(exchange, visit);
                break;
            default:
                page(exchange, 404, "<p>There is nothing here.</p>");
        }
    }

    private void home(HttpExchange exchange, String visit) throws IOException {
        StringBuilder html = new StringBuilder();
        for (Account account : visits.accounts(visit)) {
            html.append("<p>").append(Html.escaped(describe(account))).append(Html.logout(account.subject()));
        }
        page(exchange, 200, html + Html.LOGIN);
    }

    private String describe(Account account) {
        try {
            return client.calls(account)
                            .query("com.atproto.server.getSession", Parameters.NONE)
                            .json()
                            .get("handle") + " (" + account.subject() + ")";
        } catch (IOException | XrpcException | OAuthException e) {
            return account.subject() + ": " + e.getMessage();
        }
    }

    private void login(HttpExchange exchange, String visit) throws IOException {
        String handle =
                parameter(exchange.getRequestURI().getRawQuery(), "handle").orElse("");
        // A session for each browser, so that signing out in one of them leaves the others alone.
        PendingAuthorization pending =
                client.authorize(handle, redirectUri, client.metadata().scopes(), visit);
        exchange.getResponseHeaders().add("Set-Cookie", pending.browserBinding().setCookie());
        redirect(exchange, pending.uri());
    }

    private void callback(HttpExchange exchange, String visit) throws IOException {
        AuthorizationCallback callback =
                AuthorizationCallback.parse(exchange.getRequestURI().getRawQuery());
        Optional<BrowserBinding> binding =
                BrowserBinding.find(callback, exchange.getRequestHeaders().getFirst("Cookie"));
        if (binding.isEmpty()) {
            page(exchange, 400, "<p>Another browser began this sign-in.</p>" + Html.LOGIN);
            return;
        }
        visits.add(visit, client.complete(callback, binding.get()).account());
        redirect(exchange, URI.create("/"));
    }

    private void logout(HttpExchange exchange, String visit) throws IOException {
        // By POST alone: the visit's cookie does not come with one from another site.
        if (exchange.getRequestMethod().equals("POST")) {
            String form = new String(exchange.getRequestBody().readNBytes(4096), StandardCharsets.UTF_8);
            String subject = parameter(form, "account").orElse("");
            visits.remove(visit, subject).ifPresent(client::signOut);
        }
        redirect(exchange, URI.create("/"));
    }

    private static Optional<String> parameter(@Nullable String encoded, String name) {
        return AuthorizationCallback.parse(encoded).parameters().first(name);
    }

    private static void redirect(HttpExchange exchange, URI to) throws IOException {
        exchange.getResponseHeaders().set("Location", to.toString());
        exchange.sendResponseHeaders(303, -1);
    }

    private static void page(HttpExchange exchange, int status, String html) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        send(exchange, status, html.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }
}
