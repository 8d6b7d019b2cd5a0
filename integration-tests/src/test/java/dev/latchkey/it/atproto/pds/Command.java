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

/** {@code latchkey} in a process of its own, as from a shell. */
final class Command {

    private static final int LIMIT_SECONDS = 60;

    private final Path home;

    /** Commands of one user. */
    Command(Path home) {
        this.home = home;
    }

    /** What a command said, and its status. */
    static final class Said {
        final int status;
        final String out;
        final String err;

        private Said(int status, String out, String err) {
            this.status = status;
            this.out = out;
            this.err = err;
        }
    }

    /** A visit of the page that the command shows. */
    interface Visit {
        void of(URI page);
    }

    /** Runs a command to its end. */
    Said run(String... arguments) {
        return run(page -> {}, arguments);
    }

    /** Runs a command to its end, in which somebody opens the page that it shows. */
    Said run(Visit visit, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                // Surefire's own jar stands for the class path of this JVM; this is what it stands for.
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.latchkey.cli.Latchkey"));
        command.addAll(List.of(arguments));
        try {
            Path out = Files.createTempFile(home, "out", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile());
            builder.environment().put("HOME", home.toString());
            builder.environment().keySet().removeIf(name -> name.startsWith("LATCHKEY_") || name.startsWith("XDG_"));
            Process process = builder.start();
            StringBuilder err = new StringBuilder();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    err.append(line).append('\n');
                    if (line.startsWith("  http")) {
                        visit.of(URI.create(line.trim()));
                    }
                }
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    throw new AssertionError("latchkey does not end: " + err);
                }
            } finally {
                process.destroyForcibly();
            }
            return new Said(process.exitValue(), Files.readString(out), err.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
