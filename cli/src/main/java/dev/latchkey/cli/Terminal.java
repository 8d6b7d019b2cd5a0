package dev.latchkey.cli;

import dev.latchkey.auth.interactive.Browser;
import dev.latchkey.auth.interactive.SystemBrowser;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What surrounds the command: its streams, its environment, a keyboard, a browser and the time. Results go to the
 * output, everything else to the error output.
 */
final class Terminal {

    private final PrintWriter out;
    private final PrintWriter err;
    private final Map<String, String> environment;
    private final boolean colour;
    private final Function<String, Optional<char[]>> keyboard;
    private final Optional<Browser> browser;
    private final Clock clock;

    /**
     * @param keyboard shows a prompt and reads a line without echo; nothing if nobody is there to type
     * @param browser the browser, or nothing without a display
     */
    Terminal(
            PrintWriter out,
            PrintWriter err,
            Map<String, String> environment,
            boolean colour,
            Function<String, Optional<char[]>> keyboard,
            Optional<Browser> browser,
            Clock clock) {
        this.out = out;
        this.err = err;
        this.environment = Map.copyOf(environment);
        this.colour = colour;
        this.keyboard = keyboard;
        this.browser = browser;
        this.clock = clock;
    }

    static Terminal ofThisProcess() {
        Map<String, String> environment = System.getenv();
        SystemBrowser browser = SystemBrowser.create();
        return new Terminal(
                writer(FileDescriptor.out),
                writer(FileDescriptor.err),
                environment,
                wantsColour(environment),
                Keyboard::ask,
                browser.hasDesktop() ? Optional.of(browser) : Optional.empty(),
                Clock.systemUTC());
    }

    /** See no-color.org. The starting script knows whether the output is a terminal; Java does not, before 22. */
    static boolean wantsColour(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM"))
                && "1".equals(environment.get("LATCHKEY_STDOUT_IS_TERMINAL"));
    }

    PrintWriter out() {
        return out;
    }

    PrintWriter err() {
        return err;
    }

    boolean colour() {
        return colour;
    }

    Optional<Browser> browser() {
        return browser;
    }

    Clock clock() {
        return clock;
    }

    Optional<String> environment(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** Asks for a secret, without echo. */
    Optional<char[]> ask(String prompt) {
        return keyboard.apply(prompt);
    }

    /** A result. */
    void print(String line) {
        out.println(line);
        if (out.checkError()) {
            throw new OutputClosedException();
        }
    }

    /** Anything that is not the result. */
    void tell(String line) {
        err.println(line);
        err.flush();
    }

    /** Text of a server, without characters that would be orders to a terminal. */
    static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(each -> Character.isISOControl(each) ? ' ' : each)
                .filter(each -> Character.getType(each) != Character.FORMAT)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static PrintWriter writer(FileDescriptor stream) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(stream), charset()), false);
    }

    private static Charset charset() {
        String name = System.getProperty("stdout.encoding", System.getProperty("sun.jnu.encoding", "UTF-8"));
        return Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
    }
}
