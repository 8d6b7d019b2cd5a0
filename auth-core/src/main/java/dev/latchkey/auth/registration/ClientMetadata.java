package dev.latchkey.auth.registration;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a client says of itself when it registers (RFC 7591 §2): typed setters for the common members, {@link
 * Builder#member} for all others. Immutable; it names its members and prints no value.
 */
public final class ClientMetadata {

    private final Map<String, Object> members;

    private ClientMetadata(Map<String, Object> members) {
        this.members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /**
     * Starts metadata.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts from this metadata.
     *
     * @return a builder that holds what this holds
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.members.putAll(members);
        return builder;
    }

    /**
     * Gives any member.
     *
     * @param name its name
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
        return other instanceof ClientMetadata && members.equals(((ClientMetadata) other).members);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(members);
    }

    @Override
    public String toString() {
        return "ClientMetadata" + members.keySet();
    }

    /** Collects the members. Not safe for use by several threads. */
    public static final class Builder {

        private final Map<String, Object> members = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Says where browsers may come back to.
         *
         * @param uris absolute addresses without fragments
         * @return this builder
         * @throws IllegalArgumentException if one is relative or has a fragment
         */
        public Builder redirectUris(URI... uris) {
            List<String> texts = new ArrayList<>();
            for (URI uri : uris) {
                if (!uri.isAbsolute() || uri.getRawFragment() != null) {
                    throw new IllegalArgumentException("redirect_uris must be absolute and without fragments");
                }
                texts.add(uri.toString());
            }
            return member("redirect_uris", texts);
        }

        /**
         * Says what people know the client by.
         *
         * @param name the name
         * @return this builder
         */
        public Builder clientName(String name) {
            return member("client_name", name);
        }

        /**
         * Says how the client authenticates.
         *
         * @param method a value such as {@code private_key_jwt}
         * @return this builder
         */
        public Builder tokenEndpointAuthMethod(String method) {
            return member("token_endpoint_auth_method", method);
        }

        /**
         * Says which grants the client uses.
         *
         * @param grantTypes values such as {@code authorization_code}
         * @return this builder
         */
        public Builder grantTypes(String... grantTypes) {
            return member("grant_types", Arrays.asList(grantTypes));
        }

        /**
         * Says where the client's public keys are.
         *
         * @param jwksUri the JWK set's address
         * @return this builder
         */
        public Builder jwksUri(URI jwksUri) {
            return member("jwks_uri", jwksUri.toString());
        }

        /**
         * Sets any member.
         *
         * @param name its name
         * @param value a text, a Boolean, a Long, a Double, a list or a map of such
         * @return this builder
         */
        public Builder member(String name, Object value) {
            members.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Finishes the metadata.
         *
         * @return the immutable metadata
         */
        public ClientMetadata build() {
            return new ClientMetadata(members);
        }
    }
}
