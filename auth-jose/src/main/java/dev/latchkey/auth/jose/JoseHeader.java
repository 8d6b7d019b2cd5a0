package dev.latchkey.auth.jose;

import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header of a JWT (RFC 7515 §4, RFC 7516 §4), as far as it is heeded. What it says about keys, {@code jwk}, {@code jku},
 * {@code x5u} and {@code x5c}, is not: whoever made the token must not say who may be trusted. Immutable.
 */
final class JoseHeader {

    private final Map<String, @Nullable Object> members;
    private final String algorithm;

    private JoseHeader(Map<String, @Nullable Object> members, String algorithm) {
        this.members = members;
        this.algorithm = algorithm;
    }

    static JoseHeader parse(byte[] json) throws JoseFault {
        Map<String, @Nullable Object> members;
        try {
            members = Json.object(json);
        } catch (JsonFault e) {
            throw new JoseFault("has a bad header: " + e.field() + " " + e.problem());
        }
        Object algorithm = members.get("alg");
        if (!(algorithm instanceof String)) {
            throw new JoseFault("has no alg in its header");
        }
        if (members.containsKey("crit")) {
            throw new JoseFault("has a crit header; no extension is understood here (RFC 7515 §4.1.11)");
        }
        if (members.containsKey("b64") && !Boolean.TRUE.equals(members.get("b64"))) {
            throw new JoseFault("has an unencoded payload (b64), which a JWT must not have (RFC 7797 §7)");
        }
        JoseHeader header = new JoseHeader(members, (String) algorithm);
        for (String name : new String[] {"kid", "typ", "cty", "enc", "zip"}) {
            if (members.containsKey(name) && header.text(name) == null) {
                throw new JoseFault("has a header whose " + name + " is not a text");
            }
        }
        return header;
    }

    String algorithm() {
        return algorithm;
    }

    @Nullable
    String keyId() {
        return text("kid");
    }

    /** The {@code typ} without its optional prefix and in lower case (RFC 7515 §4.1.9); empty if there is none. */
    String type() {
        return mediaType("typ");
    }

    /** The {@code cty}, likewise. */
    String contentType() {
        return mediaType("cty");
    }

    @Nullable
    String text(String name) {
        Object value = members.get(name);
        return value instanceof String ? (String) value : null;
    }

    @Nullable
    Object member(String name) {
        return members.get(name);
    }

    private String mediaType(String name) {
        String value = text(name);
        if (value == null) {
            return "";
        }
        String lower = value.toLowerCase(Locale.ROOT);
        return lower.startsWith("application/") ? lower.substring("application/".length()) : lower;
    }
}
