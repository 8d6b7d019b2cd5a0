package dev.latchkey.it.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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

/** The redirect URI of a web application on loopback: keeps the parameters that the browser brings. */
public final class CallbackReceiver implements AutoCloseable {

    private final HttpServer server;
    private final CompletableFuture<String> callback = new CompletableFuture<>();

    private CallbackReceiver(HttpServer server) {
        this.server = server;
    }

    /** Listens on a port that the operating system chooses. */
    public static CallbackReceiver start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            CallbackReceiver receiver = new CallbackReceiver(server);
            server.createContext("/callback", receiver::accept);
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(HttpExchange exchange) throws IOException {
        String form = exchange.getRequestMethod().equals("POST")
                ? new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
                : exchange.getRequestURI().getRawQuery();
        byte[] page = "Signed in. You may close this window.".getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(200, page.length);
        exchange.getResponseBody().write(page);
        exchange.close();
        callback.complete(form);
    }

    /** Where the server shall send the browser. */
    public URI redirectUri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/callback");
    }

    /** Waits for the browser and gives what it brought, encoded as it came. */
    public String await() {
        try {
            return callback.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the callback", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the browser did not come back", e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
