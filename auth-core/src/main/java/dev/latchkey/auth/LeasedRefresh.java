package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.exchange.BackChannel;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Revocations;
import dev.latchkey.auth.server.UncertainRefresh;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.session.Found;
import dev.latchkey.auth.session.Lease;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.session.SessionRecord;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.session.TokenMemory;
import dev.latchkey.auth.session.Written;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A refresh whose lease was won: the token is sent once, and whatever comes of it is written down before anybody is told.
 *
 * <p>The record may move on meanwhile: somebody signs in anew, signs out, or breaks a lease that ran out. What is written
 * here is for the session whose refresh token was sent, and for no other.
 */
final class LeasedRefresh {

    // How long a grant that the server will not accept any more is not asked for again.
    private static final Duration REMEMBERED = Duration.ofSeconds(10);
    private static final int LOOKS = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

    // The checks of a refreshed ID token that say whose it is (OpenID Connect Core §12.2).
    private static final Set<String> SOMEBODY_ELSE = Set.of("iss", "sub", "aud");

    private final AccountTokens client;
    private final Settings settings;
    private final SessionStore store;
    private final Account account;
    private final AskedFor asked;
    private final SessionKey key;
    private final TokenMemory.Slot slot;
    private final AuthorizationServerMetadata server;
    private final Found leased;
    private final SessionRecord session;
    private final @Nullable TokenBinding binding;

    LeasedRefresh(
            AccountTokens client,
            Account account,
            AskedFor asked,
            SessionKey key,
            TokenMemory.Slot slot,
            AuthorizationServerMetadata server,
            Found leased,
            @Nullable TokenBinding binding) {
        this.client = client;
        this.settings = client.settings;
        this.store = client.store;
        this.account = account;
        this.asked = asked;
        this.key = key;
        this.slot = slot;
        this.server = server;
        this.leased = leased;
        this.session = leased.record().orElseThrow();
        this.binding = binding;
    }

    /**
     * Sends the refresh token.
     *
     * @param rebound what is to be kept of the session's binding if the server accepts it, if not the same as before
     * @return the token, or null if the session has moved on, so that it is to be looked at again
     */
    @Nullable
    TokenResult send(TokenEndpoint.Prepared request, Optional<byte[]> rebound) {
        TokenResponse response;
        try {
            response = client.tokenEndpoint.send(request);
        } catch (Throwable e) {
            if (request.isRefused()) {
                // The refresh token is used up, and what came for it is revoked: sent again it would look like a theft.
                // Dropped first, since
                // another node may think so when the lease is over, and revoking takes its time.
                Dropped dropped = drop(true);
                client.memory.forget(account);
                client.tokenEndpoint.revokeRefused(request);
                if (e instanceof OAuthException && dropped == Dropped.WHOLLY) {
                    settings.tell(listener -> listener.sessionEnded(account, (OAuthException) e));
                }
            } else if (BackChannel.isUncertain(e)) {
                Lease mine = session.lease().orElseThrow();
                if (!client.mayFollow(session, mine.attempts())) {
                    return endUncertain(e);
                }
                // Where nobody counts such attempts, none is left behind.
                mark(settings.profile.uncertainRefresh() == UncertainRefresh.RETRY_ALWAYS ? null : mine.ended());
            } else if (e instanceof SignInRequiredException
                    && ((SignInRequiredException) e)
                            .error()
                            .filter(settings.profile::endsSession)
                            .isPresent()) {
                return end((SignInRequiredException) e);
            } else {
                release();
            }
            throw e;
        }
        return accept(response, rebound);
    }

    /** Gives the lease back, since the server did nothing under it, if nobody has broken it. */
    void release() {
        mark(session.lease().orElseThrow().undone());
    }

    /**
     * Ends the session because its refresh token was sent too often without anybody knowing what came of it.
     *
     * @return null if the session has moved on, so that it is to be looked at again
     */
    @Nullable
    TokenResult endUncertain(@Nullable Throwable cause) {
        return end(new SignInRequiredException(
                "A refresh token was sent, and nobody knows whether the server redeemed it; since it may take a"
                        + " further use for theft, the user must sign in",
                null,
                cause));
    }

