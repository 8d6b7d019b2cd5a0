package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.spi.JwsSigner;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The keys of a confidential client: the one that new sessions begin with, and others that are published too: those that older
 * sessions still need, since a session is refreshed with the key that it began with or dies, and one that is to be the next. To
 * rotate, publish the new key among the others; when servers, which keep the document for ten minutes and more, must have seen
 * it, put it in front; leave the old one out when its sessions have ended. Immutable; prints no key.
 */
public final class ClientKeys {

    private static final int COORDINATE = 32;

    private final Map<String, JwsSigner> byId;
    private final Map<String, BoundKey> bound = new LinkedHashMap<>();
    private final String current;

    private ClientKeys(Map<String, JwsSigner> byId, String current) {
        this.byId = byId;
        this.current = current;
        byId.forEach((id, key) -> bound.put(id, bound(id, key.publicKey())));
    }

    /**
     * Takes the keys.
     *
     * @param current the key for new sessions: {@code ES256}, with a key identifier
     * @param others keys of older sessions, and the next one
     * @return the keys
     * @throws ConfigurationException if one signs by another algorithm, or has no identifier or another's
     */
    public static ClientKeys of(JwsSigner current, JwsSigner... others) {
        Map<String, JwsSigner> byId = new LinkedHashMap<>();
        List<JwsSigner> all = new ArrayList<>(List.of(others));
        all.add(0, Objects.requireNonNull(current, "current"));
        for (JwsSigner key : all) {
            String id = key.keyId().orElse("");
            require(
                    !id.isEmpty(),
                    "kid",
                    "of a client key is missing; the servers demand it: say keyId(…) or keyIdFromThumbprint()");
            require(
                    key.algorithm().equals("ES256"),
                    "alg",
                    "of client key " + id + " must be ES256, which takes an EC key on P-256");
            require(key.publicKey() instanceof ECPublicKey, "jwks", "key " + id + " must be of an elliptic curve");
            require(byId.put(id, key) == null, "kid", id + " is that of two client keys");
        }
        return new ClientKeys(byId, current.keyId().orElseThrow());
    }

    /** The key that new sessions are bound to. */
    BoundKey current() {
        return Objects.requireNonNull(bound.get(current));
    }

    /** Finds the key of a session, if it is among these: another of the same identifier is not. */
    Optional<BoundKey> find(BoundKey ofSession) {
        return Optional.ofNullable(bound.get(ofSession.id())).filter(ofSession::isSame);
    }

    Map<String, JwsSigner> all() {
        return byId;
    }

    /** The public halves, as a JWK set. */
    Map<String, Object> jwks() {
        List<Map<String, Object>> keys = new ArrayList<>();
        byId.forEach((id, key) -> keys.add(jwk(id, key.publicKey())));
        return Map.of("keys", keys);
    }

    private static Map<String, Object> jwk(String id, PublicKey key) {
        ECPublicKey ec = (ECPublicKey) key;
        Map<String, Object> jwk = new LinkedHashMap<>();
        jwk.put("kty", "EC");
        jwk.put("crv", "P-256");
        jwk.put("x", coordinate(ec.getW().getAffineX()));
        jwk.put("y", coordinate(ec.getW().getAffineY()));
        jwk.put("kid", id);
        jwk.put("alg", "ES256");
        jwk.put("use", "sig");
        return jwk;
    }

    private static BoundKey bound(String id, PublicKey key) {
        ECPublicKey ec = (ECPublicKey) key;
        return BoundKey.of(
                id, coordinate(ec.getW().getAffineX()), coordinate(ec.getW().getAffineY()));
    }

    private static String coordinate(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] padded = new byte[COORDINATE];
        int length = Math.min(bytes.length, COORDINATE);
        System.arraycopy(bytes, bytes.length - length, padded, COORDINATE - length, length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(padded);
    }

    private static void require(boolean right, String field, String problem) {
        if (!right) {
            throw new ConfigurationException(field, problem);
        }
    }

    @Override
    public String toString() {
        return "ClientKeys" + byId.keySet();
    }
}
