package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;

/** A monitor around a block. */
@Breaks("synchronized")
final class SynchronizedBlock {

    private final Object lock = new Object();

    int call() {
        synchronized (lock) {
            return hashCode();
        }
    }
}
