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
 * What an authorization server says of itself (RFC 8414 §2, OpenID Connect Discovery §3): typed accessors over the
 * document's members.
 *
 * <p>All endpoints of one request come from one such object, so that no two servers can be mixed up. Immutable; equality
 * regards all members.
 */
public final class AuthorizationServerMetadata {

    private final String issuer;
    private final Map<String, Object> members;
    private final Endpoints endpoints;

    private AuthorizationServerMetadata(Map<String, Object> members) {
        this.members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        Object named = members.get("issuer");
        if (!(named instanceof String) || ((String) named).isEmpty()) {
            throw new IllegalArgumentException("issuer must be a text that is not empty");
        }
        this.issuer = (String) named;
        this.endpoints = new Endpoints(members);
        // Whatever a client does, it does there.
        endpoints.require("token_endpoint");
    }

    /**
     * Reads metadata from the members of a document. An endpoint that is no usable address counts as one that is not there, and the
     * {@linkplain #problem problem} tells why; a document is not refused over what nobody asks for.
     *
     * @param members the members by name; values are {@code String}, {@code Boolean}, {@code Long}, {@code Double},
     *     {@code List} and {@code Map}
     * @return the metadata
     * @throws IllegalArgumentException if the issuer is missing or no text, or the token endpoint is no absolute URI; the message
     *     names it
     */
    public static AuthorizationServerMetadata of(Map<String, ? extends @Nullable Object> members) {
        Objects.requireNonNull(members, "members");
        Map<String, Object> present = new LinkedHashMap<>();
        members.forEach((name, value) -> {
            if (value != null) {
                present.put(name, value);
            }
        });
        return new AuthorizationServerMetadata(present);
    }

    /**
     * Starts metadata for a server that publishes none.
     *
     * @param issuer the issuer that the server's responses and ID tokens name
     * @return a builder
     */
    public static Builder builder(String issuer) {
        return new Builder(issuer);
    }

    /**
     * Tells the issuer, which is compared character by character wherever it occurs (RFC 8414 §3.3).
     *
     * @return the issuer
     */
    public String issuer() {
        return issuer;
    }

    /**
     * Tells where the browser is sent.
     *
     * @return the authorization endpoint, or nothing
     */
    public Optional<URI> authorizationEndpoint() {
        return endpoint("authorization_endpoint");
    }

    /**
     * Tells where grants are exchanged for tokens.
     *
     * @return the token endpoint, or nothing
     */
    public Optional<URI> tokenEndpoint() {
        return endpoint("token_endpoint");
    }

    /**
     * Tells where a device begins.
     *
     * @return the device authorization endpoint (RFC 8628 §4), or nothing
     */
    public Optional<URI> deviceAuthorizationEndpoint() {
        return endpoint("device_authorization_endpoint");
    }

    /**
     * Tells where a user is asked to sign in on a device of the user's own.
     *
     * @return the backchannel authentication endpoint (CIBA Core §4), or nothing
     */
    public Optional<URI> backchannelAuthenticationEndpoint() {
        return endpoint("backchannel_authentication_endpoint");
    }

    /**
     * Tells where claims about the user are had.
     *
     * @return the userinfo endpoint, or nothing
     */
    public Optional<URI> userinfoEndpoint() {
        return endpoint("userinfo_endpoint");
    }

    /**
     * Tells where tokens are revoked.
     *
     * @return the revocation endpoint (RFC 7009), or nothing
     */
    public Optional<URI> revocationEndpoint() {
        return endpoint("revocation_endpoint");
    }

    /**
     * Tells where the server says what it knows of a token.
     *
     * @return the introspection endpoint (RFC 7662), or nothing
     */
    public Optional<URI> introspectionEndpoint() {
        return endpoint("introspection_endpoint");
    }

    /**
     * Tells where the browser is sent to end the user's session at the server.
     *
     * @return the end session endpoint (OpenID Connect RP-Initiated Logout §2.1), or nothing
     */
    public Optional<URI> endSessionEndpoint() {
        return endpoint("end_session_endpoint");
    }

    /**
     * Tells where clients register themselves.
     *
     * @return the registration endpoint (RFC 7591), or nothing
     */
    public Optional<URI> registrationEndpoint() {
        return endpoint("registration_endpoint");
    }

    /**
     * Tells where authorization requests are pushed.
     *
     * @return the pushed authorization request endpoint (RFC 9126 §5), or nothing
     */
    public Optional<URI> pushedAuthorizationRequestEndpoint() {
        return endpoint("pushed_authorization_request_endpoint");
    }

    /**
     * Tells whether the server accepts no authorization request that was not pushed (RFC 9126 §5).
     *
     * @return true if the server says so
     */
    public boolean requirePushedAuthorizationRequests() {
        return Boolean.TRUE.equals(members.get("require_pushed_authorization_requests"));
    }

    /**
     * Tells whether the server accepts no authorization request that is not signed (RFC 9101 §10.5).
     *
     * @return true if the server says so
     */
    public boolean requireSignedRequestObject() {
        return Boolean.TRUE.equals(members.get("require_signed_request_object"));
    }

