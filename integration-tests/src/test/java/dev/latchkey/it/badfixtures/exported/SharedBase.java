package dev.latchkey.it.badfixtures.exported;

import dev.latchkey.it.badfixtures.hidden.Hidden;
import dev.latchkey.it.guard.Breaks;

/** Not public, but its subclass is, and leaks what this leaks. */
@Breaks("exported signatures")
abstract class SharedBase {

    /** Leaks. */
    public Hidden call() {
        return new Hidden();
    }
}
