package dev.latchkey.examples.atproto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * One browser, known by a secret in its cookie. All that is kept about it here goes by hashes of the secret, so whoever reads
 * the store does not get into anybody's browser. Immutable.
 */
final class Visit {

    private static final String SECRET = "[A-Za-z0-9_-]{43}";

    private final String secret;
    private final boolean isNew;

    private Visit(String secret, boolean isNew) {
        this.secret = secret;
        this.isNew = isNew;
    }

    /** The visit of a cookie; a new one if the cookie is none of ours. */
    static Visit of(String cookie, SecureRandom random) {
        if (cookie.matches(SECRET)) {
            return new Visit(cookie, false);
        }
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return new Visit(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes), true);
    }

    /** The cookie's value. */
    String secret() {
        return secret;
    }

    /** The name of this browser's sessions in the store: signing out here leaves other browsers alone. */
    String session() {
        return hash("session");
    }

    /** Goes into each form, so that no page of somebody else's can post one in this browser. */
    String formToken() {
        return hash("form");
    }

    /** Tells whether a form with this token is one that this browser was given. */
    boolean gave(String token) {
        return !isNew
                && MessageDigest.isEqual(
                        token.getBytes(StandardCharsets.UTF_8), formToken().getBytes(StandardCharsets.UTF_8));
    }

    private String hash(String purpose) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((purpose + " of " + secret).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