    /**
     * Tells where the server's public keys are.
     *
     * @return the JWK set's address, or nothing
     */
    public Optional<URI> jwksUri() {
        return endpoint("jwks_uri");
    }

    /**
     * Tells why an endpoint that the document names is not used.
     *
     * @param endpoint the member's name, such as {@code pushed_authorization_request_endpoint}
     * @return what is wrong with its address, or nothing if it is right or not there
     */
    public Optional<String> problem(String endpoint) {
        return endpoints.problem(endpoint);
    }

    /**
     * Tells whether every endpoint that the document names can be used.
     *
     * @return false if there is one with a {@linkplain #problem problem}
     */
    public boolean isWhole() {
        return endpoints.areAllRight();
    }

    /**
     * Tells where an endpoint is for clients that present a certificate (RFC 8705 §5).
     *
     * @param endpoint the endpoint's name, such as {@code token_endpoint}
     * @return the alias, or nothing if the endpoint is the same for all clients
     * @throws IllegalArgumentException if the alias is not an absolute URI with a host
     */
    public Optional<URI> mtlsEndpointAlias(String endpoint) {
        Object aliases = members.get("mtls_endpoint_aliases");
        Object alias = aliases instanceof Map ? ((Map<?, ?>) aliases).get(endpoint) : null;
        return alias == null
                ? Optional.empty()
                : Optional.of(Endpoints.checked("mtls_endpoint_aliases." + endpoint, alias));
    }

    /**
     * Tells whether authorization responses name their issuer (RFC 9207 §3).
     *
     * @return true if the server says so; then a response without {@code iss} is refused
     */
    public boolean authorizationResponseIssParameterSupported() {
        return Boolean.TRUE.equals(members.get("authorization_response_iss_parameter_supported"));
    }

    /**
     * Tells the PKCE methods that the server admits to. Some servers name none and support S256 all the same.
     *
     * @return the methods, or an empty list
     */
    public List<String> codeChallengeMethodsSupported() {
        return texts("code_challenge_methods_supported");
    }

    /**
     * Gives a list of texts.
     *
     * @param name the member's name
     * @return the texts; empty if the member is absent or not a list
     */
    public List<String> texts(String name) {
        Object value = members.get(name);
        List<String> texts = new ArrayList<>();
        if (value instanceof List) {
            for (Object each : (List<?>) value) {
                if (each instanceof String) {
                    texts.add((String) each);
                }
            }
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
        return other instanceof AuthorizationServerMetadata
                && members.equals(((AuthorizationServerMetadata) other).members);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(members);
    }

    @Override
    public String toString() {
        return "AuthorizationServerMetadata[" + issuer + "]";
    }

    private Optional<URI> endpoint(String name) {
        return endpoints.find(name);
    }

    /** Collects metadata by hand. Not safe for use by several threads. */
    public static final class Builder {

        private final Map<String, Object> members = new LinkedHashMap<>();

        private Builder(String issuer) {
            members.put("issuer", Objects.requireNonNull(issuer, "issuer"));
        }

        /**
         * Sets the authorization endpoint.
         *
         * @param uri where the browser is sent
         * @return this builder
         */
        public Builder authorizationEndpoint(URI uri) {
            return member("authorization_endpoint", uri.toString());
        }

        /**
         * Sets the token endpoint.
         *
         * @param uri where grants are exchanged for tokens
         * @return this builder
         */
        public Builder tokenEndpoint(URI uri) {
            return member("token_endpoint", uri.toString());
        }

        /**
         * Sets the device authorization endpoint.
         *
         * @param uri where a device begins
         * @return this builder
         */
        public Builder deviceAuthorizationEndpoint(URI uri) {
            return member("device_authorization_endpoint", uri.toString());
        }

        /**
         * Sets the revocation endpoint.
         *
         * @param uri where tokens are revoked
         * @return this builder
         */
        public Builder revocationEndpoint(URI uri) {
            return member("revocation_endpoint", uri.toString());
        }

        /**
         * Sets the endpoint for pushed authorization requests.
         *
         * @param uri where authorization requests are pushed
         * @return this builder
         */
        public Builder pushedAuthorizationRequestEndpoint(URI uri) {
            return member("pushed_authorization_request_endpoint", uri.toString());
        }

        /**
         * Sets the address of the server's public keys.
         *
         * @param uri the JWK set's address
         * @return this builder
         */
        public Builder jwksUri(URI uri) {
            return member("jwks_uri", uri.toString());
        }

        /**
         * Sets any member.
         *
         * @param name the member's name
         * @param value a {@code String}, {@code Boolean}, {@code Long}, {@code Double}, {@code List} or {@code Map}
         * @return this builder
         */
        public Builder member(String name, Object value) {
            members.put(name, Objects.requireNonNull(value, name));
            return this;
        }

        /**
         * Finishes the metadata.
         *
         * @return the immutable metadata
         * @throws IllegalArgumentException if an endpoint is not an absolute URI; the message names it
         */
        public AuthorizationServerMetadata build() {
            AuthorizationServerMetadata metadata = new AuthorizationServerMetadata(members);
            metadata.endpoints.require(Endpoints.NAMES.toArray(new String[0]));
            return metadata;
        }
    }
}
