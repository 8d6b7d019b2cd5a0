package dev.latchkey.it.badfixtures.stray;

/** A code that is no secret. */
final class MayKeepAnErrorCode {

    private final String errorCode;

    MayKeepAnErrorCode(String errorCode) {
        this.errorCode = errorCode;
    }

    int size() {
        return errorCode.length();
    }
}
