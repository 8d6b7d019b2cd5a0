package dev.latchkey.auth.atproto;

import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.token.Scopes;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a client says about itself in the document that its identifier points to. Immutable; checked when it is built, with the
 * field named that is wrong.
 *
 * <pre>{@code
 * AtprotoClientMetadata metadata = AtprotoClientMetadata.builder(URI.create("https://app.example.com/client-metadata.json"))
 *     .redirectUris(URI.create("https://app.example.com/callback"))
 *     .scopes(Permission.scopes(Permission.TRANSITION_GENERIC))
 *     .keys(ClientKeys.of(SigningKey.pem(pem).keyId("2026-01").build()))
 *     .build();
 * }</pre>
 */
public final class AtprotoClientMetadata {

    /** The media type that the document must be served with. */
    public static final String MEDIA_TYPE = "application/json";

    private final String clientId;
    private final List<URI> redirectUris;
    private final Scopes scopes;
    private final @Nullable ClientKeys keys;
    private final Map<String, Object> members;

    private AtprotoClientMetadata(Builder builder, String clientId) {
        this.clientId = clientId;
        this.redirectUris = List.copyOf(builder.redirectUris);
        this.scopes = builder.scopes;
        this.keys = builder.keys;
        this.members = members(builder, clientId);
    }

    /**
     * Starts a document.
     *
     * @param clientId the address that the document will be served at, which is the client's identifier
     * @return a builder
     */
    public static Builder builder(URI clientId) {
        return new Builder(Objects.requireNonNull(clientId, "clientId"));
    }

    /**
     * The client for development on one's own machine, which needs no document: a public one whose identifier says all there is.
     *
     * @param scopes all that will be asked for
     * @param redirectUris on {@code http://127.0.0.1} or {@code http://[::1]}, best without a port: then any port will do, which each
     *     request names ({@link AtprotoRequest#redirectUri}). They are part of the client's identifier, by which sessions are found again
     * @return the metadata
     * @throws dev.latchkey.auth.error.ConfigurationException if a redirect URI is another, or there is none
     */
    public static AtprotoClientMetadata localhost(Scopes scopes, URI... redirectUris) {
        Builder builder = new Builder(URI.create("http://localhost"));
        builder.redirectUris(redirectUris).scopes(scopes).asNative();
        ClientMetadataRules.checkLocalhost(builder);
        List<String> query = new ArrayList<>();
        for (URI each : redirectUris) {
            query.add("redirect_uri=" + encoded(each.toString()));
        }
        query.add("scope=" + encoded(scopes.toString()));
        return new AtprotoClientMetadata(builder, "http://localhost?" + String.join("&", query));
    }

    /**
     * Tells the client's identifier.
     *
     * @return the address of the document
     */
    public String clientId() {
        return clientId;
    }

    /**
     * Tells where the browser may come back to.
     *
     * @return the redirect URIs
     */
    public List<URI> redirectUris() {
        return redirectUris;
    }

    /**
     * Tells all that may be asked for.
     *
     * @return the scopes
     */
    public Scopes scopes() {
        return scopes;
    }

    /**
     * Tells the keys that the client authenticates with.
     *
     * @return the keys, or nothing if the client is public
     */
    public Optional<ClientKeys> keys() {
        return Optional.ofNullable(keys);
    }

    /**
     * Tells the document's members.
     *
     * @return an unmodifiable map
     */
    public Map<String, Object> members() {
        return members;
    }

    /**
     * Prints the document, to be served at {@link #clientId()} with status 200 and {@link #MEDIA_TYPE}, and no redirect.
     *
     * @return JSON in UTF-8
     */
    public byte[] toJson() {
        return Json.write(members);
    }

    /**
     * Writes the document to a file, for a server of files.
     *
     * @param file where to; what is there is replaced
     * @throws IOException if that fails
     */
    public void writeTo(Path file) throws IOException {
        Files.write(file, toJson());
    }

    /** Loopback addresses, which only native and localhost clients have, may have any port if none is registered (RFC 8252 §7.3). */
    boolean accepts(URI redirectUri) {
        return redirectUris.stream()
                .anyMatch(each -> each.equals(redirectUri) || ClientMetadataRules.sameButPort(each, redirectUri));
    }

