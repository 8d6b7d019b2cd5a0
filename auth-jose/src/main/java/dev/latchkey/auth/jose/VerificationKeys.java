package dev.latchkey.auth.jose;

import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import java.nio.ByteBuffer;
import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a JWK set that verify signatures (RFC 7517 §5). Others are left out: those for encryption, of unknown types, too
 * short, malformed, and those whose private part is there for everybody to see. Immutable.
 */
final class VerificationKeys {

    /** How many bytes a JWK set may have. */
    static final int MAX_BYTES = 50 * 1024;

    private static final int MAX_KEYS = 200;

    private final List<VerificationKey> keys;
    private final int leftOut;

    private VerificationKeys(List<VerificationKey> keys, int leftOut) {
        this.keys = List.copyOf(keys);
        this.leftOut = leftOut;
    }

    static VerificationKeys of(VerificationKey only) {
        return new VerificationKeys(List.of(only), 0);
    }

    static VerificationKeys parse(ByteBuffer json, @Nullable Provider provider) throws JoseFault {
        Map<String, @Nullable Object> document;
        try {
            document = Json.object(json);
        } catch (JsonFault e) {
            throw new JoseFault("is no JWK set: " + e.field() + " " + e.problem());
        }
        Object members = document.get("keys");
        if (!(members instanceof List)) {
            throw new JoseFault("is no JWK set: it has no keys");
        }
        List<?> jwks = (List<?>) members;
        if (jwks.size() > MAX_KEYS) {
            throw new JoseFault("has " + jwks.size() + " keys, more than " + MAX_KEYS);
        }
        List<VerificationKey> usable = new ArrayList<>();
        for (Object jwk : jwks) {
            if (!(jwk instanceof Map)) {
                throw new JoseFault("is no JWK set: one of its keys is no object");
            }
            try {
                VerificationKey key = VerificationKey.of((Map<?, ?>) jwk, provider);
                usable.add(key);
            } catch (JoseFault e) {
                // RFC 7517 §5: what is not understood is passed over.
            }
        }
        return new VerificationKeys(usable, jwks.size() - usable.size());
    }

    /**
     * Finds the one key that a token may have been signed with.
     *
     * @return the key, or null if none fits
     * @throws JoseFault if more than one does: nobody could say which of them was meant
     */
    @Nullable
    VerificationKey find(VerificationAlgorithm algorithm, @Nullable String keyId) throws JoseFault {
        VerificationKey found = null;
        for (VerificationKey key : keys) {
            if (key.fits(algorithm) && (keyId == null || key.hasKeyId(keyId))) {
                if (found != null && !found.isSameAs(key)) {
                    throw new JoseFault(
                            keyId == null
                                    ? "names no key (kid), and the server has several for " + algorithm.name()
                                    : "names a key (kid) that the server has twice for " + algorithm.name());
                }
                found = key;
            }
        }
        return found;
    }

    /** Whether one of these was not among those: as whoever published both has done who rotates keys. */
    boolean hasOtherThan(VerificationKeys those) {
        return keys.stream().anyMatch(key -> those.keys.stream().noneMatch(key::isNamedAndSameAs));
    }

    int size() {
        return keys.size();
    }

    @Override
    public String toString() {
        return "VerificationKeys[" + keys.size() + " usable, " + leftOut + " left out]";
    }
}
