package dev.latchkey.auth.token;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the server knows of a token (RFC 7662 §2.2). Of a token that is not active nothing else is known. Immutable; it
 * prints whether the token is active and names the members.
 */
public final class TokenIntrospection {

    private final boolean active;
    // Transient for reflective JSON writers, which leave such fields out: an unknown member may be a secret.
    private final transient Map<String, Object> members;

    private TokenIntrospection(boolean active, Map<String, ? extends @Nullable Object> members) {
        this.active = active;
        Objects.requireNonNull(members, "members");
        Map<String, Object> known = new LinkedHashMap<>();
        if (active) {
            members.forEach((name, value) -> {
                if (value != null) {
                    known.put(name, value);
                }
            });
        }
        this.members = Collections.unmodifiableMap(known);
    }

    /**
     * Wraps what a server said.
     *
     * @param active whether the token is good
     * @param members all members of the response; those of a token that is not active are dropped
     * @return the introspection
     */
    public static TokenIntrospection of(boolean active, Map<String, ? extends @Nullable Object> members) {
        return new TokenIntrospection(active, members);
    }

    /**
     * Tells whether the token was issued by the server, is not revoked, and is valid now.
     *
     * @return true if it is good
     */
    public boolean isActive() {
        return active;
    }

    /**
     * Tells what the token allows.
     *
     * @return the scopes; none if the server says none
     */
    public Scopes scopes() {
        return text("scope").map(Scopes::parse).orElse(Scopes.NONE);
    }

    /**
     * Tells whom the token is about.
     *
     * @return the subject, or nothing
     */
    public Optional<String> subject() {
        return text("sub");
    }

    /**
     * Tells which client the token was issued to.
     *
     * @return the client's identifier, or nothing
     */
    public Optional<String> clientId() {
        return text("client_id");
    }

    /**
     * Tells when the token ends.
     *
     * @return the instant, or nothing
     */
    public Optional<Instant> expiresAt() {
        Object value = members.get("exp");
        return value instanceof Number && Math.abs(((Number) value).doubleValue()) <= 1e11
                ? Optional.of(Instant.ofEpochSecond(((Number) value).longValue()))
                : Optional.empty();
    }

    /**
     * Tells which key the token is bound to (RFC 7800 §3.1).
     *
     * @return the members of {@code cnf}, such as {@code jkt} or {@code x5t#S256}; empty for a bearer token
     */
    public Map<String, Object> confirmation() {
        Object value = members.get("cnf");
        Map<String, Object> confirmation = new LinkedHashMap<>();
        if (value instanceof Map) {
            ((Map<?, ?>) value).forEach((name, each) -> {
                if (each != null) {
                    confirmation.put(String.valueOf(name), each);
                }
            });
        }
        return Collections.unmodifiableMap(confirmation);
    }

    /**
     * Gives a member that is a text.
     *
     * @param name its name
     * @return its value, or nothing if it is absent or not a text
     */
    public Optional<String> text(String name) {
        Object value = members.get(name);
        return value instanceof String ? Optional.of((String) value) : Optional.empty();
    }

    /**
     * Gives all members of an active token.
     *
     * @return an unmodifiable map
     */
    public Map<String, Object> members() {
        return members;
    }

    @Override
    public String toString() {
        return "TokenIntrospection[" + (active ? "active" : "not active") + ", members " + members.keySet() + "]";
    }
}
