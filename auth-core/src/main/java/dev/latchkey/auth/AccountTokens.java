package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RefreshTokenGrant;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Revocations;
import dev.latchkey.auth.server.UncertainRefresh;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.session.Found;
import dev.latchkey.auth.session.Lease;
import dev.latchkey.auth.session.LeaseWatch;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.session.SessionRecord;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.session.TokenMemory;
import dev.latchkey.auth.session.Written;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Gets tokens of somebody who signed in: from the store, or by redeeming the session's refresh token, which only one
 * thread of one node does at a time.
 *
 * <p>The order is what keeps a rotated token safe. Everything that may fail without the server is done first. Then the
 * lease is won by compare-and-set, which proves that the record is still what was found, and marks the attempt. Then the
 * token is sent, once. Then what came is stored, and only then handed out.
 */
final class AccountTokens {

    // How long a grant that the server will not accept any more is not asked for again.
    private static final Duration REMEMBERED = Duration.ofSeconds(10);

    // The checks of a refreshed ID token that say whose it is (OpenID Connect Core §12.2).
    private static final Set<String> SOMEBODY_ELSE = Set.of("iss", "sub", "aud");

    private final Settings settings;
    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final SignIns signIns;
    private final Bindings bindings;
    private final RevocationEndpoint revocations;
    private final SessionStore store;
    private final TokenMemory memory;
    private final Shelf shelf;
    private final String me;

    AccountTokens(
            Settings settings,
            ServerDirectory directory,
            TokenEndpoint tokenEndpoint,
            SignIns signIns,
            Bindings bindings,
            RevocationEndpoint revocations,
            SessionStore store,
            TokenMemory memory,
            Shelf shelf) {
        this.settings = settings;
        this.directory = directory;
        this.tokenEndpoint = tokenEndpoint;
        this.signIns = signIns;
        this.bindings = bindings;
        this.revocations = revocations;
        this.store = store;
        this.memory = memory;
        this.shelf = shelf;
        this.me = settings.randomText();
    }

    TokenResult get(Account account, AskedFor asked, TokenOptions options) {
        return new Request(account, asked, options).get();
    }

    /** One request for one token. */
    private final class Request {

        private final Account account;
        private final AskedFor asked;
        private final TokenOptions options;
        private final SessionKey key;
        private final TokenMemory.Slot slot;
        private final LeaseWatch watch = new LeaseWatch(settings.ticker, settings.random);

        Request(Account account, AskedFor asked, TokenOptions options) {
            this.account = account;
            this.asked = asked;
            this.options = options;
            this.key = signIns.key(account);
            this.slot = memory.open(account, key, settings.clock.millis());
        }

        TokenResult get() {
            slot.begin();
            try {
                while (true) {
                    TokenResult result = attempt();
                    if (result != null) {
                        return result;
                    }
                    // Somebody else was faster, or is at it.
                }
            } finally {
                slot.end();
            }
        }

