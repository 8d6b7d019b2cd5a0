package dev.latchkey.auth;

import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.RequestObjectSigner;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.exchange.BackChannel;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.protocol.ErrorResponses;
import dev.latchkey.auth.server.ServerProfile;
import dev.latchkey.auth.session.Pause;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.TokenStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a client was built with, checked, as all its parts see it. Immutable. */
final class Settings {

    final BackChannel backChannel;
    final ServerProfile profile;
    final ClientId clientId;
    final ClientAuthentication authentication;
    final TokenStore store;
    final @Nullable IdTokenVerifier idTokens;
    final TokenBinding.@Nullable Factory bindings;
    final @Nullable RequestObjectSigner requestObjects;
    final SecurityRules security;
    final Clock clock;
    // What a token at hand is looked at by: reading the system's clock takes longer than all the rest of the look-up.
    final Clock hitClock;
    final SecureRandom random;
    final Executor executor;
    final Duration clockSkew;
    final Duration expiryMargin;
    final Duration timeout;
    private final Duration requestTimeout;
    final Pause pause;
    final Duration staleness;
    final int sessionsInMemory;
    final PendingLimit pendingLimit;
    // This node's own part of the margin, so that not all nodes refresh at the same instant.
    final double jitter;
    final LongSupplier ticker;
    private final AuthListener listener;

    Settings(OAuthClientBuilder builder) {
        this.backChannel = new BackChannel(builder.transport, builder.httpAllowedOnLoopback);
        this.profile = present("server", builder.server, "say which authorization server with server(…)");
        this.clientId = present("client", builder.clientId, "say which client with client(…)");
        this.authentication =
                present("client", builder.authentication, "say how the client authenticates with client(…)");
        this.clock = builder.clock == null ? Clock.systemUTC() : builder.clock;
        this.hitClock = hitClock(builder);
        this.store = builder.store == null ? InMemoryTokenStore.create(clock) : builder.store;
        this.security = new SecurityRules(builder.security);
        this.idTokens = builder.idTokens == null ? null : security.narrowed(builder.idTokens);
        this.bindings = builder.bindings;
        this.requestObjects = builder.requestObjects;
        this.random = builder.random == null ? new SecureRandom() : builder.random;
        this.executor = builder.executor == null ? new ThreadPerFlight() : builder.executor;
        this.clockSkew = builder.clockSkew;
        this.expiryMargin = builder.expiryMargin;
        this.timeout = builder.timeout;
        Duration tenth = timeout.dividedBy(10);
        this.requestTimeout = timeout.minus(tenth.compareTo(Duration.ofSeconds(1)) < 0 ? tenth : Duration.ofSeconds(1));
        this.pause = builder.pause;
        this.staleness = builder.staleness;
        this.sessionsInMemory = builder.sessionsInMemory;
        this.pendingLimit = builder.pendingLimit == null ? PendingLimit.of(10_000) : builder.pendingLimit;
        this.jitter = builder.jitter < 0 ? random.nextDouble() : builder.jitter;
        this.ticker = builder.ticker;
        this.listener = builder.listener;
        profile.discovery().location().ifPresent(location -> backChannel.requireHttps(location, "issuer"));
        profile.discovery().known().ifPresent(known -> {
            known.authorizationEndpoint().ifPresent(uri -> backChannel.requireHttps(uri, "authorization_endpoint"));
            known.tokenEndpoint().ifPresent(uri -> backChannel.requireHttps(uri, "token_endpoint"));
        });
        security.checkClient(this, builder.httpAllowedOnLoopback);
    }

    private static Clock hitClock(OAuthClientBuilder builder) {
        if (builder.hitClock != null) {
            return builder.hitClock;
        }
        return builder.clock == null ? CoarseClock.whenBusy() : builder.clock;
    }

    HttpTransport transport() {
        return backChannel.transport();
    }

    /** A little less than the whole, so that a request's own end, which says more, comes before the waiter's. */
    Duration requestTimeout() {
        return requestTimeout;
    }

    /** What the server said, as an exception that says what to do about it. */
    OAuthException refusal(ServerError error, String grantType) {
        return ErrorResponses.exception(
                error, profile.remedy(error, grantType), profile.hint(error).orElse(""), grantType);
    }

    /** The kind of token binding, which is part of every session's key; empty for bearer tokens. */
    String bindingKind() {
        return bindings == null ? "" : bindings.kind();
    }

    /** 256 bits from the random number generator, in 43 characters. */
    String randomText() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A listener that throws must not cost anybody a token. */
    void tell(Consumer<AuthListener> event) {
        try {
            event.accept(listener);
        } catch (Throwable e) {
            // Errors too, and what other languages throw unchecked: by now the server has acted, and its answer counts.
            System.getLogger(OAuthClient.class.getName()).log(System.Logger.Level.DEBUG, "A listener failed", e);
        }
    }

    private static <T> T present(String field, @Nullable T value, String advice) {
        if (value == null) {
            throw new ConfigurationException(field, "is missing; " + advice);
        }
        return value;
    }
}
