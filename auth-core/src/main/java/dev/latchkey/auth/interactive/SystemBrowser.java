package dev.latchkey.auth.interactive;

import dev.latchkey.auth.protocol.Loopback;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The browser that the desktop opens by default: {@code xdg-open}, {@code open} on macOS, {@code rundll32} on Windows.
 *
 * <p>The page is the one argument of a program, never part of a shell's command, and only {@code https}, or {@code http}
 * on this machine, is opened. Other users of the machine can read a program's arguments; what they learn from an
 * authorization request does not let them redeem its code, which needs the PKCE verifier. Safe for use by several
 * threads.
 */
public final class SystemBrowser implements Browser {

    /** Starts a program. */
    @FunctionalInterface
    interface ProgramStarter {
        Process start(List<String> command) throws IOException;
    }

    private static final long SECONDS_TO_FAIL = 2;

    private final String system;
    private final Map<String, String> environment;
    private final ProgramStarter programs;

    SystemBrowser(String system, Map<String, String> environment, ProgramStarter programs) {
        this.system = system.toLowerCase(Locale.ROOT);
        this.environment = environment;
        this.programs = programs;
    }

    /**
     * Takes this machine's browser; nothing is started yet.
     *
     * @return the browser
     */
    public static SystemBrowser create() {
        return new SystemBrowser(System.getProperty("os.name", ""), System.getenv(), SystemBrowser::start);
    }

    /**
     * Tells whether there is a desktop on which a browser can show itself.
     *
     * @return false on a Unix without a display, as in an ssh session or a container: sign in by device code there
     */
    public boolean hasDesktop() {
        return isWindows()
                || isMac()
                || environment.containsKey("DISPLAY")
                || environment.containsKey("WAYLAND_DISPLAY")
                || environment.containsKey("BROWSER");
    }

    @Override
    public void open(URI uri) throws IOException {
        Objects.requireNonNull(uri, "uri");
        if (!isPage(uri)) {
            throw new IOException("Only https, or http on this machine, is opened in the browser, not "
                    + uri.getScheme() + ": check the server's authorization endpoint");
        }
        if (!hasDesktop()) {
            throw new IOException("There is no display to open a browser on: show the address to the user,"
                    + " or sign in by device code");
        }
        String page = uri.toASCIIString();
        if (isWindows()) {
            run(List.of("rundll32", "url.dll,FileProtocolHandler", page));
        } else {
            run(List.of(isMac() ? "open" : "xdg-open", page));
        }
    }

    private void run(List<String> command) throws IOException {
        String program = command.get(0);
        Process process;
        try {
            process = programs.start(command);
        } catch (IOException e) {
            throw new IOException(program + " could not be started: install it, or show the address to the user", e);
        }
        try {
            // Some desktops run the browser inside this program: one that still runs has not failed.
            if (process.waitFor(SECONDS_TO_FAIL, TimeUnit.SECONDS) && process.exitValue() != 0) {
                throw new IOException(program + " found no browser (status " + process.exitValue()
                        + "): set a default browser, or show the address to the user");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isWindows() {
        return system.startsWith("windows");
    }

    private boolean isMac() {
        return system.startsWith("mac");
    }

    private static boolean isPage(URI uri) {
        return uri.getHost() != null
                && ("https".equalsIgnoreCase(uri.getScheme())
                        || ("http".equalsIgnoreCase(uri.getScheme()) && Loopback.is(uri)));
    }

    private static Process start(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        return process;
    }
}
