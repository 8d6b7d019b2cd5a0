package dev.latchkey.auth.error;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a server said when it refused (RFC 6749 §5.2, §4.1.2.1), kept whole for diagnosis. Immutable.
 *
 * <p>Decide on {@link #code()} and {@link #status()}; the description is for people.
 */
public final class ServerError {

    private final String code;
    private final int status;
    private final String host;
    private final Map<String, Object> members;
    private final Map<String, String> correlationIds;
    private final List<Challenge> challenges;
    private final @Nullable Duration retryAfter;

    private ServerError(Builder builder) {
        this.code = builder.code;
        this.status = builder.status;
        this.host = builder.host;
        this.members = Collections.unmodifiableMap(new LinkedHashMap<>(builder.members));
        this.correlationIds = Collections.unmodifiableMap(new LinkedHashMap<>(builder.correlationIds));
        this.challenges = List.copyOf(builder.challenges);
        this.retryAfter = builder.retryAfter;
    }

    /**
     * Starts an error.
     *
     * @param code the value of {@code error}, or the empty string if the server named none
     * @param status the HTTP status, or 0 for an error that came through the browser
     * @param host the server's host
     * @return a builder
     */
    public static Builder builder(String code, int status, String host) {
        return new Builder(code, status, host);
    }

    /**
     * Tells the error by its registered name.
     *
     * @return the value of {@code error}; empty if the server named none
     */
    public String code() {
        return code;
    }

    /**
     * Tells the HTTP status.
     *
     * @return the status, or 0 for an error that came through the browser
     */
    public int status() {
        return status;
    }

    /**
     * Tells who said it.
     *
     * @return the server's host
     */
    public String host() {
        return host;
    }

    /**
     * Gives the server's words, which are for people and never for a decision.
     *
     * @return {@code error_description}, or nothing
     */
    public Optional<String> description() {
        return text("error_description");
    }

    /**
     * Gives the address of a page about the error.
     *
     * @return {@code error_uri}, or nothing if there is none or it is not a URI
     */
    public Optional<URI> uri() {
        return text("error_uri").flatMap(ServerError::parsed);
    }

    /**
     * Gives a member of the response that is a text.
     *
     * @param name the member's name
     * @return its value, or nothing
     */
    public Optional<String> text(String name) {
        Object value = members.get(name);
        return value instanceof String ? Optional.of((String) value) : Optional.empty();
    }

    /**
     * Gives all members of the response.
     *
     * @return an unmodifiable map; empty if the response was not JSON
     */
    public Map<String, Object> members() {
        return members;
    }

    /**
     * Gives the identifiers under which the server's operators find the request.
     *
     * @return the values of headers such as {@code x-ms-request-id}, by name in lower case
     */
    public Map<String, String> correlationIds() {
        return correlationIds;
    }

    /**
     * Gives the challenges of {@code WWW-Authenticate}.
     *
     * @return the challenges, possibly none
     */
    public List<Challenge> challenges() {
        return challenges;
    }

    /**
     * Tells how long the server wants to be left alone.
     *
     * @return the duration that {@code Retry-After} asked for, or nothing
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /**
     * The same error, some time later.
     *
     * @param left how long the server still wants to be left alone
     * @return a new error
     */
    public ServerError withRetryAfter(Duration left) {
        Builder builder = builder(code, status, host).members(members).challenges(challenges);
        correlationIds.forEach(builder::correlationId);
        return builder.retryAfter(left).build();
    }

    /**
     * Describes the error in one line, without the server's members.
     *
     * @return code, status and host
     */
    @Override
    public String toString() {
        return (code.isEmpty() ? "no error code" : code) + (status == 0 ? "" : ", status " + status) + ", from " + host;
    }

    private static Optional<URI> parsed(String text) {
        try {
            return Optional.of(URI.create(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Collects what a server said. Not safe for use by several threads. */
    public static final class Builder {

        private final String code;
        private final int status;
        private final String host;
        private final Map<String, Object> members = new LinkedHashMap<>();
        private final Map<String, String> correlationIds = new LinkedHashMap<>();
        private final List<Challenge> challenges = new ArrayList<>();
        private @Nullable Duration retryAfter;

        private Builder(String code, int status, String host) {
            this.code = Objects.requireNonNull(code, "code");
            this.status = status;
            this.host = Objects.requireNonNull(host, "host");
        }

        /**
         * Adds the members of the response.
         *
         * @param members the members
         * @return this builder
         */
        public Builder members(Map<String, ? extends Object> members) {
            this.members.putAll(members);
            return this;
        }

        /**
         * Adds an identifier of the request.
         *
         * @param name the header's name
         * @param value its value
         * @return this builder
         */
        public Builder correlationId(String name, String value) {
            correlationIds.put(name, value);
            return this;
        }

        /**
         * Adds challenges.
         *
         * @param challenges the challenges
         * @return this builder
         */
        public Builder challenges(List<Challenge> challenges) {
            this.challenges.addAll(challenges);
            return this;
        }

        /**
         * Sets how long the server wants to be left alone.
         *
         * @param retryAfter the duration, or null
         * @return this builder
         */
        public Builder retryAfter(@Nullable Duration retryAfter) {
            this.retryAfter = retryAfter;
            return this;
        }

        /**
         * Finishes the error.
         *
         * @return the immutable error
         */
        public ServerError build() {
            return new ServerError(this);
        }
    }
}
