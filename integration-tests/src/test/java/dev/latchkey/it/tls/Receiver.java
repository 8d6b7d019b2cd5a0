package dev.latchkey.it.tls;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** An endpoint of an application over https, for logout tokens or for CIBA's pings: keeps the first that Keycloak posts to it. */
public final class Receiver implements AutoCloseable {

    private final HttpsServer server;
    private final int status;
    private final CompletableFuture<Received> received = new CompletableFuture<>();

    private Receiver(HttpsServer server, int status) {
        this.server = server;
        this.status = status;
    }

    public static Receiver start(SSLContext context, int status) {
        try {
            HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context));
            Receiver receiver = new Receiver(server, status);
            server.createContext("/told", receiver::accept);
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
        received.complete(new Received(exchange.getRequestHeaders().getFirst("Authorization"), body));
    }

    public URI uri() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/told");
    }

    /** Waits for Keycloak and gives what it sent. */
    public Received await() {
        try {
            return received.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for Keycloak", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("Keycloak has told nobody", e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** One request. */
    public static final class Received {

        private final String authorization;
        private final String body;

        private Received(String authorization, String body) {
            this.authorization = authorization;
            this.body = body;
        }

        /** The header of that name, or null. */
        public String authorization() {
            return authorization;
        }

        public String body() {
            return body;
        }
    }
}
