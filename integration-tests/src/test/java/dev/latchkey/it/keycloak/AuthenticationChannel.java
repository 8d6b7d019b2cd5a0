package dev.latchkey.it.keycloak;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The device on which users are asked (CIBA), as Keycloak reaches it: keeps what was asked until a test answers it. */
public final class AuthenticationChannel implements AutoCloseable {

    private final HttpServer server;
    private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

    private AuthenticationChannel(HttpServer server) {
        this.server = server;
    }

    static AuthenticationChannel start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            AuthenticationChannel channel = new AuthenticationChannel(server);
            server.createContext("/ask", channel::accept);
            server.start();
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(new Asked(
                exchange.getRequestHeaders().getFirst("Authorization"),
                JsonParser.parseString(body).getAsJsonObject()));
        exchange.sendResponseHeaders(201, -1);
        exchange.close();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/ask");
    }

    /** What Keycloak asked next. */
    Asked next() {
        try {
            Asked next = asked.poll(30, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("Keycloak has asked nobody");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for Keycloak's question", e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** One question, and with which header it is answered. */
    static final class Asked {

        private final String authorization;
        private final JsonObject question;

        private Asked(String authorization, JsonObject question) {
            this.authorization = authorization;
            this.question = question;
        }

        String authorization() {
            return authorization;
        }

        JsonObject question() {
            return question;
        }
    }
}
