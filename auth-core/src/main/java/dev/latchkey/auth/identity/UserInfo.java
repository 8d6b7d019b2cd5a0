package dev.latchkey.auth.identity;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What the server tells of a user (OpenID Connect Core §5.3.2). Immutable; it prints the subject and names the claims. */
public final class UserInfo {

    private final String subject;
    private final Map<String, Object> claims;

    private UserInfo(String subject, Map<String, Object> claims) {
        this.subject = Objects.requireNonNull(subject, "subject");
        this.claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
    }

    /**
     * Wraps what a server told.
     *
     * @param subject whom it is about, which has been compared with the ID token
     * @param claims all claims by name; values are {@code String}, {@code Boolean}, {@code Long}, {@code Double},
     *     {@code List} and {@code Map}
     * @return the user info
     */
    public static UserInfo of(String subject, Map<String, Object> claims) {
        return new UserInfo(subject, claims);
    }

    /**
     * Tells whom it is about.
     *
     * @return {@code sub}, the same as the ID token's
     */
    public String subject() {
        return subject;
    }

    /**
     * Gives a claim that is a text.
     *
     * @param name its name, such as {@code email}
     * @return its value, or nothing if it is absent or not a text
     */
    public Optional<String> text(String name) {
        Object value = claims.get(name);
        return value instanceof String ? Optional.of((String) value) : Optional.empty();
    }

    /**
     * Gives all claims.
     *
     * @return an unmodifiable map
     */
    public Map<String, Object> claims() {
        return claims;
    }

    @Override
    public String toString() {
        return "UserInfo[" + subject + ", claims " + claims.keySet() + "]";
    }
}
