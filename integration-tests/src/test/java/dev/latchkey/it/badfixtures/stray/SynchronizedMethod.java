package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;

/** A monitor around a method. */
@Breaks("synchronized")
final class SynchronizedMethod {

    synchronized void call() {}
}
