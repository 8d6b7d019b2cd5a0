package dev.latchkey.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command in a process of its own, as a shell starts it. */
final class ShellProcess implements AutoCloseable {

    private final Process process;

    private ShellProcess(Process process) {
        this.process = process;
    }

    static ShellProcess start(Path home, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Latchkey.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Nothing of the machine's: each Java would report JAVA_TOOL_OPTIONS, and a developer has logins of their own.
        builder.environment().clear();
        builder.environment().putAll(Map.of("HOME", home.toString()));
        return new ShellProcess(builder.start());
    }

    /** All that it said, and its status as the last line. */
    String outcome() throws IOException, InterruptedException {
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("Still running: " + said);
        }
        return said + "status " + process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
