package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.grant.RefreshTokenGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.session.Flights;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.session.SessionRecord;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.session.TokenMemory;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Hands out token sources, and gets tokens for them: from memory, from the store, from the server, in this order. */
final class Sessions {

    // How long a token is used whose server did not say, if a new one is to be had.
    private static final Duration ASSUMED_LIFETIME = Duration.ofMinutes(5);
    // How long a server is left alone after a failure, as long as there is a valid token.
    private static final Duration REST = Duration.ofSeconds(15);
    private static final Duration UNTIL_REFUSED = Duration.between(Instant.EPOCH, StoreRecord.FOREVER);

    private final Settings settings;
    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final SignIns signIns;
    private final Bindings bindings;
    private final SessionStore store;
    private final Flights flights;
    private final TokenMemory memory;

    Sessions(
            Settings settings,
            ServerDirectory directory,
            TokenEndpoint tokenEndpoint,
            SignIns signIns,
            Bindings bindings,
            SessionStore store,
            Flights flights,
            TokenMemory memory) {
        this.settings = settings;
        this.directory = directory;
        this.tokenEndpoint = tokenEndpoint;
        this.signIns = signIns;
        this.bindings = bindings;
        this.store = store;
        this.flights = flights;
        this.memory = memory;
    }

    TokenSource ofApplication(Scopes scopes, RequestOptions options) {
        AskedFor asked = AskedFor.of(scopes, options);
        return new Source(asked, null, key -> forApplication(key, asked));
    }

    TokenSource of(Account account, Scopes scopes, RequestOptions options) {
        AskedFor asked = AskedFor.of(scopes, options);
        SessionKey session = signIns.key(account);
        return new Source(asked, new TokenMemory.Key(session, asked), key -> forAccount(key, asked, account));
    }

    /** Whichever way the tenant or server was named, its metadata says who it is. */
    private SessionKey applicationKey(AuthorizationServerMetadata server) {
        return SessionKey.ofApplication(server.issuer(), settings.clientId.value(), settings.bindingKind());
    }

    private AccessToken forApplication(TokenMemory.Key key, AskedFor asked) {
        SessionStore.Found found = store.findReplaceable(key.session());
        AccessToken kept = keepIfFresh(key, found.record().orElse(null), asked, ASSUMED_LIFETIME);
        if (kept != null) {
            return kept;
        }
        AuthorizationServerMetadata server = directory.metadata();
        SessionRecord present = found.record().orElse(null);
        TokenBinding binding = present == null
                ? bindings.create(server)
                : bindings.restore(present.binding().orElse(null));
        SessionStore.Found base =
                present == null ? found.orElse(SessionRecord.ofApplication(bindings.save(binding))) : found;
        TokenResponse response = request(server, ClientCredentialsGrant.of(asked.scopes()), asked, binding);
        return save(key, base, asked, response, ASSUMED_LIFETIME, true);
    }

    private AccessToken forAccount(TokenMemory.Key key, AskedFor asked, Account account) {
        SessionStore.Found found = store.find(key.session());
        SessionRecord session = found.record()
                .orElseThrow(() -> new SignInRequiredException(
                        "No session of this account in the token store; the user must sign in", null, null));
        RefreshToken refreshToken = session.refreshToken().orElse(null);
        Duration assumed = refreshToken == null ? UNTIL_REFUSED : ASSUMED_LIFETIME;
        AccessToken kept = keepIfFresh(key, session, asked, assumed);
        if (kept != null) {
            return kept;
        }
        if (refreshToken == null) {
            // Nothing better will come: the token is used to its end, without the margin.
            return Optional.ofNullable(memory.valid(key, settings.clock.millis()))
                    .orElseThrow(() -> new SignInRequiredException(
                            "The session has neither a valid access token for these scopes nor a refresh token; the user"
                                    + " must sign in",
                            null,
                            null));
        }
        AuthorizationServerMetadata server = directory.metadata();
        // One store may hold the sessions of several servers: a refresh token goes to the one that it came from.
        if (!settings.profile.serves(server, account)) {
            throw new ConfigurationException(
                    "account",
                    "is of " + account.issuer() + ", and this client is one of " + server.issuer()
                            + "; nothing was sent");
        }
        TokenBinding binding = bindings.restore(session.binding().orElse(null));
        TokenResponse response = request(server, RefreshTokenGrant.of(refreshToken, asked.scopes()), asked, binding);
        try {
            signIns.checkRefreshed(server, response, session);
        } catch (TemporaryFailureException e) {
            // The keys cannot be had, so the tokens are not handed out; but the old refresh token is dead already.
            write(key, found, present -> present.withRefreshTokenOf(response), false);
            throw e;
        }
        return save(key, found, asked, response, assumed, false);
    }

