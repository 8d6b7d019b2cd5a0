package dev.latchkey.auth.registration;

import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.token.AccessToken;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client as a server has registered it (RFC 7591 §3.2.1, RFC 7592 §3). What the server says counts, which may be other
 * than what was asked for. Immutable; it prints the identifier and no secret.
 */
public final class RegisteredClient {

    // What the server says beside the metadata.
    private static final Set<String> OWN = Set.of(
            "client_id",
            "client_secret",
            "client_secret_expires_at",
            "registration_access_token",
            "registration_client_uri");

    private final ClientId clientId;
    private final @Nullable ClientSecret clientSecret;
    private final @Nullable Instant clientSecretExpiresAt;
    private final @Nullable AccessToken registrationAccessToken;
    private final @Nullable URI registrationClientUri;
    private final ClientMetadata metadata;

    private RegisteredClient(
            ClientId clientId,
            @Nullable ClientSecret clientSecret,
            @Nullable Instant clientSecretExpiresAt,
            @Nullable AccessToken registrationAccessToken,
            @Nullable URI registrationClientUri,
            ClientMetadata metadata) {
        this.clientId = Objects.requireNonNull(clientId, "clientId");
        this.clientSecret = clientSecret;
        this.clientSecretExpiresAt = clientSecretExpiresAt;
        this.registrationAccessToken = registrationAccessToken;
        this.registrationClientUri = registrationClientUri;
        this.metadata = Objects.requireNonNull(metadata, "metadata");
    }

    /**
     * Reads a registration, one that the server answered or one that the application kept.
     *
     * @param members the members of {@link #reveal}
     * @return the registration
     * @throws IllegalArgumentException if a member is missing or of the wrong type; the message names it
     */
    public static RegisteredClient of(Map<String, ? extends @Nullable Object> members) {
        ClientMetadata.Builder metadata = ClientMetadata.builder();
        Objects.requireNonNull(members, "members").forEach((name, value) -> {
            if (value != null && !OWN.contains(name)) {
                metadata.member(name, value);
            }
        });
        String id = text(members, "client_id");
        if (id == null) {
            throw new IllegalArgumentException("client_id is missing");
        }
        String secret = text(members, "client_secret");
        String token = text(members, "registration_access_token");
        String uri = text(members, "registration_client_uri");
        return new RegisteredClient(
                ClientId.of(id),
                secret == null ? null : ClientSecret.of(secret),
                expiry(members.get("client_secret_expires_at")),
                token == null ? null : AccessToken.bearer(token),
                uri == null ? null : URI.create(uri),
                metadata.build());
    }

    /**
     * Tells the identifier that the server gave the client.
     *
     * @return the identifier
     */
    public ClientId clientId() {
        return clientId;
    }

    /**
     * Gives the secret that the server gave the client.
     *
     * @return the secret, or nothing if the client authenticates otherwise
     */
    public Optional<ClientSecret> clientSecret() {
        return Optional.ofNullable(clientSecret);
    }

    /**
     * Tells when the secret ends.
     *
     * @return the instant, or nothing if it does not
     */
    public Optional<Instant> clientSecretExpiresAt() {
        return Optional.ofNullable(clientSecretExpiresAt);
    }

    /**
     * Gives what the client looks after its registration with.
     *
     * @return the token, or nothing if the server lets nobody do so
     */
    public Optional<AccessToken> registrationAccessToken() {
        return Optional.ofNullable(registrationAccessToken);
    }

    /**
     * Tells where the client looks after its registration.
     *
     * @return the address, or nothing if the server lets nobody do so
     */
    public Optional<URI> registrationClientUri() {
        return Optional.ofNullable(registrationClientUri);
    }

    /**
     * Tells what the server has on record beside these.
     *
     * @return the metadata
     */
    public ClientMetadata metadata() {
        return metadata;
    }

    /**
     * Gives everything, to be kept, with the secret and the token in it.
     *
     * @return members that {@link #of} reads; keep them as one keeps secrets
     */
    public Map<String, Object> reveal() {
        Map<String, Object> members = new LinkedHashMap<>(metadata.asMap());
        members.put("client_id", clientId.value());
        clientSecret().ifPresent(secret -> members.put("client_secret", secret.reveal()));
        if (clientSecret != null) {
            members.put(
                    "client_secret_expires_at",
                    clientSecretExpiresAt().map(Instant::getEpochSecond).orElse(0L));
        }
        registrationAccessToken().ifPresent(token -> members.put("registration_access_token", token.reveal()));
        registrationClientUri().ifPresent(uri -> members.put("registration_client_uri", uri.toString()));
        return members;
    }

    @Override
    public String toString() {
        return "RegisteredClient[" + clientId.value() + "]";
    }

    private static @Nullable String text(Map<String, ? extends @Nullable Object> members, String name) {
        Object value = members.get(name);
        if (value != null && !(value instanceof String)) {
            throw new IllegalArgumentException(name + " must be a text");
        }
        // A server that leaves nothing out gives a public client an empty secret.
        return "".equals(value) ? null : (String) value;
    }

    private static @Nullable Instant expiry(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof Number) || !(Math.abs(((Number) value).doubleValue()) <= 1e11)) {
            throw new IllegalArgumentException("client_secret_expires_at must be a number of seconds");
        }
        long seconds = ((Number) value).longValue();
        return seconds == 0 ? null : Instant.ofEpochSecond(seconds);
    }
}
