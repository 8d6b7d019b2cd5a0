package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;

/** A secret as text. */
@Breaks("secrets")
final class KeepsASecret {

    private final String clientSecret;

    KeepsASecret(String clientSecret) {
        this.clientSecret = clientSecret;
    }

    int size() {
        return clientSecret.length();
    }
}