    private TokenResponse request(
            AuthorizationServerMetadata server, Grant grant, AskedFor asked, @Nullable TokenBinding binding) {
        return tokenEndpoint.request(server, grant, asked.scopes(), asked.options(), binding);
    }

    private @Nullable AccessToken keepIfFresh(
            TokenMemory.Key key, @Nullable SessionRecord session, AskedFor asked, Duration assumedLifetime) {
        long now = settings.clock.millis();
        AccessToken fresh = memory.fresh(key, now);
        if (fresh != null || session == null) {
            return fresh;
        }
        AccessToken found = session.accessToken(asked).orElse(null);
        // How much of an assumed life is over nobody knows: if a new token is to be had, that is better.
        boolean ageless = found != null && found.expiresAt().isEmpty() && !assumedLifetime.equals(UNTIL_REFUSED);
        return found != null && !ageless && memory.keepFound(key, found, now, assumedLifetime) ? found : null;
    }

    /** Stores first, then lets the token be seen. A store that fails does not cost the token. */
    private AccessToken save(
            TokenMemory.Key key,
            SessionStore.Found base,
            AskedFor asked,
            TokenResponse response,
            Duration assumedLifetime,
            boolean create) {
        Instant now = settings.clock.instant();
        boolean current = write(key, base, present -> present.with(asked, response, now), create);
        if (current) {
            memory.keepNew(key, response.accessToken(), now.toEpochMilli(), assumedLifetime);
        }
        return response.accessToken();
    }

    /**
     * Writes a change, unless somebody has signed in anew since the base was read: then the newer session stays as it is.
     *
     * @return whether the session is still the one that the change was made for
     */
    private boolean write(
            TokenMemory.Key key, SessionStore.Found base, UnaryOperator<SessionRecord> change, boolean create) {
        SessionRecord before = base.record().orElseThrow();
        AtomicBoolean current = new AtomicBoolean(true);
        TokenStoreException failure = store.change(
                key.session(),
                base,
                present -> {
                    current.set(present.continues(before));
                    return current.get() ? change.apply(present) : present;
                },
                create);
        if (failure != null) {
            settings.tell(listener -> listener.sessionNotSaved(before.account(), failure));
        }
        return current.get();
    }

    private static Duration restOf(OAuthException e) {
        return e.error()
                .flatMap(ServerError::retryAfter)
                .filter(asked -> asked.compareTo(REST) > 0)
                .orElse(REST);
    }

    /** What a flight does. */
    @FunctionalInterface
    private interface Work {

        AccessToken get(TokenMemory.Key key);
    }

    private final class Source implements TokenSource {

        private final AskedFor asked;
        private final Work work;
        // An application's is not known before its server's metadata is.
        private volatile TokenMemory.@Nullable Key key;

        Source(AskedFor asked, TokenMemory.@Nullable Key key, Work work) {
            this.asked = asked;
            this.key = key;
            this.work = work;
        }

        @Override
        public AccessToken token() {
            TokenMemory.Key known = key;
            if (known == null) {
                return first();
            }
            AccessToken fresh = memory.fresh(known, settings.clock.millis());
            return fresh != null ? fresh : fetch(known, settings.timeout);
        }

        @Override
        public Optional<HttpTransport> transport() {
            return Optional.of(settings.transport());
        }

        @Override
        public String toString() {
            return "TokenSource[" + asked.scopes() + "]";
        }

        /** Finds out whose token it is, which may take a request for the metadata, within the same time-out. */
        private AccessToken first() {
            long start = System.nanoTime();
            AuthorizationServerMetadata server = directory.atHand();
            if (server == null) {
                server = Flights.await(flights.start(directory::metadata), settings.timeout);
            }
            TokenMemory.Key mine = new TokenMemory.Key(applicationKey(server), asked);
            key = mine;
            AccessToken fresh = memory.fresh(mine, settings.clock.millis());
            Duration left = settings.timeout.minusNanos(System.nanoTime() - start);
            return fresh != null ? fresh : fetch(mine, left);
        }

        private AccessToken fetch(TokenMemory.Key mine, Duration patience) {
            try {
                return Flights.await(flights.join(mine.session(), asked, () -> work.get(mine)), patience);
            } catch (SignInRequiredException e) {
                throw e;
            } catch (OAuthException e) {
                // A token that is still valid outlives any failure to replace it, and gives the server a rest.
                long now = settings.clock.millis();
                AccessToken stillValid = memory.valid(mine, now);
                if (stillValid != null) {
                    memory.postpone(mine, now, restOf(e));
                    return stillValid;
                }
                throw e;
            }
        }
    }
}
