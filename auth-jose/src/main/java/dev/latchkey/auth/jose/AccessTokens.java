package dev.latchkey.auth.jose;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Validates JWT access tokens at the resource server that they are for (RFC 9068 §4). A client has no use for this: to it an
 * access token is opaque.
 *
 * <pre>{@code
 * AccessTokens accessTokens = AccessTokens.builder(ServerKeys.fetchedOver(transport), metadata, "https://api.example.com").build();
 * ValidatedAccessToken token = accessTokens.bearer(fromAuthorizationHeader);
 * }</pre>
 *
 * <p>How the token came must be said, since a token that is bound to a key or a certificate must not pass as a bearer token: {@link
 * #bearer}, {@link #provenBy} or {@link #overTls}. Safe for use by any number of threads.
 */
public final class AccessTokens {

    private static final String NAME = "access token";

    private final ServerKeys keys;
    private final AuthorizationServerMetadata server;
    private final String audience;
    private final ResponseRules rules;
    private final boolean complete;
    private final Clock clock;
    private final Duration clockSkew;

    private AccessTokens(Builder builder) {
        this.keys = builder.keys;
        this.server = builder.server;
        this.audience = builder.audience;
        this.complete = !builder.untyped;
        ResponseRules typed = ResponseRules.of(
                "access_token",
                AlgorithmRule.ofAccessTokens(),
                complete ? "at+jwt"::equals : type -> type.equals("at+jwt") || ResponseRules.isPlain(type));
        ResponseRules pinned = builder.algorithms.isEmpty() ? typed : typed.withAlgorithms(builder.algorithms);
        this.rules = builder.decryptionKeys == null
                ? pinned
                : pinned.withDecryption(new Decryption(builder.decryptionKeys, null, null), false);
        this.clock = builder.clock;
        this.clockSkew = builder.clockSkew;
    }

    /**
     * Starts a validator.
     *
     * @param keys the server's keys
     * @param server the authorization server whose tokens are accepted
     * @param audience what this resource server is called in {@code aud}
     * @return a builder
     */
    public static Builder builder(ServerKeys keys, AuthorizationServerMetadata server, String audience) {
        return new Builder(keys, server, audience);
    }

    /**
     * Validates a token that came as {@code Authorization: Bearer}.
     *
     * @param token the token
     * @return what it says
     * @throws InvalidResponseException if it is not valid here, or is bound to a key or a certificate
     * @throws TemporaryFailureException if the server's keys cannot be had now
     */
    public ValidatedAccessToken bearer(AccessToken token) {
        ValidatedAccessToken validated = validated(token);
        if (validated.asMap().containsKey("cnf")) {
            throw invalid("cnf", "binds the access token, which must not be used as a bearer token");
        }
        return validated;
    }

    /**
     * Validates a token that came with a proof of possession of a key, as {@code Authorization: DPoP}. The proof itself has been
     * verified: its signature, method, address, time and {@code ath} (RFC 9449 §4.3).
     *
     * @param token the token
     * @param key the key that signed the proof
     * @return what it says
     * @throws InvalidResponseException if it is not valid here, or is not bound to this key
     * @throws TemporaryFailureException if the server's keys cannot be had now
     */
    public ValidatedAccessToken provenBy(AccessToken token, PublicKey key) {
        ValidatedAccessToken validated = validated(token);
        requireBinding(validated.keyThumbprint(), Thumbprint.of(key), "is not bound to the key of the proof");
        return validated;
    }

    /**
     * Validates a token that came over a TLS connection whose client showed a certificate (RFC 8705 §3).
     *
     * @param token the token
     * @param certificate the client's certificate of this connection
     * @return what it says
     * @throws InvalidResponseException if it is not valid here, or is not bound to this certificate
     * @throws TemporaryFailureException if the server's keys cannot be had now
     */
    public ValidatedAccessToken overTls(AccessToken token, X509Certificate certificate) {
        ValidatedAccessToken validated = validated(token);
        requireBinding(
                validated.certificateThumbprint(),
                CertificateThumbprint.of(certificate),
                "is not bound to the certificate of the connection");
        return validated;
    }

    @Override
    public String toString() {
        return "AccessTokens[" + server.issuer() + " for " + audience + "]";
    }

    /** A member of {@code cnf}, if it is a text. */
    static Optional<String> confirmation(IdTokenClaims claims, String member) {
        Object confirmation = claims.claim("cnf").orElse(null);
        Object value = confirmation instanceof Map ? ((Map<?, ?>) confirmation).get(member) : null;
        return value instanceof String ? Optional.of((String) value) : Optional.empty();
    }

    private ValidatedAccessToken validated(AccessToken token) {
        VerifiedJwt verified;
        try {
            verified = Verification.verify(token.reveal(), rules, server, keys.of(server));
        } catch (JoseFault e) {
            throw invalid(rules.name(), e.problem());
        } catch (IOException e) {
            throw new TemporaryFailureException(
                    "The keys of " + JoseIdTokens.hostOf(server) + " cannot be had now", true, null, e);
        }
        IdTokenClaims claims = IdTokenClaims.of(verified.header().algorithm(), verified.claims());
        JwtChecks checks = new JwtChecks(claims, NAME, JoseIdTokens.hostOf(server), clock.instant(), clockSkew);
        checks.issuer(server.issuer());
        checks.audience(audience);
        Instant expiresAt = checks.notExpired();
        checks.validAlready();
        if (complete || claims.claim("iat").isPresent()) {
            checks.issuedBeforeNow();
        }
        for (String claim : new String[] {"sub", "client_id", "jti"}) {
            if (complete) {
                checks.text(claim);
            } else {
                checks.textIfPresent(claim);
            }
        }
        checks.textIfPresent("scope");
        return new ValidatedAccessToken(claims, scopes(claims, checks), expiresAt);
    }

    private static Scopes scopes(IdTokenClaims claims, JwtChecks checks) {
        try {
            return claims.text("scope").map(Scopes::parse).orElse(Scopes.of());
        } catch (IllegalArgumentException e) {
            checks.require("scope", false, "is not a list of scopes");
            throw e;
        }
    }

    private void requireBinding(Optional<String> bound, String shown, String problem) {
        boolean equal = bound.isPresent()
                && MessageDigest.isEqual(
                        bound.get().getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
        if (!equal) {
            throw invalid("cnf", "in the access token " + problem);
        }
    }

    private InvalidResponseException invalid(String field, String problem) {
        return new InvalidResponseException(field, JoseIdTokens.hostOf(server), problem);
    }

    /** Collects what validation needs. Not safe for use by several threads. */
    public static final class Builder {

        private static final Duration MAX_SKEW = Duration.ofMinutes(5);

        private final ServerKeys keys;
        private final AuthorizationServerMetadata server;
        private final String audience;
        private List<String> algorithms = List.of();
        private boolean untyped;
        private @Nullable DecryptionKeys decryptionKeys;
        private Clock clock = Clock.systemUTC();
        private Duration clockSkew = Duration.ofSeconds(60);

        private Builder(ServerKeys keys, AuthorizationServerMetadata server, String audience) {
            this.keys = Objects.requireNonNull(keys, "keys");
            this.server = Objects.requireNonNull(server, "server");
            this.audience = Objects.requireNonNull(audience, "audience");
        }

        /**
         * Says which algorithms tokens may be signed with; RS256 by default, which RFC 9068 §2.1 demands of every server.
         *
         * @param algorithms such as {@code PS256} or {@code ES256}
         * @return this builder
         */
        public Builder algorithms(String... algorithms) {
            this.algorithms = List.of(algorithms);
            return this;
        }

        /**
         * Accepts tokens of a server that does not keep to RFC 9068, such as Keycloak and Microsoft Entra in their default
         * settings: without the type {@code at+jwt}, and without {@code sub}, {@code client_id}, {@code iat} or {@code jti}. An ID token
         * of that server whose audience is this resource server would then pass too.
         *
         * @return this builder
         */
        public Builder dangerouslyAcceptUntyped() {
            this.untyped = true;
            return this;
        }

        /**
         * Gives this resource server's keys for tokens that are encrypted.
         *
         * @param decryptionKeys the keys
         * @return this builder
         */
        public Builder decryptionKeys(DecryptionKeys decryptionKeys) {
            this.decryptionKeys = Objects.requireNonNull(decryptionKeys, "decryptionKeys");
            return this;
        }

        /**
         * Says what time it is; the system's clock by default.
         *
         * @param clock the clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Says how far the server's clock may be off; 60 seconds by default.
         *
         * @param clockSkew from zero to five minutes
         * @return this builder
         * @throws ConfigurationException if it is outside these bounds
         */
        public Builder clockSkew(Duration clockSkew) {
            if (clockSkew.isNegative() || clockSkew.compareTo(MAX_SKEW) > 0) {
                throw new ConfigurationException("clockSkew", "must be from zero to five minutes");
            }
            this.clockSkew = clockSkew;
            return this;
        }

        /**
         * Finishes the validator, without any I/O.
         *
         * @return the validator
         * @throws ConfigurationException if an algorithm is unknown, {@code none}, or uses a shared secret
         */
        public AccessTokens build() {
            return new AccessTokens(this);
        }
    }
}
