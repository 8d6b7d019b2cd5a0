package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;

/** A class by its name. */
@Breaks("reflection")
final class LoadsByName {

    Class<?> load(String name) throws ClassNotFoundException {
        return Class.forName(name);
    }
}
