package dev.latchkey.it.badfixtures.stray;

import dagger.Lazy;
import dev.latchkey.it.guard.Breaks;

/** A technology outside its adapter. */
@Breaks("dagger")
final class UsesDagger {

    private final Lazy<String> used;

    UsesDagger(Lazy<String> used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