    /**
     * Ends a session whose server may not speak for its account any more; nothing was sent.
     *
     * @return null if the session has moved on, so that it is to be looked at again
     */
    @Nullable
    TokenResult endDisowned(RefreshToken refreshToken, String contradiction) {
        Dropped dropped = drop(true);
        if (dropped == Dropped.MOVED_ON) {
            return null;
        }
        client.memory.forget(account);
        var unused = client.revocations.revoke(Revocations.parameters(refreshToken), account, binding);
        SignInRequiredException reason =
                new SignInRequiredException("sub: " + contradiction + "; the user must sign in", null, null);
        if (dropped != Dropped.NOT) {
            settings.tell(listener -> listener.sessionEnded(account, reason));
        }
        throw reason;
    }

    private SessionRecord withNonce(SessionRecord record, Optional<byte[]> rebound) {
        SessionRecord bound = record.withBinding(rebound);
        return client.tokenEndpoint
                .forms()
                .nonce(server, binding)
                .map(bound::withServerNonce)
                .orElse(bound);
    }

    private @Nullable TokenResult accept(TokenResponse response, Optional<byte[]> rebound) {
        try {
            client.signIns.checkRefreshed(server, response, session);
        } catch (Throwable e) {
            if (e instanceof InvalidResponseException
                    && SOMEBODY_ELSE.contains(((InvalidResponseException) e).field())) {
                // Nothing of somebody else's tokens is kept, and the session has lost its own.
                var unused = drop(true);
                revoke(response);
                client.memory.forget(account);
                settings.tell(listener -> listener.sessionEnded(account, (InvalidResponseException) e));
            } else {
                // Keys that cannot be had, or a clock that is wrong: the tokens are not handed out.
                // But the old refresh token is dead already, and the access token too where there is one only.
                boolean one = settings.profile.hasOneAccessToken();
                tell(change(present -> withNonce(present.withRefreshTokenOf(response, !one), rebound)));
                if (one) {
                    client.memory.forget(account);
                }
            }
            throw e;
        }
        Instant now = settings.clock.instant();
        AtomicBoolean isReplaced = new AtomicBoolean();
        Written written = store.change(
                key,
                leased,
                present -> {
                    // By its key, which every sign-in makes anew: another refresh token may be this very session's.
                    isReplaced.set(!present.binding().equals(session.binding())
                            && !present.binding()
                                    .equals(session.withBinding(rebound).binding())
                            && !present.refreshToken().equals(response.refreshToken()));
                    return change(present, record -> withNonce(record.with(asked, response, now), rebound));
                },
                false);
        tell(written);
        if (!written.isCurrent() && !written.isGone()) {
            // Of the newer session nothing is this attempt's but perhaps its mark.
            release();
            if (settings.profile.revokesReplacedSessions() && isReplaced.get()) {
                // What the sign-in has revoked was used up by then. Whoever waits gets a token of the newer session.
                revoke(response);
                return null;
            }
        }
        if (written.isGone()) {
            // Somebody signed out while the server answered. What it granted since is dropped, and not revoked: a
            // sign-out may have been meant for here alone, and revoking can end more at the server than this. Where a
            // session
            // is these tokens and nothing else, nobody has them any more.
            if (settings.profile.hasOneAccessToken()) {
                revoke(response);
            }
            throw client.noSession(account);
        }
        if (written.failure().isPresent() && !settings.profile.holdsUnsavedSessions()) {
            throw givenUp(response, written.failure().get());
        }
        return client.shelf.fromServer(
                slot,
                asked,
                response,
                now,
                response.refreshToken().isPresent() || session.refreshToken().isPresent(),
                written,
                binding);
    }

    /** The store did not take the new refresh token, and the profile would rather have none than an unsaved one. */
    private SignInRequiredException givenUp(TokenResponse response, TokenStoreException failure) {
        store.dropHeld(key, leased);
        revoke(response);
        var unused = drop(true);
        client.memory.forget(account);
        SignInRequiredException reason = new SignInRequiredException(
                "The token store did not take the session's new refresh token (" + failure.getMessage()
                        + "), which was revoked therefore; the user must sign in",
                null,
                failure);
        settings.tell(listener -> listener.sessionEnded(account, reason));
        return reason;
    }

    private void revoke(TokenResponse response) {
        // Told to the listener if it fails; nothing more can be done.
        var unused = client.revocations.revoke(Revocations.of(response), account, binding);
    }

