package dev.latchkey.it.keycloak;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** An application's back-channel logout endpoint: keeps what Keycloak posts to it. */
final class LogoutReceiver implements AutoCloseable {

    private final HttpsServer server;
    private final CompletableFuture<String> logoutToken = new CompletableFuture<>();

    private LogoutReceiver(HttpsServer server) {
        this.server = server;
    }

    static LogoutReceiver start(SSLContext context) {
        try {
            HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context));
            LogoutReceiver receiver = new LogoutReceiver(server);
            server.createContext("/logout", receiver::accept);
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(HttpExchange exchange) throws IOException {
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
        logoutToken.complete(URLDecoder.decode(form.substring(form.indexOf('=') + 1), StandardCharsets.UTF_8));
    }

    URI uri() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/logout");
    }

    /** Waits for Keycloak and gives its logout token. */
    String await() {
        try {
            return logoutToken.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the logout token", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("Keycloak has told nobody of the logout", e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
