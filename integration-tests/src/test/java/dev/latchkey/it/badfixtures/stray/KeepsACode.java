package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;

/** An authorization code as text. */
@Breaks("secrets")
final class KeepsACode {

    private final String code;

    KeepsACode(String code) {
        this.code = code;
    }

    int size() {
        return code.length();
    }
}
