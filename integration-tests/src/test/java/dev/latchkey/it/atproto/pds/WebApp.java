package dev.latchkey.it.atproto.pds;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The example web application in a process of its own, as from a shell. */
final class WebApp implements AutoCloseable {

    private static final Pattern READY =
            Pattern.compile("Open (http\\S+)(, which a proxy must pass on to http://127\\.0\\.0\\.1:([0-9]+)/)?");

    private final Process process;
    private final Path errors;
    private final URI address;
    private final int port;

    private WebApp(Process process, Path errors) throws IOException {
        this.process = process;
        this.errors = errors;
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = String.valueOf(output.readLine());
        Matcher ready = READY.matcher(line);
        if (!ready.matches()) {
            throw new AssertionError("the application does not start: " + line + "\n" + errors());
        }
        this.address = URI.create(ready.group(1));
        this.port = ready.group(3) == null ? address.getPort() : Integer.parseInt(ready.group(3));
    }

    /** Starts it with these options, and waits until it says where it is. */
    static WebApp start(Path folder, String... options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                // Surefire's own jar stands for the class path of this JVM; this is what it stands for.
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.latchkey.examples.atproto.AtprotoWebApp"));
        command.addAll(List.of(options));
        try {
            Path errors = Files.createTempFile(folder, "web-app", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("LATCHKEY_"));
            return new WebApp(builder.start(), errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it says is its address, with a slash at the end. */
    URI address() {
        return address;
    }

    /** Where it listens on 127.0.0.1. */
    int port() {
        return port;
    }

    /** What it has said to whoever runs it. */
    String errors() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it as a service manager does. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the application does not end: " + errors());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
