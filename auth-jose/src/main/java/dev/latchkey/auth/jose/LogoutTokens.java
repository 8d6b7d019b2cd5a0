package dev.latchkey.auth.jose;

import dev.latchkey.auth.AsyncOAuthClient;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Validates what a server posts to the application's back-channel logout endpoint (OpenID Connect Back-Channel Logout §2.6).
 *
 * <pre>{@code
 * LogoutTokens logoutTokens = LogoutTokens.builder(client).store(store).build();
 * …
 * LogoutToken token = logoutTokens.validate(form.get("logout_token"));
 * for (Account account : sessions.endedBy(token.issuer(), token.subject(), token.sessionId())) { // the application's own
 *     client.accounts().remove(account);
 * }
 * }</pre>
 *
 * <p>A token names a subject, a session or both (§2.4). With a subject alone all of its sessions at the server have ended; with a
 * session, the one whose ID token had this {@code sid}: Ory Hydra, for one, names the session alone. The application keeps
 * {@code sid} of the ID token with the account at sign-in.
 *
 * <p>A token is accepted once: its identifier is kept in the store until the token expires, so that nodes that share a store share
 * the memory. The endpoint answers with status 200 when this returns, with 400 when it throws {@link InvalidResponseException},
 * and always with {@code Cache-Control: no-store} (§2.8). Safe for use by any number of threads.
 */
public final class LogoutTokens {

    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final String NAME = "logout token";
    // What §2.4 recommends at most.
    private static final Duration LIFETIME = Duration.ofMinutes(2);

    private final OAuthClient client;
    private final TokenStore store;
    private final Clock clock;
    private final Duration clockSkew;
    private final boolean withoutExpiry;

    private LogoutTokens(Builder builder) {
        this.client = builder.client;
        this.clock = builder.clock;
        this.store = builder.store == null ? InMemoryTokenStore.create(clock) : builder.store;
        this.clockSkew = builder.clockSkew;
        this.withoutExpiry = builder.quirks.contains(LogoutTokenQuirk.EXPIRY_LEFT_OUT);
    }

    /**
     * Starts a validator.
     *
     * @param client the client that the tokens must be for; its verifier, server and profile are what they are held to
     * @return a builder
     */
    public static Builder builder(OAuthClient client) {
        return new Builder(client);
    }

    /**
     * Validates a logout token.
     *
     * @param logoutToken the parameter {@code logout_token} of the request
     * @return the token
     * @throws InvalidResponseException if it is malformed, not the server's, not for the client, no longer valid, or was here before
     * @throws TemporaryFailureException if the server's keys or the store cannot be had now; the server may send it again
     */
    public LogoutToken validate(String logoutToken) {
        AuthorizationServerMetadata server = client.metadata();
        String host = JoseIdTokens.hostOf(server);
        IdTokenClaims claims = client.verify(SignedResponse.LOGOUT_TOKEN, logoutToken);
        JwtChecks checks = new JwtChecks(claims, NAME, host, clock.instant(), clockSkew);
        checks.audience(client.clientId().value());
        Instant issuedAt = checks.issuedBeforeNow();
        Instant expiresAt =
                withoutExpiry && claims.claim("exp").isEmpty() ? checks.issuedWithin(LIFETIME) : checks.notExpired();
        checks.validAlready();
        checks.textIfPresent("sub");
        checks.textIfPresent("sid");
        checks.require(
                "sub", claims.claim("sub").isPresent() || claims.claim("sid").isPresent(), "is missing, and sid too");
        Object events = claims.claim("events").orElse(null);
        checks.require(
                "events",
                events instanceof Map && ((Map<?, ?>) events).get(EVENT) instanceof Map,
                "does not say that this is a logout");
        // An ID token has one: it must not pass for a logout token (§2.4).
        checks.require("nonce", claims.claim("nonce").isEmpty(), "is there, which it must not be");
        String identifier = checks.text("jti");
        checks.require("jti", isNew(server, identifier, expiresAt, host), "was here before: it is a replay");
        return new LogoutToken(claims, identifier, issuedAt, expiresAt);
    }

    /**
     * Validates a logout token without waiting, as a flight of the client.
     *
     * @param logoutToken the parameter {@code logout_token} of the request
     * @return the token; it fails with what {@link #validate} throws
     */
    public CompletableFuture<LogoutToken> validateAsync(String logoutToken) {
        Objects.requireNonNull(logoutToken, "logoutToken");
        // First the metadata, so that the flight waits for no other one.
        AsyncOAuthClient async = client.async();
        return async.metadata().thenCompose(atHand -> async.call(() -> validate(logoutToken)));
    }

    @Override
    public String toString() {
        return "LogoutTokens[" + client.clientId() + "]";
    }

    // By hash, so that neither the store nor the time that it takes tells anything of an identifier.
    private boolean isNew(AuthorizationServerMetadata server, String identifier, Instant expiresAt, String host) {
        StoreKey key = StoreKey.of(
                "logout-"
                        + Sha256.of(server.issuer().length() + " " + server.issuer()
                                + client.clientId().value()),
                Sha256.of(identifier));
        try {
            return store.replace(key, RecordVersion.ABSENT, StoreRecord.of(new byte[0], expiresAt.plus(clockSkew)))
                    .isPresent();
        } catch (TokenStoreException e) {
            throw new TemporaryFailureException(
                    "The store cannot tell whether the logout token of " + host
                            + " was here before, so it is not accepted",
                    true,
                    null,
                    e);
        }
    }

    /** Collects what validation needs. Not safe for use by several threads. */
    public static final class Builder {

        private static final Duration MAX_SKEW = Duration.ofMinutes(5);

        private final OAuthClient client;
        private @Nullable TokenStore store;
        private Clock clock = Clock.systemUTC();
        private Duration clockSkew = Duration.ofSeconds(60);
        private final Set<LogoutTokenQuirk> quirks = EnumSet.noneOf(LogoutTokenQuirk.class);

        private Builder(OAuthClient client) {
            this.client = Objects.requireNonNull(client, "client");
        }

        /**
         * Says where the identifiers of accepted tokens are kept; in memory by default, which serves one node.
         *
         * @param store the store, which may serve clients too
         * @return this builder
         */
        public Builder store(TokenStore store) {
            this.store = Objects.requireNonNull(store, "store");
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
         * Puts up with what a server is known to do wrong. By default nothing is put up with.
         *
         * @param quirk what it does
         * @return this builder
         */
        public Builder quirk(LogoutTokenQuirk quirk) {
            quirks.add(Objects.requireNonNull(quirk, "quirk"));
            return this;
        }

        /**
         * Finishes the validator.
         *
         * @return the validator
         */
        public LogoutTokens build() {
            return new LogoutTokens(this);
        }
    }
}
