package dev.latchkey.it.badfixtures.stray;

/** The code of an error. */
final class MayKeepItsCodeError {

    private final String code;

    MayKeepItsCodeError(String code) {
        this.code = code;
    }

    int size() {
        return code.length();
    }
}
