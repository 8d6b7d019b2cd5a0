package dev.latchkey.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own that answers every POST with the same token, so that what is measured is the client.
 *
 * <p>Prints its port and ends when its standard input does. Wants {@code -Dsun.net.httpserver.nodelay=true}: without it a
 * small answer waits 40 ms for an acknowledgement.
 */
public final class TokenServer {

    private static final byte[] TOKEN =
            ("{\"token_type\":\"Bearer\",\"expires_in\":3599,\"ext_expires_in\":3599,\"access_token\":\""
                            + "eyJ0eXAiOiJKV1QifQ.".repeat(60) + "\"}")
                    .getBytes(StandardCharsets.US_ASCII);

    private TokenServer() {}

    /**
     * Runs the server.
     *
     * @param arguments the key store's file
     * @throws Exception if it cannot start
     */
    public static void main(String[] arguments) throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(Certificates.server(Path.of(arguments[0]))));
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", TokenServer::answer);
        server.start();
        System.out.println(server.getAddress().getPort());
        while (System.in.read() >= 0) {
            // Whoever started this ends it by closing the pipe.
        }
        Runtime.getRuntime().halt(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (InputStream body = exchange.getRequestBody()) {
            body.readAllBytes();
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, TOKEN.length);
        exchange.getResponseBody().write(TOKEN);
        exchange.close();
    }

    /** A running server, from the other process's side. */
    static final class Running implements AutoCloseable {

        private final Process process;
        private final int port;
        private final Path keyStore;

        private Running(Process process, int port, Path keyStore) {
            this.process = process;
            this.port = port;
            this.keyStore = keyStore;
        }

        static Running start() throws IOException, InterruptedException {
            Path keyStore = Certificates.create();
            Process process = new ProcessBuilder(
                            Certificates.tool("java"),
                            "-Xmx256m",
                            "-XX:+UseSerialGC",
                            "-Dsun.net.httpserver.nodelay=true",
                            "-cp",
                            System.getProperty("java.class.path"),
                            TokenServer.class.getName(),
                            keyStore.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            StringBuilder line = new StringBuilder();
            for (int c = process.getInputStream().read();
                    c >= 0 && c != '\n';
                    c = process.getInputStream().read()) {
                line.append((char) c);
            }
            return new Running(process, Integer.parseInt(line.toString().trim()), keyStore);
        }

        String uri(String path) {
            return "https://localhost:" + port + path;
        }

        Path keyStore() {
            return keyStore;
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            try {
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
