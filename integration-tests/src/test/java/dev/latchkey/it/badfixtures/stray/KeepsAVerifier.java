package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;

/** A verifier as text. */
@Breaks("secrets")
final class KeepsAVerifier {

    private final String codeVerifier;

    KeepsAVerifier(String codeVerifier) {
        this.codeVerifier = codeVerifier;
    }

    int size() {
        return codeVerifier.length();
    }
}
