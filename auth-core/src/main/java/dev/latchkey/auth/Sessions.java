package dev.latchkey.auth;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.exchange.BackChannel;
import dev.latchkey.auth.exchange.IssuersNonces;
import dev.latchkey.auth.exchange.Nonces;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.session.Flights;
import dev.latchkey.auth.session.HeldToken;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.session.TokenMemory;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenResult.Origin;
import dev.latchkey.auth.token.TokenSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands out token sources. A token at hand is given on the caller's thread; a stale one too, while one flight replaces it;
 * without one, callers wait for the flight.
 */
final class Sessions {

    // How long a server is left alone after a failure, as long as there is a valid token.
    private static final Duration REST = Duration.ofSeconds(15);
    private static final TokenStore.Subscription NONE = () -> {};

    private final Settings settings;
    private final SessionStore store;
    private final Flights flights;
    private final TokenMemory memory;
    private final AccountTokens ofAccounts;
    private final GrantedTokens ofGrants;
    private final Doubts doubts;
    private final Nonces nonces;
    private final AtomicReference<TokenStore.@Nullable Subscription> changes = new AtomicReference<>();

    Sessions(
            Settings settings,
            SessionStore store,
            Flights flights,
            TokenMemory memory,
            AccountTokens ofAccounts,
            GrantedTokens ofGrants,
            Doubts doubts,
            Nonces nonces) {
        this.settings = settings;
        this.store = store;
        this.flights = flights;
        this.memory = memory;
        this.ofAccounts = ofAccounts;
        this.ofGrants = ofGrants;
        this.doubts = doubts;
        this.nonces = nonces;
    }

    TokenSource of(Account account, Scopes scopes, RequestOptions options) {
        return new OfAccount(account, scopes, options);
    }

    TokenSource ofApplication(Scopes scopes, RequestOptions options) {
        return new OfApplication(scopes, options);
    }

    /** Tokens of a grant that is always the same, such as an assertion that came in: the grant is the session's name. */
    TokenSource of(Grant grant, RequestOptions options) {
        List<String> parts = new ArrayList<>(List.of(grant.grantType()));
        grant.parameters().forEach((name, value) -> {
            parts.add(name);
            parts.add(value);
        });
        return new OfGrant("#" + SessionKey.hash(parts), scopes(refuseCodes(grant)), options, () -> grant);
    }

    /** Tokens of a grant that is made anew each time, for a subject that the application names. */
    TokenSource of(String subject, Scopes scopes, Supplier<? extends Grant> grants, RequestOptions options) {
        if (subject.isEmpty()) {
            throw new ConfigurationException("subject", "must not be empty; it keeps the tokens of two subjects apart");
        }
        return new OfGrant("@" + subject, scopes, options, () -> refuseCodes(grants.get()));
    }

    /** Ends the subscription to the store's changes. Flights have ended before. */
    void close() {
        TokenStore.Subscription subscription = changes.getAndSet(NONE);
        if (subscription != null) {
            subscription.close();
        }
    }

    static Grant refuseCodes(Grant grant) {
        if (grant.grantType().equals("authorization_code")) {
            throw new ConfigurationException(
                    "grant_type",
                    "a code is redeemed by completing the authorization that it belongs to, with complete(…)");
        }
        return grant;
    }

    private static Scopes scopes(Grant grant) {
        return Scopes.parse(grant.parameters().first("scope").orElse(""));
    }

    // Not when the client is built, which does no I/O.
    private void subscribe() {
        if (changes.get() == null && changes.compareAndSet(null, NONE)) {
            TokenStore.Subscription mine;
            try {
                mine = store.changes(memory::changed).orElse(NONE);
            } catch (RuntimeException e) {
                // Without it the bound on staleness holds; the next flight tries again.
                changes.compareAndSet(NONE, null);
                return;
            }
            if (!changes.compareAndSet(NONE, mine) || flights.isClosed()) {
                mine.close();
            }
        }
    }

