package dev.latchkey.platform.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/** Names of users in tokens, and the hashes that tokens carry. */
public final class Subjects {
    private Subjects() {}

    /**
     * The {@code sub} of a user: the object id, or at Microsoft's paths a name that differs for each client.
     *
     * @param delegation who acts for whom
     * @return the subject
     */
    public static String of(Delegation delegation) {
        return delegation.authority().isMicrosoft()
                ? base64(sha256(
                        delegation.client().id() + ' ' + delegation.user().id()))
                : delegation.user().id();
    }

    /**
     * The S256 challenge of a verifier (RFC 7636 §4.2).
     *
     * @param verifier the verifier
     * @return the challenge
     */
    public static String challenge(String verifier) {
        return base64(sha256(verifier));
    }

    /**
     * The {@code at_hash} of an access token under RS256 (OpenID Connect Core §3.1.3.6).
     *
     * @param token the token
     * @return the left half of its SHA-256
     */
    public static String halfHash(String token) {
        return base64(Arrays.copyOf(sha256(token), 16));
    }

    /**
     * Base64url without padding.
     *
     * @param bytes the bytes
     * @return the text
     */
    public static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
