package dev.latchkey.it.badfixtures.auth.dagger;

import dagger.Lazy;

/** The adapter of this technology. */
final class MayUseDagger {

    private final Lazy<String> used;

    MayUseDagger(Lazy<String> used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
