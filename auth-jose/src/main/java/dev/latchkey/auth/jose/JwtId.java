package dev.latchkey.auth.jose;

import java.security.SecureRandom;
import java.util.Base64;

/** Identifiers of JWTs that nobody can guess and that never come again (RFC 7519 §4.1.7). */
final class JwtId {

    private static final int BYTES = 16;

    private JwtId() {}

    static String from(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
