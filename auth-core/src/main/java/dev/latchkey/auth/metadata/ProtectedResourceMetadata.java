package dev.latchkey.auth.metadata;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a protected resource says of itself (RFC 9728 §2): typed accessors over the document's members. Immutable; equality
 * regards all members.
 */
public final class ProtectedResourceMetadata {

    private final Map<String, Object> members;

    private ProtectedResourceMetadata(Map<String, Object> members) {
        this.members = Collections.unmodifiableMap(members);
        Object named = members.get("resource");
        if (!(named instanceof String) || ((String) named).isEmpty()) {
            throw new IllegalArgumentException("resource must be a text that is not empty");
        }
        for (String issuer : authorizationServers()) {
            if (!isHttps(issuer)) {
                throw new IllegalArgumentException("authorization_servers must be https addresses");
            }
        }
    }

    /**
     * Reads metadata from the members of a document.
     *
     * @param members the members by name; values are {@code String}, {@code Boolean}, {@code Long}, {@code Double},
     *     {@code List} and {@code Map}
     * @return the metadata
     * @throws IllegalArgumentException if a member that matters is missing or of the wrong type; the message names it
     */
    public static ProtectedResourceMetadata of(Map<String, ? extends @Nullable Object> members) {
        Map<String, Object> present = new LinkedHashMap<>();
        Objects.requireNonNull(members, "members").forEach((name, value) -> {
            if (value != null) {
                present.put(name, value);
            }
        });
        return new ProtectedResourceMetadata(present);
    }

    /**
     * Tells the resource's identifier, which is compared character by character (RFC 9728 §3.3).
     *
     * @return the identifier
     */
    public String resource() {
        return String.valueOf(members.get("resource"));
    }

    /**
     * Tells whose tokens the resource accepts.
     *
     * @return the issuers, all https; possibly none
     */
    public List<String> authorizationServers() {
        return texts("authorization_servers");
    }

    /**
     * Tells what may be asked for.
     *
     * @return the scopes that the resource names, possibly none
     */
    public List<String> scopesSupported() {
        return texts("scopes_supported");
    }

    /**
     * Tells whether tokens must be bound to a key (RFC 9728 §2, {@code dpop_bound_access_tokens_required}).
     *
     * @return true if the resource accepts DPoP tokens alone
     */
    public boolean requiresDpop() {
        return Boolean.TRUE.equals(members.get("dpop_bound_access_tokens_required"));
    }

    /**
     * Gives a list of texts.
     *
     * @param name the member's name
     * @return the texts; empty if the member is absent
     * @throws IllegalArgumentException if it is there and not a list of texts
     */
    public List<String> texts(String name) {
        Object value = members.get(name);
        List<String> texts = new ArrayList<>();
        if (value == null) {
            return texts;
        }
        if (!(value instanceof List)) {
            throw new IllegalArgumentException(name + " must be a list of texts");
        }
        for (Object each : (List<?>) value) {
            if (!(each instanceof String)) {
                throw new IllegalArgumentException(name + " must be a list of texts");
            }
            texts.add((String) each);
        }
        return Collections.unmodifiableList(texts);
    }

    /**
     * Gives any member.
     *
     * @param name the member's name
     * @return its value, or nothing
     */
    public Optional<Object> member(String name) {
        return Optional.ofNullable(members.get(name));
    }

    /**
     * Gives all members.
     *
     * @return an unmodifiable map
     */
    public Map<String, Object> asMap() {
        return members;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProtectedResourceMetadata
                && members.equals(((ProtectedResourceMetadata) other).members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }

    @Override
    public String toString() {
        return "ProtectedResourceMetadata[" + resource() + "]";
    }

    private static boolean isHttps(String issuer) {
        try {
            URI uri = URI.create(issuer);
            return "https".equalsIgnoreCase(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
