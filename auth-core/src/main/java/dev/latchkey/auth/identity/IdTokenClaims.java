package dev.latchkey.auth.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What an ID token says (OpenID Connect Core §2). Immutable; it prints issuer and subject and no other claim.
 */
public final class IdTokenClaims {

    private final String algorithm;
    private final Map<String, Object> claims;

    private IdTokenClaims(String algorithm, Map<String, Object> claims) {
        this.algorithm = Objects.requireNonNull(algorithm, "algorithm");
        this.claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
    }

    /**
     * Wraps claims. Whoever calls this answers for where they come from.
     *
     * @param algorithm the signature algorithm of the token's header, which also tells the hash of {@code at_hash}
     * @param claims the claims by name; values are {@code String}, {@code Boolean}, {@code Long}, {@code Double},
     *     {@code List} and {@code Map}
     * @return the claims
     */
    public static IdTokenClaims of(String algorithm, Map<String, Object> claims) {
        return new IdTokenClaims(algorithm, claims);
    }

    /**
     * Tells the algorithm that the token's header names.
     *
     * @return the algorithm
     */
    public String algorithm() {
        return algorithm;
    }

    /**
     * Tells who issued the token.
     *
     * @return {@code iss}; empty if it is missing, which verification refuses
     */
    public String issuer() {
        return text("iss").orElse("");
    }

    /**
     * Tells whom the token is about.
     *
     * @return {@code sub}; empty if it is missing, which verification refuses
     */
    public String subject() {
        return text("sub").orElse("");
    }

    /**
     * Tells whom the token is for.
     *
     * @return {@code aud}, as a list also where it is one text
     */
    public List<String> audience() {
        Object value = claims.get("aud");
        if (value instanceof String) {
            return List.of((String) value);
        }
        List<String> all = new ArrayList<>();
        if (value instanceof List) {
            for (Object each : (List<?>) value) {
                // Anything but a text is kept visible as one that matches no client.
                all.add(each instanceof String ? (String) each : "");
            }
        }
        return Collections.unmodifiableList(all);
    }

    /**
     * Gives a claim that is a text.
     *
     * @param name the claim's name
     * @return its value, or nothing if it is absent or not a text
     */
    public Optional<String> text(String name) {
        Object value = claims.get(name);
        return value instanceof String ? Optional.of((String) value) : Optional.empty();
    }

    /**
     * Gives a claim that is an instant.
     *
     * @param name the claim's name, such as {@code exp}
     * @return its value in whole seconds, or nothing if it is absent, not a number, or out of an instant's range
     */
    public Optional<Instant> instant(String name) {
        Object value = claims.get(name);
        if (value instanceof Long || value instanceof Double) {
            double seconds = ((Number) value).doubleValue();
            if (Math.abs(seconds) <= 1e11) {
                return Optional.of(Instant.ofEpochSecond(((Number) value).longValue()));
            }
        }
        return Optional.empty();
    }

    /**
     * Gives any claim.
     *
     * @param name the claim's name
     * @return its value, or nothing
     */
    public Optional<Object> claim(String name) {
        return Optional.ofNullable(claims.get(name));
    }

    /**
     * Gives all claims.
     *
     * @return an unmodifiable map
     */
    public Map<String, Object> asMap() {
        return claims;
    }

    @Override
    public String toString() {
        // A server must not be able to begin a new line in a log with a name.
        return ("IdTokenClaims[" + issuer() + ", " + subject() + "]").replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }
}
