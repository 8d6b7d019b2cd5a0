package dev.latchkey.auth.spi;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request: a method, an absolute http or https URI, headers, a body if there is one, and a time-out.
 *
 * <p>{@code Host}, {@code Content-Length}, {@code Expect} and the headers that speak of one connection only (RFC 9110
 * §7.6.1: {@code Connection}, {@code Transfer-Encoding}, {@code Upgrade} and the like) are the transport's business and are
 * refused here. Whether plain http is acceptable is decided above the transport. Immutable, and safe for use by
 * any number of threads.
 */
public final class TransportRequest {

    /** The time-out of a request that does not say another. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private final String method;
    // Transient for reflective JSON writers, which leave such fields out: a query may hold a secret.
    private final transient URI uri;
    private final TransportHeaders headers;
    private final @Nullable RequestBody body;
    private final Duration timeout;
    private final AddressPolicy addressPolicy;

    private TransportRequest(Builder builder) {
        this.method = builder.method;
        this.uri = builder.uri;
        this.headers = builder.headers.build();
        this.body = builder.body;
        this.timeout = builder.timeout;
        this.addressPolicy = builder.addressPolicy;
    }

    /**
     * Starts a request.
     *
     * @param method the HTTP method, such as {@code POST}; case matters (RFC 9110 §9.1)
     * @param uri an absolute http or https URI without user information and without a fragment
     * @return a builder
     * @throws IllegalArgumentException if the method or the URI cannot be sent
     */
    public static Builder builder(String method, URI uri) {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(uri, "uri");
        return new Builder(method, uri);
    }

    /**
     * Starts from this request.
     *
     * @return a builder that holds what this request holds
     */
    public Builder toBuilder() {
        Builder builder = new Builder(method, uri);
        builder.headers = headers.toBuilder();
        builder.body = body;
        builder.timeout = timeout;
        builder.addressPolicy = addressPolicy;
        return builder;
    }

    /**
     * Tells the method.
     *
     * @return the method, such as {@code POST}
     */
    public String method() {
        return method;
    }

    /**
     * Tells where the request goes.
     *
     * @return an absolute http or https URI
     */
    public URI uri() {
        return uri;
    }

    /**
     * Tells the headers.
     *
     * @return the headers, without those that belong to the transport
     */
    public TransportHeaders headers() {
        return headers;
    }

    /**
     * Tells the body.
     *
     * @return the body, or nothing
     */
    public Optional<RequestBody> body() {
        return Optional.ofNullable(body);
    }

    /**
     * Tells how long the exchange may take, from connecting to the last byte of the response's body.
     *
     * @return a positive duration
     */
    public Duration timeout() {
        return timeout;
    }

    /**
     * Tells which addresses the request may go to.
     *
     * @return the policy; {@link AddressPolicy#any()} unless the request says another
     */
    public AddressPolicy addressPolicy() {
        return addressPolicy;
    }

    /**
     * Describes the request without its query, its headers' values and its body.
     *
     * @return the method, the origin and the path
     */
    @Override
    public String toString() {
        return method + " " + uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
    }

    /** Collects the parts of a request. Not safe for use by several threads. */
    public static final class Builder {

        private final String method;
        private final transient URI uri;
        private TransportHeaders.Builder headers = TransportHeaders.builder();
        private @Nullable RequestBody body;
        private Duration timeout = DEFAULT_TIMEOUT;
        private AddressPolicy addressPolicy = AddressPolicy.any();

        private Builder(String method, URI uri) {
            this.method = checkedMethod(method);
            this.uri = checkedUri(uri);
        }

        /**
         * Adds a header, beside those of the same name.
         *
         * @param name the header's name
         * @param value the value
         * @return this builder
         * @throws IllegalArgumentException if the name or value is not allowed, or the header is the transport's
         */
        public Builder addHeader(String name, String value) {
            headers.add(notTransports(name), value);
            return this;
        }

        /**
         * Sets a header, in place of those of the same name.
         *
         * @param name the header's name
         * @param value the value
         * @return this builder
         * @throws IllegalArgumentException if the name or value is not allowed, or the header is the transport's
         */
        public Builder header(String name, String value) {
            headers.set(notTransports(name), value);
            return this;
        }

        /**
         * Sets the body. Its content type is a header.
         *
         * @param body the body
         * @return this builder
         */
        public Builder body(RequestBody body) {
            this.body = Objects.requireNonNull(body, "body");
            return this;
        }

        /**
         * Bounds the whole exchange.
         *
         * @param timeout a positive duration
         * @return this builder
         */
        public Builder timeout(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("timeout must be positive");
            }
            this.timeout = timeout;
            return this;
        }

        /**
         * Restricts the addresses that the request may go to. Only with a transport that says that it
         * {@linkplain HttpTransport#honoursAddressPolicy() honours} the policy; another one ignores it.
         *
         * @param policy which addresses are permitted
         * @return this builder
         */
        public Builder addressPolicy(AddressPolicy policy) {
            this.addressPolicy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Finishes the request.
         *
         * @return the immutable request
         */
        public TransportRequest build() {
            return new TransportRequest(this);
        }

        private static String checkedMethod(String method) {
            boolean letters = !method.isEmpty() && method.length() <= 32;
            for (int i = 0; letters && i < method.length(); i++) {
                char c = method.charAt(i);
                letters = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            }
            if (!letters) {
                throw new IllegalArgumentException("method must be one to 32 letters");
            }
            return method;
        }

        private static URI checkedUri(URI uri) {
            String scheme = uri.getScheme();
            if (!"https".equalsIgnoreCase(scheme) && !"http".equalsIgnoreCase(scheme)) {
                throw new IllegalArgumentException("uri must be an absolute http or https URI");
            }
            if (uri.getHost() == null) {
                throw new IllegalArgumentException("uri must name a host");
            }
            if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
                throw new IllegalArgumentException(
                        "uri must have neither user information nor a fragment (host " + uri.getHost() + ")");
            }
            return uri;
        }

        private static String notTransports(String name) {
            String lower = name.toLowerCase(Locale.ROOT);
            switch (lower) {
                case "host":
                case "content-length":
                case "transfer-encoding":
                case "connection":
                case "expect":
                case "keep-alive":
                case "proxy-connection":
                case "te":
                case "trailer":
                case "upgrade":
                    throw new IllegalArgumentException("Header " + name + " is the transport's to set");
                default:
                    return lower;
            }
        }
    }
}
