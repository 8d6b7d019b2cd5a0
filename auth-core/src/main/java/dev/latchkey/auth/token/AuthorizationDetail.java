package dev.latchkey.auth.token;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One permission that is asked for or was granted, finer than a scope can say it (RAR, RFC 9396 §2).
 *
 * <pre>{@code
 * AuthorizationDetail payment = AuthorizationDetail.builder("payment_initiation")
 *     .actions("initiate")
 *     .locations("https://bank.example.com/payments")
 *     .member("instructedAmount", Map.of("currency", "EUR", "amount", "123.50"))
 *     .build();
 * client.authorize(AuthorizationRequest.builder(redirectUri, scopes)
 *     .options(RequestOptions.NONE.authorizationDetail(payment))
 *     .build());
 * }</pre>
 *
 * <p>Immutable; equality regards all members. It prints its type and no other member, which may name accounts and sums.
 */
public final class AuthorizationDetail {

    // Transient for reflective JSON writers, which leave such fields out.
    private final transient Map<String, Object> members;
    private final String type;

    private AuthorizationDetail(Map<?, ?> members) {
        this.members = JsonValues.object(members);
        Object named = this.members.get("type");
        if (!(named instanceof String) || ((String) named).isEmpty()) {
            throw new IllegalArgumentException("type must be a text that is not empty (RFC 9396 §2)");
        }
        this.type = (String) named;
        for (String name : List.of("locations", "actions", "datatypes", "privileges")) {
            if (this.members.containsKey(name)) {
                texts(name);
            }
        }
        if (this.members.containsKey("identifier") && !(this.members.get("identifier") instanceof String)) {
            throw new IllegalArgumentException("identifier must be a text (RFC 9396 §2.2)");
        }
    }

    /**
     * Starts a detail.
     *
     * @param type its type, which also says what further members it has
     * @return a builder
     */
    public static Builder builder(String type) {
        return new Builder(type);
    }

    /**
     * Reads a detail.
     *
     * @param members the members of its JSON object; values are {@code String}, {@code Boolean}, {@code Long},
     *     {@code Double}, {@code List} and {@code Map}
     * @return the detail
     * @throws IllegalArgumentException if the type is missing, or a member that RFC 9396 §2.2 defines has another form; the
     *     message names it
     */
    public static AuthorizationDetail of(Map<String, ? extends @Nullable Object> members) {
        return new AuthorizationDetail(Objects.requireNonNull(members, "members"));
    }

    /**
     * Reads the value of {@code authorization_details} in a response.
     *
     * @param value an array of objects
     * @return the details
     * @throws IllegalArgumentException if the value is something else, or one of the details is wrong; the message names the
     *     member
     */
    public static List<AuthorizationDetail> listOf(Object value) {
        if (!(Objects.requireNonNull(value, "value") instanceof List)) {
            throw new IllegalArgumentException("authorization_details must be an array");
        }
        List<AuthorizationDetail> details = new ArrayList<>();
        for (Object each : (List<?>) value) {
            if (!(each instanceof Map)) {
                throw new IllegalArgumentException("authorization_details must hold objects");
            }
            details.add(new AuthorizationDetail((Map<?, ?>) each));
        }
        return Collections.unmodifiableList(details);
    }

    /**
     * Writes details as a request has them.
     *
     * @param details the details
     * @return a JSON array
     */
    public static String json(List<AuthorizationDetail> details) {
        List<Object> all = new ArrayList<>();
        Objects.requireNonNull(details, "details").forEach(each -> all.add(each.members));
        return JsonValues.write(all);
    }

    /**
     * Tells the type.
     *
     * @return the type, which is compared character by character
     */
    public String type() {
        return type;
    }

    /**
     * Tells where the permission holds.
     *
     * @return the locations, usually URIs of resource servers; possibly none
     */
    public List<String> locations() {
        return texts("locations");
    }

    /**
     * Tells what may be done.
     *
     * @return the actions, possibly none
     */
    public List<String> actions() {
        return texts("actions");
    }

    /**
     * Tells with what kinds of data it may be done.
     *
     * @return the kinds, possibly none
     */
    public List<String> datatypes() {
        return texts("datatypes");
    }

    /**
     * Tells with which one thing it may be done.
     *
     * @return the identifier of something at the resource, or nothing
     */
    public Optional<String> identifier() {
        return Optional.ofNullable((String) members.get("identifier"));
    }

    /**
     * Tells which roles or levels are meant.
     *
     * @return the privileges, possibly none
     */
    public List<String> privileges() {
        return texts("privileges");
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
        return other instanceof AuthorizationDetail && members.equals(((AuthorizationDetail) other).members);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(members);
    }

    @Override
    public String toString() {
        return "AuthorizationDetail[" + type() + "]";
    }

    private List<String> texts(String name) {
        Object value = members.getOrDefault(name, List.of());
        List<String> texts = new ArrayList<>();
        if (value instanceof List) {
            for (Object each : (List<?>) value) {
                if (each instanceof String) {
                    texts.add((String) each);
                }
            }
            if (texts.size() == ((List<?>) value).size()) {
                return Collections.unmodifiableList(texts);
            }
        }
        throw new IllegalArgumentException(name + " must be an array of texts (RFC 9396 §2.2)");
    }

    /** Collects the members of a detail. Not safe for use by several threads. */
    public static final class Builder {

        private final transient Map<String, Object> members = new LinkedHashMap<>();

        private Builder(String type) {
            members.put("type", Objects.requireNonNull(type, "type"));
        }

        /**
         * Says where the permission holds.
         *
         * @param locations usually URIs of resource servers
         * @return this builder
         */
        public Builder locations(String... locations) {
            return member("locations", List.of(locations));
        }

        /**
         * Says what may be done.
         *
         * @param actions the actions
         * @return this builder
         */
        public Builder actions(String... actions) {
            return member("actions", List.of(actions));
        }

        /**
         * Says with what kinds of data it may be done.
         *
         * @param datatypes the kinds
         * @return this builder
         */
        public Builder datatypes(String... datatypes) {
            return member("datatypes", List.of(datatypes));
        }

        /**
         * Says with which one thing it may be done.
         *
         * @param identifier the identifier of something at the resource
         * @return this builder
         */
        public Builder identifier(String identifier) {
            return member("identifier", identifier);
        }

        /**
         * Says which roles or levels are meant.
         *
         * @param privileges the privileges
         * @return this builder
         */
        public Builder privileges(String... privileges) {
            return member("privileges", List.of(privileges));
        }

        /**
         * Sets a member that the type defines.
         *
         * @param name the member's name
         * @param value a {@code String}, {@code Boolean}, {@code Number}, {@code List} or {@code Map} of such
         * @return this builder
         * @throws IllegalArgumentException if the name is {@code type}, which was given before
         */
        public Builder member(String name, Object value) {
            if (name.equals("type")) {
                throw new IllegalArgumentException("type is the builder's own");
            }
            members.put(name, Objects.requireNonNull(value, name));
            return this;
        }

        /**
         * Finishes the detail.
         *
         * @return the immutable detail
         * @throws IllegalArgumentException if a value has no form in JSON, or not the one that RFC 9396 §2.2 says
         */
        public AuthorizationDetail build() {
            return new AuthorizationDetail(Objects.requireNonNull(members, "members"));
        }
    }
}
