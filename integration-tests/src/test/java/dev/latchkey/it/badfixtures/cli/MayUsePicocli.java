package dev.latchkey.it.badfixtures.cli;

import picocli.CommandLine;

/** The adapter of this technology. */
final class MayUsePicocli {

    private final CommandLine used;

    MayUsePicocli(CommandLine used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
