package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import javax.inject.Provider;

/** A technology outside its adapter. */
@Breaks("javax.inject")
final class UsesInject {

    private final Provider<String> used;

    UsesInject(Provider<String> used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
