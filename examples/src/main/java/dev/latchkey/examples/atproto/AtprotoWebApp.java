package dev.latchkey.examples.atproto;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.error.OAuthException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Signs people in by their handle and says who they are, on the JDK's HTTP server: login, callback, the client's document, logout,
 * and several accounts in one browser.
 *
 * <p>Read {@link Site} first, which is what an application does with the library, and {@link Connection}, which builds the client. The
 * rest is what every web application has in some other form: {@link Request}, {@link Answer}, {@link Cookies}, {@link Visits},
 * {@link Pages}.
 */
public final class AtprotoWebApp implements AutoCloseable {

    private static final int THREADS = 16;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final URI address;
    private final Site site;

    private AtprotoWebApp(AtprotoClient client, int port, Optional<URI> publicAddress) throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        this.server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
        this.address = publicAddress.orElseGet(() -> here(server.getAddress().getPort()));
        this.site = new Site(client, address);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    /**
     * Runs until it is interrupted.
     *
     * @param arguments as {@code --help} tells
     */
    public static void main(String... arguments) {
        try {
            Options options = Options.parse(arguments);
            if (options.helpAsked) {
                System.out.println(Options.USAGE);
            } else {
                run(options);
            }
        } catch (IOException | IllegalArgumentException | OAuthException e) {
            System.err.println("It does not start: " + e.getMessage() + "\n\n" + Options.USAGE);
            System.exit(1);
        }
    }

    private static void run(Options options) throws IOException {
        Connection connection = Connection.open(options);
        AtprotoWebApp app = start(connection.client(), options.port, options.publicAddress());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            app.close();
            connection.close();
        }));
        String here = options.url == null ? "" : ", which a proxy must pass on to " + here(app.port()) + "/";
        System.out.println("Open " + app.address() + "/" + here);
    }

    /**
     * Starts it on loopback.
     *
     * @param client signs people in; it stays the caller's
     * @param port where to listen; 0 for any that is free
     * @param publicAddress the https address of a proxy in front of it; nothing if there is none
     * @return the application, which runs until it is closed
     * @throws IOException if the port is taken
     */
    public static AtprotoWebApp start(AtprotoClient client, int port, Optional<URI> publicAddress) throws IOException {
        AtprotoWebApp app = new AtprotoWebApp(client, port, publicAddress);
        app.server.start();
        return app;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try {
            answer(Request.of(exchange)).send(exchange);
        } finally {
            exchange.close();
        }
    }

    private Answer answer(Request request) {
        try {
            return site.answer(request);
        } catch (RuntimeException e) {
            // The browser is told that much and no more.
            System.getLogger(AtprotoWebApp.class.getName()).log(System.Logger.Level.ERROR, "A request failed", e);
            return Answer.page(500, Pages.broken());
        }
    }

    /**
     * Tells where it is.
     *
     * @return the address to open, without a path
     */
    public URI address() {
        return address;
    }

    /**
     * Tells on which port it listens.
     *
     * @return a port of 127.0.0.1
     */
    public int port() {
        return server.getAddress().getPort();
    }

    // Browsers leave the port of the scheme out.
    private static URI here(int port) {
        return URI.create("http://127.0.0.1" + (port == 80 ? "" : ":" + port));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
