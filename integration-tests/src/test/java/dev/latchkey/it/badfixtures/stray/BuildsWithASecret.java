package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;

/** The builder inside keeps a secret as text. */
@Breaks("secrets")
final class BuildsWithASecret {

    private BuildsWithASecret() {}

    static final class Builder {

        private String secret = "";

        Builder secret(String secret) {
            this.secret = secret;
            return this;
        }

        int size() {
            return secret.length();
        }
    }
}
