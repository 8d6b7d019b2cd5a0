package dev.latchkey.cli;

/** Whoever read the output has gone, as {@code head} does. */
final class OutputClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputClosedException() {
        super("standard output was closed");
    }
}
