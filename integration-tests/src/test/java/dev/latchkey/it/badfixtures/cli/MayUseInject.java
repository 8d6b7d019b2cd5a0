package dev.latchkey.it.badfixtures.cli;

import javax.inject.Provider;

/** The adapter of this technology. */
final class MayUseInject {

    private final Provider<String> used;

    MayUseInject(Provider<String> used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
