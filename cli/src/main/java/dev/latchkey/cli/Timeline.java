package dev.latchkey.cli;

import java.time.Duration;

/** Prints what happened, line by line, with how long it took. */
final class Timeline {

    private static final String PLAIN = "\u001b[0m";
    private static final String BOLD = "\u001b[1m";
    private static final String FAINT = "\u001b[2m";
    private static final String GREEN = "\u001b[32m";

    private final Terminal terminal;
    private int steps;

    Timeline(Terminal terminal) {
        this.terminal = terminal;
    }

    void text(String line) {
        terminal.print(line);
    }

    void step(String name, Duration took, String what) {
        steps++;
        terminal.print(styled(GREEN, String.format("%3d", steps))
                + "  " + styled(BOLD, String.format("%-13s", name))
                + String.format("%10s", Durations.text(took))
                + "   " + what);
    }

    /** A second line of the last step. */
    void more(String what) {
        terminal.print(" ".repeat(31) + styled(FAINT, what));
    }

    private String styled(String style, String text) {
        return terminal.colour() ? style + text + PLAIN : text;
    }
}
