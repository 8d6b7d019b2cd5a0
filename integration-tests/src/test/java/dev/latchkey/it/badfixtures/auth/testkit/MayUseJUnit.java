package dev.latchkey.it.badfixtures.auth.testkit;

import org.junit.jupiter.api.TestInfo;

/** The adapter of this technology. */
final class MayUseJUnit {

    private final TestInfo used;

    MayUseJUnit(TestInfo used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
