package dev.latchkey.it.badfixtures.cycle.right;

import dev.latchkey.it.badfixtures.cycle.turn.Turn;
import dev.latchkey.it.guard.Breaks;

/** The second side of a cycle of three packages. */
@Breaks("cycles")
public final class Right {

    /** The way round. */
    public Class<?> turn() {
        return Turn.class;
    }
}
