package dev.latchkey.it.badfixtures.exported;

import dev.latchkey.it.badfixtures.hidden.Hidden;
import dev.latchkey.it.guard.Breaks;

/** Leaks a field. */
@Breaks("exported signatures")
public final class ShowsHidden {

    /** Leaks. */
    public final Hidden[] hidden = {};
}
