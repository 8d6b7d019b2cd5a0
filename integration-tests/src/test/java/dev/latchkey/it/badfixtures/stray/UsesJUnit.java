package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import org.junit.jupiter.api.TestInfo;

/** A technology outside its adapter. */
@Breaks("junit")
final class UsesJUnit {

    private final TestInfo used;

    UsesJUnit(TestInfo used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