    private static Map<String, Object> members(Builder builder, String clientId) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("client_id", clientId);
        members.put("application_type", builder.isNative ? "native" : "web");
        builder.texts.forEach(members::put);
        members.put("grant_types", List.of("authorization_code", "refresh_token"));
        members.put("response_types", List.of("code"));
        members.put(
                "redirect_uris",
                builder.redirectUris.stream().map(URI::toString).collect(Collectors.toUnmodifiableList()));
        members.put("scope", builder.scopes.toString());
        members.put("dpop_bound_access_tokens", true);
        ClientKeys keys = builder.keys;
        if (keys == null) {
            members.put("token_endpoint_auth_method", "none");
        } else {
            members.put("token_endpoint_auth_method", "private_key_jwt");
            members.put("token_endpoint_auth_signing_alg", "ES256");
            if (builder.jwksUri == null) {
                members.put("jwks", keys.jwks());
            } else {
                members.put("jwks_uri", builder.jwksUri.toString());
            }
        }
        return java.util.Collections.unmodifiableMap(members);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AtprotoClientMetadata && members.equals(((AtprotoClientMetadata) other).members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }

    @Override
    public String toString() {
        return "AtprotoClientMetadata[" + clientId + "]";
    }

    /** Collects the document. Not safe for use by several threads. */
    public static final class Builder {

        final URI clientId;
        final Map<String, String> texts = new LinkedHashMap<>();
        List<URI> redirectUris = List.of();
        Scopes scopes = Scopes.of("atproto");
        boolean isNative;

        @Nullable
        ClientKeys keys;

        @Nullable
        URI jwksUri;

        private Builder(URI clientId) {
            this.clientId = clientId;
        }

        /**
         * Says where the browser may come back to. Required.
         *
         * @param redirectUris {@code https} for a web client; for a native one {@code com.example.app:/path}, https at the
         *     client's own origin, or loopback
         * @return this builder
         */
        public Builder redirectUris(URI... redirectUris) {
            this.redirectUris = List.of(redirectUris);
            return this;
        }

        /**
         * Says all that may ever be asked for; {@code atproto} by default.
         *
         * @param scopes the scopes, with {@code atproto} among them
         * @return this builder
         */
        public Builder scopes(Scopes scopes) {
            this.scopes = Objects.requireNonNull(scopes, "scopes");
            return this;
        }

        /**
         * Makes the client confidential, with its public keys in the document.
         *
         * @param keys the keys
         * @return this builder
         */
        public Builder keys(ClientKeys keys) {
            this.keys = Objects.requireNonNull(keys, "keys");
            return this;
        }

        /**
         * Says that the public keys are elsewhere, in place of putting them into the document. For keys that change more often than
         * the document does, or that somebody else's service publishes; {@link #keys} must be given all the same, to sign with.
         *
         * @param jwksUri an https address, where {@link ClientMetadataPage#ofKeys} serves {@link AtprotoClientMetadata#toJwks}, with
         *     status 200 and no redirect
         * @return this builder
         */
        public Builder jwksUri(URI jwksUri) {
            this.jwksUri = Objects.requireNonNull(jwksUri, "jwksUri");
            return this;
        }

        /**
         * Says that the client runs on its user's own device.
         *
         * @return this builder
         */
        public Builder asNative() {
            this.isNative = true;
            return this;
        }

        /**
         * Says what users are shown.
         *
         * @param name the client's name
         * @return this builder
         */
        public Builder name(String name) {
            return text("client_name", name);
        }

        /**
         * Says where the client is at home.
         *
         * @param uri an https address at the identifier's host
         * @return this builder
         */
        public Builder homepage(URI uri) {
            return text("client_uri", uri.toString());
        }

        /**
         * Says where the client's picture is.
         *
         * @param uri an https address
         * @return this builder
         */
        public Builder logo(URI uri) {
            return text("logo_uri", uri.toString());
        }

        /**
         * Says where the terms of service are.
         *
         * @param uri an https address
         * @return this builder
         */
        public Builder termsOfService(URI uri) {
            return text("tos_uri", uri.toString());
        }

        /**
         * Says where the privacy policy is.
         *
         * @param uri an https address
         * @return this builder
         */
        public Builder privacyPolicy(URI uri) {
            return text("policy_uri", uri.toString());
        }

        private Builder text(String name, String value) {
            texts.put(name, value);
            return this;
        }

        /**
         * Finishes the document.
         *
         * @return the metadata
         * @throws dev.latchkey.auth.error.ConfigurationException if a server would refuse it; it names the field
         */
        public AtprotoClientMetadata build() {
            ClientMetadataRules.check(this);
            return new AtprotoClientMetadata(this, clientId.toString());
        }
    }

    /**
     * Prints the public keys, to be served at {@code jwks_uri} if that is used: all of {@link ClientKeys}, those of older sessions and the
     * next one included. {@link ClientMetadataPage#ofKeys} serves them.
     *
     * @return JSON in UTF-8: a JWK set, which is empty for a public client
     */
    public byte[] toJwks() {
        return Json.write(keys == null ? Map.of("keys", List.of()) : keys.jwks());
    }
}
