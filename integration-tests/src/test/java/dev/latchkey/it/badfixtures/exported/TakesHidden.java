package dev.latchkey.it.badfixtures.exported;

import dev.latchkey.it.badfixtures.hidden.Hidden;
import dev.latchkey.it.guard.Breaks;

/** Leaks a parameter. */
@Breaks("exported signatures")
public final class TakesHidden {

    /** Leaks. */
    public int call(Hidden hidden) {
        return hidden.hashCode();
    }
}
