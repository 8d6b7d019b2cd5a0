package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;

/** The wall clock in milliseconds. */
@Breaks("clock")
final class AsksMillis {

    long call() {
        return System.currentTimeMillis();
    }
}
