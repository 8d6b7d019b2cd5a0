package dev.latchkey.it.badfixtures.exported;

import dev.latchkey.it.badfixtures.hidden.HiddenException;
import dev.latchkey.it.guard.Breaks;

/** Leaks an exception. */
@Breaks("exported signatures")
public final class ThrowsHidden {

    /** Leaks. */
    public void call(boolean fail) throws HiddenException {
        if (fail) {
            throw new HiddenException();
        }
    }
}
