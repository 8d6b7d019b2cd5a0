package dev.latchkey.it.badfixtures.stray;

/** A secret type, and the name of a parameter. */
final class MayBeASecret {

    private static final String ACCESS_TOKEN = "access_token";

    private final String token;

    MayBeASecret(String token) {
        this.token = token;
    }

    String reveal() {
        return token;
    }

    @Override
    public String toString() {
        return ACCESS_TOKEN + "[redacted]";
    }
}
