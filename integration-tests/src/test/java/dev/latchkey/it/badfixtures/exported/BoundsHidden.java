package dev.latchkey.it.badfixtures.exported;

import dev.latchkey.it.badfixtures.hidden.Hidden;
import dev.latchkey.it.guard.Breaks;

/** Leaks the bound of its parameter. */
@Breaks("exported signatures")
public interface BoundsHidden<T extends Hidden> {}
