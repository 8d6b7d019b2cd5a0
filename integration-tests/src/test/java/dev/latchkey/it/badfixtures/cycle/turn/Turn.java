package dev.latchkey.it.badfixtures.cycle.turn;

import dev.latchkey.it.badfixtures.cycle.left.Left;
import dev.latchkey.it.guard.Breaks;

/** The third side, which closes it. */
@Breaks("cycles")
public final class Turn {

    /** Back to the first. */
    public Class<?> left() {
        return Left.class;
    }
}