        private @Nullable TokenResult attempt() {
            Found found = store.find(key);
            SessionRecord session = found.record().orElseThrow(this::noSession);
            RefreshToken refreshToken = session.refreshToken().orElse(null);
            TokenResult kept = shelf.fromStore(slot, asked, found, options, refreshToken != null);
            if (kept != null) {
                return kept;
            }
            if (refreshToken == null) {
                throw new SignInRequiredException(
                        "The session has neither a valid access token for these scopes nor a refresh token; the user"
                                + " must sign in",
                        null,
                        null);
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
            Lease others = session.lease().orElse(null);
            if (others != null && !others.owner().startsWith(me) && !watch.hasExpired(found, others)) {
                settings.pause.atMost(watch.pause());
                return null;
            }
            if (others != null && settings.profile.uncertainRefresh() == UncertainRefresh.REAUTHORIZE) {
                return end(found, outcomeUnknown(null));
            }
            Found leased = lease(found);
            return leased == null ? null : redeem(server, leased, refreshToken, binding);
        }

        private @Nullable Found lease(Found found) {
            try {
                return store.lease(key, found, Lease.of(me + "." + settings.randomText(), settings.leaseDuration()))
                        .orElse(null);
            } catch (TokenStoreException e) {
                throw new TemporaryFailureException(
                        "The token store cannot be written (" + e.getMessage()
                                + "), and without its lease the refresh token is not redeemed; nothing was sent",
                        true,
                        null,
                        e);
            }
        }

        private @Nullable TokenResult redeem(
                AuthorizationServerMetadata server,
                Found leased,
                RefreshToken refreshToken,
                @Nullable TokenBinding binding) {
            TokenResponse response;
            try {
                response = tokenEndpoint.request(
                        server,
                        GrantWithClaims.of(RefreshTokenGrant.of(refreshToken, asked.scopes()), options),
                        asked.scopes(),
                        asked.options(),
                        binding);
            } catch (SignInRequiredException e) {
                if (e.error().filter(settings.profile::endsSession).isPresent()) {
                    return refused(leased, e);
                }
                release(leased);
                throw e;
            } catch (OAuthException e) {
                if (isUncertain(e) && settings.profile.uncertainRefresh() == UncertainRefresh.REAUTHORIZE) {
                    return end(leased, outcomeUnknown(e));
                }
                release(leased);
                throw e;
            } catch (Throwable e) {
                // A transport of somebody else's, perhaps after it had sent: where that matters the mark stays.
                if (settings.profile.uncertainRefresh() == UncertainRefresh.RETRY) {
                    release(leased);
                }
                throw e;
            }
            return accept(server, leased, response, binding);
        }

        private TokenResult accept(
                AuthorizationServerMetadata server,
                Found leased,
                TokenResponse response,
                @Nullable TokenBinding binding) {
            SessionRecord session = leased.record().orElseThrow();
            try {
                signIns.checkRefreshed(server, response, session);
            } catch (Throwable e) {
                if (e instanceof InvalidResponseException
                        && SOMEBODY_ELSE.contains(((InvalidResponseException) e).field())) {
                    // Nothing of somebody else's tokens is kept, and the session has lost its own.
                    var unused = remove(leased);
                    revoke(response, binding);
                    memory.forget(account);
                    settings.tell(listener -> listener.sessionEnded(account, (InvalidResponseException) e));
                } else {
                    // Keys that cannot be had, or a clock that is wrong: the tokens are not handed out.
                    // But the old refresh token is dead already.
                    tell(change(leased, present -> present.withRefreshTokenOf(response)));
                }
                throw e;
            }
            Instant now = settings.clock.instant();
            Written written = change(leased, present -> present.with(asked, response, now));
            tell(written);
            if (!written.isCurrent() && !written.isGone()) {
                // Of the newer session nothing is this attempt's but perhaps its mark.
                release(leased);
            }
            if (written.isGone()) {
                // Somebody signed out while the server answered. What it granted since is dropped, and not revoked: a
                // sign-out may have been meant for here alone, and revoking can end more at the server than this.
                throw noSession();
            }
            if (written.failure().isPresent() && !settings.profile.holdsUnsavedSessions()) {
                throw givenUp(leased, response, binding, written.failure().get());
            }
            return shelf.fromServer(
                    slot,
                    asked,
                    response,
                    now,
                    response.refreshToken().isPresent()
                            || session.refreshToken().isPresent(),
                    written);
        }

        /** The store did not take the new refresh token, and the profile would rather have none than an unsaved one. */
        private SignInRequiredException givenUp(
                Found leased, TokenResponse response, @Nullable TokenBinding binding, TokenStoreException failure) {
            store.dropHeld(key, leased);
            revoke(response, binding);
            var unused = remove(leased);
            memory.forget(account);
            SignInRequiredException reason = new SignInRequiredException(
                    "The token store did not take the session's new refresh token (" + failure.getMessage()
                            + "), which was revoked therefore; the user must sign in",
                    null,
                    failure);
            settings.tell(listener -> listener.sessionEnded(account, reason));
            return reason;
        }

        private void revoke(TokenResponse response, @Nullable TokenBinding binding) {
            Parameters token = response.refreshToken()
                    .map(Revocations::parameters)
                    .orElseGet(() -> Revocations.parameters(response.accessToken()));
            // Told to the listener if it fails; nothing more can be done.
            var unused = revocations.revoke(token, account, binding);
        }

        /** Changes the record, unless somebody has signed in anew since the lease: then the newer session stays. */
        private Written change(Found leased, UnaryOperator<SessionRecord> change) {
            SessionRecord before = leased.record().orElseThrow();
            return store.change(
                    key,
                    leased,
                    present -> present.continues(before)
                            ? change.apply(present).withoutLease(before.lease().orElseThrow())
                            : present,
                    false);
        }

        /** Gives the lease back, if nobody has broken it, so that nobody waits for it: how the attempt ended is known. */
        private void release(Found leased) {
            SessionRecord before = leased.record().orElseThrow();
            tell(store.change(
                    key, leased, present -> present.withoutLease(before.lease().orElseThrow()), false));
        }

        /** The server will not accept the token. If another one is there meanwhile, that one counts. */
        private @Nullable TokenResult refused(Found leased, SignInRequiredException reason) {
            Found now;
            try {
                now = leased.isSaved() ? store.find(key) : leased;
            } catch (OAuthException e) {
                release(leased);
                throw reason;
            }
            SessionRecord before = leased.record().orElseThrow();
            boolean same =
                    now.record().filter(record -> record.continues(before)).isPresent();
            // Whoever broke the lease may have redeemed the token just now, and writes what came of it.
            boolean mine = now.record().flatMap(SessionRecord::lease).equals(before.lease());
            if (same && mine) {
                return end(now, reason);
            }
            release(leased);
            return null;
        }

        private void tell(Written written) {
            written.failure().ifPresent(reason -> settings.tell(l -> l.sessionNotSaved(Optional.of(account), reason)));
        }

        /**
         * Drops a refresh token that the server will not accept any more, and no other, and throws; once, whoever asks.
         *
         * @return null if somebody else was faster, so that it is to be looked at again
         */
        private @Nullable TokenResult end(Found leased, SignInRequiredException reason) {
            SessionRecord rest = leased.record().orElseThrow().withoutRefreshToken(settings.clock.instant());
            if (rest.isEmpty()) {
                if (!remove(leased)) {
                    return null;
                }
                slot.bury(reason, settings.clock.millis() + REMEMBERED.toMillis());
            } else {
                Written written = change(leased, present -> present.withoutRefreshToken(settings.clock.instant()));
                tell(written);
                if (!written.isCurrent()) {
                    return null;
                }
                signIns.ended(rest, rest);
            }
            settings.tell(listener -> listener.sessionEnded(account, reason));
            throw reason;
        }

        /** Gives false if something else is there now. */
        private boolean remove(Found leased) {
            try {
                boolean removed = store.remove(key, leased);
                if (removed) {
                    signIns.ended(leased.record().orElseThrow(), null);
                }
                return removed;
            } catch (TokenStoreException e) {
                settings.tell(l -> l.sessionNotSaved(Optional.of(account), e));
                return true;
            }
        }

        private SignInRequiredException noSession() {
            memory.forget(account);
            return new SignInRequiredException(
                    "No session of this account in the token store; the user must sign in", null, null);
        }

        private SignInRequiredException outcomeUnknown(@Nullable OAuthException cause) {
            return new SignInRequiredException(
                    "A refresh token was sent, and nobody knows whether the server redeemed it; since it takes a"
                            + " second use for theft, the user must sign in",
                    null,
                    cause);
        }
    }

    /** Tells whether the server may have redeemed the token all the same. */
    private static boolean isUncertain(OAuthException e) {
        if (e instanceof InvalidResponseException) {
            // A redirect was an answer of somebody else, or of a server that did nothing.
            return !((InvalidResponseException) e).field().equals("status");
        }
        return e instanceof TemporaryFailureException
                && !((TemporaryFailureException) e).safeToRetry()
                && e.error()
                        .map(error -> error.status() == 408 || (error.status() >= 500 && error.status() != 503))
                        .orElse(true);
    }
}
