package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;

/** A monitor in a lambda. */
@Breaks("synchronized")
final class SynchronizedLambda {

    Runnable call(Object lock) {
        return () -> {
            synchronized (lock) {
                lock.notifyAll();
            }
        };
    }
}
