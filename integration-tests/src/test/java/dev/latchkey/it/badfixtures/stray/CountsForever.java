package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;

/** A static that changes. */
@Breaks("statics")
final class CountsForever {

    private static int count;

    static int next() {
        return ++count;
    }
}
