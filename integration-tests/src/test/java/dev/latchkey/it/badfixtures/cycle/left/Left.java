package dev.latchkey.it.badfixtures.cycle.left;

import dev.latchkey.it.badfixtures.cycle.right.Right;
import dev.latchkey.it.guard.Breaks;

/** One side of a cycle of packages. */
@Breaks("cycles")
public final class Left {

    /** The other side. */
    public Object right() {
        return new Right();
    }
}
