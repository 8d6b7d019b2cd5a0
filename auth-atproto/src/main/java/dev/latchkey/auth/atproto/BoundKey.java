package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The client's key that a session is bound to, as its server has it: by its identifier and its thumbprint (RFC 7638). */
final class BoundKey {

    /** That of a session of a public client. */
    static final BoundKey NONE = new BoundKey("", "");

    private final String id;
    private final String thumbprint;

    private BoundKey(String id, String thumbprint) {
        this.id = id;
        this.thumbprint = thumbprint;
    }

    static BoundKey of(String id, String thumbprint) {
        return new BoundKey(id, thumbprint);
    }

    /** A key on the curve P-256, by its coordinates as they are in a JWK. */
    static BoundKey of(String id, String x, String y) {
        String members = "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"" + x + "\",\"y\":\"" + y + "\"}";
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(members.getBytes(StandardCharsets.UTF_8));
            return new BoundKey(id, Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new ConfigurationException("jwks", "SHA-256 is missing in this Java", null, e);
        }
    }

    String id() {
        return id;
    }

    /** Tells the thumbprint; empty if the session was kept without. */
    String thumbprint() {
        return thumbprint;
    }

    boolean isNone() {
        return id.isEmpty();
    }

    /** Tells whether a key of the client's is this one: of the same identifier, and the same key, as far as that is known. */
    boolean isSame(BoundKey ofClient) {
        return id.equals(ofClient.id) && (thumbprint.isEmpty() || thumbprint.equals(ofClient.thumbprint));
    }

    @Override
    public String toString() {
        return "BoundKey[" + id + "]";
    }
}
