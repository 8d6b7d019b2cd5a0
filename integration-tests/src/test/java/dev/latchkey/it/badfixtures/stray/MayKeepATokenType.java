package dev.latchkey.it.badfixtures.stray;

/** A name that only begins like a secret. */
final class MayKeepATokenType {

    private final String tokenType;

    MayKeepATokenType(String tokenType) {
        this.tokenType = tokenType;
    }

    int size() {
        return tokenType.length();
    }
}
