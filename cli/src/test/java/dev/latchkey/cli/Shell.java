package dev.latchkey.cli;

import dev.latchkey.auth.interactive.Browser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs the command as a shell would, and hears what it says. */
final class Shell {

    private final Map<String, String> environment = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Optional<String> typed = Optional.empty();
    private Optional<Browser> browser = Optional.empty();
    private Consumer<String> listener = said -> {};
    private boolean colour;
    private String prompts = "";

    Shell set(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Shell typing(String secret) {
        typed = Optional.of(secret);
        return this;
    }

    Shell browser(Browser value) {
        browser = Optional.of(value);
        return this;
    }

    Shell colour() {
        colour = true;
        return this;
    }

    /** Is told all that the error output holds, after each write to it. */
    Shell whenTold(Consumer<String> value) {
        listener = value;
        return this;
    }

    int run(String... arguments) {
        return run(new PrintWriter(out), arguments);
    }

    int run(PrintWriter output, String... arguments) {
        return Latchkey.run(terminal(output), arguments);
    }

    /** What a command would be given. */
    Terminal terminal() {
        return terminal(new PrintWriter(out));
    }

    private Terminal terminal(PrintWriter output) {
        PrintWriter errors = new PrintWriter(new Writer() {
            @Override
            public void write(char[] text, int offset, int length) {
                err.write(text, offset, length);
            }

            @Override
            public void flush() {
                listener.accept(err.toString());
            }

            @Override
            public void close() {}
        });
        return new Terminal(
                output,
                errors,
                environment,
                colour,
                prompt -> {
                    prompts += prompt;
                    return typed.map(String::toCharArray);
                },
                browser,
                Clock.systemUTC());
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    String all() {
        return out() + err();
    }

    String prompts() {
        return prompts;
    }
}
