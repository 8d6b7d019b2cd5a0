package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import picocli.CommandLine;

/** A technology outside its adapter. */
@Breaks("picocli")
final class UsesPicocli {

    private final CommandLine used;

    UsesPicocli(CommandLine used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
