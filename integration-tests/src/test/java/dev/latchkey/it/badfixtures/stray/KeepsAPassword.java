package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;

/** A password as characters. */
@Breaks("secrets")
final class KeepsAPassword {

    private final char[] password;

    KeepsAPassword(char[] password) {
        this.password = password;
    }

    int size() {
        return password.length;
    }
}