    /**
     * Tells whether a record is this attempt's still. If somebody has broken its lease, that one may have redeemed the token
     * just now, and writes what came of it.
     */
    private boolean isStillThis(SessionRecord present) {
        return present.continues(session) && present.lease().equals(session.lease());
    }

    /** Changes the record, unless somebody has signed in anew since the lease: then the newer session stays. */
    private Written change(UnaryOperator<SessionRecord> change) {
        return store.change(key, leased, present -> change(present, change), false);
    }

    private SessionRecord change(SessionRecord present, UnaryOperator<SessionRecord> change) {
        return present.continues(session)
                ? change.apply(present).withoutLease(session.lease().orElseThrow())
                : present;
    }

    /** Puts another mark in the place of this lease, if nobody has broken it. */
    private void mark(@Nullable Lease instead) {
        Optional<Lease> mine = session.lease();
        tell(store.change(
                key,
                leased,
                present -> {
                    if (!present.lease().equals(mine)) {
                        return present;
                    }
                    // Of a newer session nothing is this attempt's but its mark.
                    return present.withLease(present.continues(session) ? instead : null);
                },
                false));
    }

    private void tell(Written written) {
        written.failure().ifPresent(reason -> settings.tell(l -> l.sessionNotSaved(Optional.of(account), reason)));
    }

    /**
     * Drops a refresh token that is of no use any more, and no other, and throws; once, whoever asks.
     *
     * @return null if the session has moved on, so that it is to be looked at again
     */
    private @Nullable TokenResult end(SignInRequiredException reason) {
        // Where a session has one access token, that one has gone with it.
        boolean everything = settings.profile.hasOneAccessToken();
        Dropped dropped = drop(everything);
        if (dropped == Dropped.MOVED_ON) {
            return null;
        }
        if (everything) {
            client.memory.forget(account);
        }
        if (dropped != Dropped.IN_PART) {
            // Nothing valid is left, so that nobody need look again for a while.
            slot.bury(reason, settings.clock.millis(), REMEMBERED);
        }
        if (dropped != Dropped.NOT) {
            settings.tell(listener -> listener.sessionEnded(account, reason));
        }
        throw reason;
    }

    /** What became of dropping a refresh token. */
    private enum Dropped {
        /** The record is gone. */
        WHOLLY,
        /** The record has valid access tokens still, and keeps them. */
        IN_PART,
        /** The session has moved on: what is there now is another's. */
        MOVED_ON,
        /** The store failed. */
        NOT
    }

    /**
     * Drops the refresh token that was sent. Whoever loses against another write looks again: only if the session has
     * moved on is there nothing to drop.
     */
    private Dropped drop(boolean everything) {
        Found now = leased;
        TokenStoreException failure = null;
        for (int look = 0; look < LOOKS; look++) {
            Instant instant = settings.clock.instant();
            boolean whole = everything
                    || now.record().orElseThrow().withoutRefreshToken(instant).isEmpty();
            try {
                if (whole && store.remove(key, now)) {
                    client.signIns.ended(now.record().orElseThrow(), null);
                    return Dropped.WHOLLY;
                }
            } catch (TokenStoreException e) {
                failure = e;
                settings.pause.atMost(FIRST_PAUSE.multipliedBy(1L << look));
            }
            if (!whole) {
                Written written = store.change(
                        key,
                        now,
                        present -> isStillThis(present) ? present.withoutRefreshToken(instant) : present,
                        false);
                tell(written);
                if (written.isCurrent()) {
                    SessionRecord rest = now.record().orElseThrow().withoutRefreshToken(instant);
                    client.signIns.ended(rest, rest);
                }
                return written.isCurrent() ? Dropped.IN_PART : Dropped.MOVED_ON;
            }
            try {
                now = store.find(key);
            } catch (OAuthException e) {
                // The store, again: it is looked at once more.
                continue;
            }
            if (now.record().filter(this::isStillThis).isEmpty()) {
                // With its answer lost, the removal may have been our own; whoever else it was has told too.
                return failure != null && now.record().isEmpty() ? Dropped.WHOLLY : Dropped.MOVED_ON;
            }
        }
        TokenStoreException reason =
                failure == null ? new TokenStoreException("Others kept writing the same session", null) : failure;
        settings.tell(l -> l.sessionNotSaved(Optional.of(account), reason));
        return Dropped.NOT;
    }
}