    private static Duration restOf(OAuthException e) {
        return e.error()
                .flatMap(ServerError::retryAfter)
                .filter(asked -> asked.compareTo(REST) > 0)
                .orElse(REST);
    }

    /** What one flight of a session brings. */
    private static final class Errand {

        private final AskedFor asked;
        private final TokenOptions options;

        Errand(AskedFor asked, TokenOptions options) {
            this.asked = asked;
            this.options = options;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Errand
                    && asked.equals(((Errand) other).asked)
                    && options.equals(((Errand) other).options);
        }

        @Override
        public int hashCode() {
            return 31 * asked.hashCode() + options.hashCode();
        }
    }

    /** A source is made for each look-up, so it is no more than the question. */
    private abstract class Source implements TokenSource, IssuersNonces {

        final Object owner;
        private final Scopes scopes;
        private final RequestOptions options;

        Source(Object owner, Scopes scopes, RequestOptions options) {
            this.owner = owner;
            this.scopes = scopes;
            this.options = options;
        }

        final AskedFor asked() {
            return AskedFor.of(scopes, options);
        }

        private @Nullable HeldToken atHand() {
            return memory.find(owner, scopes, options);
        }

        abstract TokenResult acquire(AskedFor asked, TokenOptions options);

        @Override
        public AccessToken token() {
            HeldToken held = atHand();
            return held != null && held.isQuiet(settings.hitClock.millis())
                    ? held.token()
                    : get(TokenOptions.NONE).token();
        }

        @Override
        public TokenResult get(TokenOptions options) {
            Objects.requireNonNull(options, "options");
            long now = settings.clock.millis();
            HeldToken held = atHand();
            if (held != null && held.isDoubtful() && !options.forcesRefresh() && held.isValid(now)) {
                doubts.settle(owner, this::key, asked(), held);
                held = atHand();
            }
            if (held != null && !options.forcesRefresh() && held.isUsable(now, options.minimumValidity())) {
                if (!held.isQuiet(now)) {
                    // Nobody waits for it, and what becomes of it is seen at the next use.
                    var unused = flight(TokenOptions.NONE);
                }
                return TokenResult.of(held.token(), Origin.MEMORY, held.isSaved(), held.proof());
            }
            OAuthException resting = memory.resting(owner, asked(), now, options.forcesRefresh());
            if (resting == null || (held != null && held.isDoubtful())) {
                return await(options);
            }
            if (held != null && !options.forcesRefresh() && held.isValid(now)) {
                return TokenResult.of(held.token(), Origin.MEMORY, held.isSaved(), held.proof());
            }
            throw resting.again();
        }

        @Override
        public CompletableFuture<TokenResult> getAsync(TokenOptions options) {
            Objects.requireNonNull(options, "options");
            long now = settings.clock.millis();
            HeldToken held = atHand();
            if (held != null && held.isDoubtful()) {
                // Which means a look at the store, before anything else.
                return flights.start(() -> get(options)).copy();
            }
            boolean atHand = held != null && !options.forcesRefresh() && held.isUsable(now, options.minimumValidity());
            if (atHand || memory.resting(owner, asked(), now, options.forcesRefresh()) != null) {
                return TokenSource.super.getAsync(options);
            }
            return flight(options).handle((result, failure) -> {
                if (failure == null) {
                    return result;
                }
                if (failure instanceof OAuthException) {
                    return stillValid(options, ((OAuthException) failure).again());
                }
                throw new CompletionException(failure);
            });
        }

        @Override
        public void rejected(AccessToken token) {
            memory.reject(owner, asked(), token);
        }

        @Override
        public Optional<HttpTransport> transport() {
            return Optional.of(settings.transport());
        }

        @Override
        public @Nullable Nonces nonces() {
            // Of other servers nobody knows whether a resource bears a nonce that it has not given itself.
            return settings.profile.requiresNonces() ? nonces : null;
        }

        @Override
        public String toString() {
            return "TokenSource[" + scopes + "]";
        }

