package dev.latchkey.it.keycloak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One Java process of Keycloak's distribution: its output goes to a file, and it ends with this object or with this JVM. */
final class KeycloakProcess implements AutoCloseable {

    private static final Pattern ADDRESS = Pattern.compile("https?://[0-9.]+:[0-9]+");

    private final Process process;
    private final Path log;
    private final Thread atExit;
    private final CompletableFuture<List<URI>> listening = new CompletableFuture<>();

    KeycloakProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.atExit = new Thread(this::end, "keycloak-at-exit");
        Runtime.getRuntime().addShutdownHook(atExit);
        Thread reader = new Thread(this::read, "keycloak-output");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                Writer out = Files.newBufferedWriter(log)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.write(line);
                out.write('\n');
                out.flush();
                int at = line.indexOf("Listening on:");
                if (at >= 0) {
                    listening.complete(addresses(line.substring(at)));
                }
            }
            listening.completeExceptionally(new IOException("Keycloak ended before it was ready: " + tail()));
        } catch (IOException e) {
            listening.completeExceptionally(e);
        }
    }

    private static List<URI> addresses(String text) {
        List<URI> found = new ArrayList<>();
        Matcher matcher = ADDRESS.matcher(text);
        while (matcher.find()) {
            found.add(URI.create(matcher.group()));
        }
        return found;
    }

    /** Waits until Keycloak says where it listens. */
    List<URI> awaitListening(Duration limit) throws IOException, InterruptedException {
        try {
            return listening.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("Keycloak is not ready after " + limit + ": " + tail(), e);
        }
    }

    /** Waits for a command that ends by itself. */
    void awaitSuccess(Duration limit) throws IOException, InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("Keycloak's command has not ended after " + limit + ": " + tail());
        }
        if (process.exitValue() != 0) {
            throw new IOException("Keycloak's command ended with " + process.exitValue() + ": " + tail());
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        end();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private void end() {
        List<ProcessHandle> family = new ArrayList<>();
        process.descendants().forEach(family::add);
        family.add(process.toHandle());
        family.forEach(ProcessHandle::destroy);
        for (ProcessHandle member : family) {
            try {
                member.onExit().get(15, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                member.destroyForcibly();
            } catch (ExecutionException | TimeoutException e) {
                member.destroyForcibly();
            }
        }
    }
}
