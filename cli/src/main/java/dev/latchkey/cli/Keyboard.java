package dev.latchkey.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Optional;

/**
 * Asks somebody at the terminal for a secret, without echo.
 *
 * <p>Java's own console is not there when the output goes to a pipe, as in {@code $(latchkey token --reveal …)}; a Unix
 * terminal is, by its name.
 */
final class Keyboard {

    private static final File TERMINAL = new File("/dev/tty");

    private Keyboard() {}

    /** Gives the line typed; nothing if there is no terminal. */
    static Optional<char[]> ask(String prompt) {
        return isWindows() ? onWindows(prompt) : onUnix(prompt);
    }

    private static Optional<char[]> onUnix(String prompt) {
        try (FileInputStream in = new FileInputStream(TERMINAL);
                FileOutputStream out = new FileOutputStream(TERMINAL)) {
            Thread restore = new Thread(() -> stty("echo"));
            Runtime.getRuntime().addShutdownHook(restore);
            try {
                if (!stty("-echo")) {
                    return Optional.empty();
                }
                out.write(prompt.getBytes(Charset.defaultCharset()));
                String line = new BufferedReader(new InputStreamReader(in, Charset.defaultCharset())).readLine();
                out.write('\n');
                return Optional.ofNullable(line).map(String::toCharArray);
            } finally {
                stty("echo");
                Runtime.getRuntime().removeShutdownHook(restore);
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @SuppressWarnings("SystemConsoleNull") // from Java 22 on it is never null, and reads from whatever is there
    private static Optional<char[]> onWindows(String prompt) {
        Console console = System.console();
        return console == null ? Optional.empty() : Optional.ofNullable(console.readPassword("%s", prompt));
    }

    private static boolean stty(String setting) {
        try {
            return new ProcessBuilder("stty", setting)
                            .redirectInput(TERMINAL)
                            .redirectOutput(Redirect.DISCARD)
                            .redirectError(Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean isWindows() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    }
}