        private TokenResult await(TokenOptions options) {
            try {
                return Flights.await(flight(options), settings.timeout);
            } catch (OAuthException e) {
                return stillValid(options, e);
            }
        }

        /** A token that is still valid outlives any failure to replace it. */
        private TokenResult stillValid(TokenOptions options, OAuthException failure) {
            HeldToken held = atHand();
            if (held != null && !options.forcesRefresh() && held.isValid(settings.clock.millis())) {
                return TokenResult.of(held.token(), Origin.MEMORY, held.isSaved(), held.proof());
            }
            throw failure;
        }

        /** Those of one queue follow each other. */
        abstract Object queue(AskedFor asked);

        /** Where the store has the session, of which a token is at hand; the memory keeps no more than a digest of it. */
        abstract SessionKey key();

        private CompletableFuture<TokenResult> flight(TokenOptions options) {
            AskedFor asked = asked();
            return flights.join(queue(asked), new Errand(asked, options), () -> {
                subscribe();
                try {
                    return acquire(asked, options);
                } catch (OAuthException e) {
                    failed(e, asked, options);
                    throw e;
                } catch (RuntimeException e) {
                    // A part of the application's own, which costs nobody a valid token either.
                    ConfigurationException typed = new ConfigurationException(
                            "client",
                            "something that it was built with threw "
                                    + e.getClass().getName(),
                            null,
                            e);
                    failed(typed, asked, options);
                    throw typed;
                }
            });
        }

        private void failed(OAuthException e, AskedFor asked, TokenOptions options) {
            long now = settings.clock.millis();
            memory.postpone(owner, asked, now, restOf(e));
            // That a user must do more for one resource's claims says nothing of tokens without them.
            if (BackChannel.isOfServer(e) && options.claims().isEmpty()) {
                memory.rest(owner, asked, e, now);
            }
        }
    }

    private final class OfAccount extends Source {

        OfAccount(Account account, Scopes scopes, RequestOptions options) {
            super(account, scopes, options);
        }

        @Override
        Object queue(AskedFor asked) {
            return owner;
        }

        @Override
        SessionKey key() {
            return ofAccounts.key((Account) owner);
        }

        @Override
        TokenResult acquire(AskedFor asked, TokenOptions options) {
            return ofAccounts.get((Account) owner, asked, options);
        }
    }

    private final class OfApplication extends Source {

        OfApplication(Scopes scopes, RequestOptions options) {
            super(Application.ITSELF, scopes, options);
        }

        // No refresh token is redeemed, so that scopes need not wait for each other.
        @Override
        Object queue(AskedFor asked) {
            return asked;
        }

        @Override
        SessionKey key() {
            return ofGrants.key(this::key);
        }

        private SessionKey key(String issuer) {
            return SessionKey.ofApplication(issuer, settings.clientId.value(), settings.bindingKind());
        }

        @Override
        TokenResult acquire(AskedFor asked, TokenOptions options) {
            return ofGrants.get(
                    Application.ITSELF, this::key, () -> ClientCredentialsGrant.of(asked.scopes()), asked, options);
        }
    }

    private final class OfGrant extends Source {

        private final String name;
        private final Supplier<? extends Grant> grants;

        OfGrant(String name, Scopes scopes, RequestOptions options, Supplier<? extends Grant> grants) {
            super(name, scopes, options);
            this.name = name;
            this.grants = grants;
        }

        @Override
        Object queue(AskedFor asked) {
            return List.of(name, asked);
        }

        @Override
        SessionKey key() {
            return ofGrants.key(this::key);
        }

        private SessionKey key(String issuer) {
            return SessionKey.ofGrant(issuer, settings.clientId.value(), name, settings.bindingKind());
        }

        @Override
        TokenResult acquire(AskedFor asked, TokenOptions options) {
            return ofGrants.get(name, this::key, grants, asked, options);
        }
    }

    /** Whose tokens an application's own are. */
    private enum Application {
        ITSELF
    }
}
