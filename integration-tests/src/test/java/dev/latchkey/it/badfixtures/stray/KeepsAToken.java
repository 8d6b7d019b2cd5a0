package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;

/** A token as bytes. */
@Breaks("secrets")
final class KeepsAToken {

    private final byte[] refreshToken;

    KeepsAToken(byte[] refreshToken) {
        this.refreshToken = refreshToken;
    }

    int size() {
        return refreshToken.length;
    }
}
