package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.RefreshTokenGrant;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.session.Found;
import dev.latchkey.auth.session.Lease;
import dev.latchkey.auth.session.LeaseWatch;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.session.SessionRecord;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.session.TokenMemory;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gets tokens of somebody who signed in: from the store, or by redeeming the session's refresh token, which only one
 * thread of one node does at a time.
 *
 * <p>The order is what keeps a rotated token safe. Everything that may fail without the server is done first, down to the
 * request that need only be sent. Then the lease is won by compare-and-set, which proves that the record is still what was
 * found, and marks the attempt. Then the request is sent, once, and what comes of it is a {@link LeasedRefresh}'s.
 */
final class AccountTokens {

    // How often a refresh that could not be sent in time is begun anew.
    private static final int BEGINNINGS = 3;

    final Settings settings;
    final TokenEndpoint tokenEndpoint;
    final SignIns signIns;
    final RevocationEndpoint revocations;
    final SessionStore store;
    final TokenMemory memory;
    final Shelf shelf;
    private final ServerDirectory directory;
    private final Bindings bindings;
    private final BooleanSupplier closed;
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
            Shelf shelf,
            BooleanSupplier closed) {
        this.settings = settings;
        this.directory = directory;
        this.tokenEndpoint = tokenEndpoint;
        this.signIns = signIns;
        this.bindings = bindings;
        this.revocations = revocations;
        this.store = store;
        this.memory = memory;
        this.shelf = shelf;
        this.closed = closed;
        this.me = settings.randomText();
    }

    /** Tells where the store has an account's session. */
    SessionKey key(Account account) {
        return signIns.key(account);
    }

    TokenResult get(Account account, AskedFor asked, TokenOptions options) {
        return new Request(account, asked, options).get();
    }

    /**
     * Tells whether a refresh token may be sent once more, although nobody knows what came of sending it.
     *
     * @param session the session
     * @param attempts how often it was sent that way
     */
    boolean mayFollow(SessionRecord session, int attempts) {
        switch (settings.profile.uncertainRefresh()) {
            case RETRY_ALWAYS:
                return true;
            case RETRY:
                // A server that was seen to leave this very token in use does not mind.
                return attempts < 2 || session.keepsRefreshToken();
            default:
                return attempts < 1;
        }
    }

    SignInRequiredException noSession(Account account) {
        memory.forget(account);
        return new SignInRequiredException(
                "No session of this account in the token store; the user must sign in", null, null);
    }

    /** One request for one token. */
    private final class Request {

        private final Account account;
        private final AskedFor asked;
        private final TokenOptions options;
        private final SessionKey key;
        private final TokenMemory.Slot slot;
        private final LeaseWatch watch = new LeaseWatch(settings.ticker, settings.random);
        private int beginnings;
        // The session's tokens at the first look, where a new one is wanted whatever there is.
        private @Nullable List<AccessToken> old;

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
            SessionRecord session = found.record().orElseThrow(() -> noSession(account));
            RefreshToken refreshToken = session.refreshToken().orElse(null);
            TokenResult kept = shelf.fromStore(slot, asked, found, wanted(session), refreshToken != null);
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
            OAuthException wish = slot.wish(settings.clock.millis());
            if (wish != null) {
                throw wish;
            }
            AuthorizationServerMetadata server = server();
            TokenBinding binding = bindings.restore(session.binding().orElse(null));
            Lease others = session.lease().orElse(null);
            if (others != null && isSomebodyAtIt(others) && !watch.hasExpired(found, others)) {
                waitForOthers();
                return null;
            }
            int attempts = others == null ? 0 : others.attempts();
            if (!mayFollow(session, attempts)) {
                return refresh(server, found, binding).endUncertain(null);
            }
            // Before the lease, since it asks others and may take long.
            String contradiction = signIns.contradiction(account, server);
            if (contradiction != null) {
                return refresh(server, found, binding).endDisowned(refreshToken, contradiction);
            }
            // The check may have found that the server's endpoints are elsewhere by now.
            AuthorizationServerMetadata checked =
                    settings.profile.accountCheck().isPresent() ? server() : server;
            return redeem(checked, found, refreshToken, binding, attempts);
        }

        /**
         * Tells what is wanted still: whoever demands a new token has it if another node wrote one since the first look. Claims
         * may be lacking in that one.
         */
        private TokenOptions wanted(SessionRecord session) {
            if (!options.forcesRefresh() || options.claims().isPresent()) {
                return options;
            }
            List<AccessToken> known = old;
            if (known == null) {
                old = session.accessTokens();
                return options;
            }
            return session.accessToken(asked, shelf::resource)
                    .filter(present -> !known.contains(present.token()))
                    .map(present -> TokenOptions.NONE.minimumValidity(options.minimumValidity()))
                    .orElse(options);
        }

        private AuthorizationServerMetadata server() {
            AuthorizationServerMetadata server = directory.metadata();
            // One store may hold the sessions of several servers: a refresh token goes to the one that it came from.
            if (!settings.profile.serves(server, account)) {
                throw new ConfigurationException(
                        "account",
                        "is of " + account.issuer() + ", and this client is one of " + server.issuer()
                                + "; nothing was sent");
            }
            return server;
        }

        private @Nullable TokenResult redeem(
                AuthorizationServerMetadata server,
                Found found,
                RefreshToken refreshToken,
                @Nullable TokenBinding binding,
                int attempts) {
            if (binding != null) {
                // Some servers use a refresh token up before they look at the nonce: the first proof should have it.
                found.record()
                        .flatMap(SessionRecord::serverNonce)
                        .ifPresent(nonce -> tokenEndpoint.forms().keptNonce(server, binding, nonce));
            }
            TokenEndpoint.Prepared request = tokenEndpoint.prepare(
                    server,
                    GrantWithClaims.of(RefreshTokenGrant.of(refreshToken, asked.scopes()), options),
                    asked.scopes(),
                    asked.options(),
                    binding);
            Optional<byte[]> rebound = bindings.saveRefreshed(binding);
            requireOpen();
            long begin = settings.ticker.getAsLong();
            Found leased = lease(found, attempts + 1);
            if (leased == null) {
                return null;
            }
            LeasedRefresh refresh = refresh(server, leased, binding);
            Duration took = Duration.ofNanos(settings.ticker.getAsLong() - begin);
            // Others count the lease's time from when they see it.
            if (took.compareTo(settings.timeout.dividedBy(2)) > 0 || !tokenEndpoint.isFresh(request)) {
                refresh.release();
                beginAgain(took);
                return null;
            }
            return refresh.send(request, rebound);
        }

        private LeasedRefresh refresh(
                AuthorizationServerMetadata server, Found leased, @Nullable TokenBinding binding) {
            return new LeasedRefresh(AccountTokens.this, account, asked, key, slot, server, leased, binding);
        }

        private boolean isSomebodyAtIt(Lease lease) {
            return lease.isUnderWay() && !lease.owner().startsWith(me);
        }

        private void waitForOthers() {
            requireOpen();
            try {
                settings.pause.pause(watch.pause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TemporaryFailureException(
                        "Interrupted while another node refreshes the session; nothing was sent", true, null, e);
            }
        }

        /** Whoever closes a client waits for leases that were taken before, and for no others. */
        private void requireOpen() {
            if (closed.getAsBoolean()) {
                throw new ConfigurationException("client", "is closed; nothing was sent");
            }
        }

        private void beginAgain(Duration took) {
            if (++beginnings == BEGINNINGS) {
                throw new TemporaryFailureException(
                        "The token store took " + took.toMillis()
                                + " ms to write a lease, which is too long to send the refresh token under it; nothing"
                                + " was sent",
                        true,
                        null,
                        null);
            }
        }

        private @Nullable Found lease(Found found, int attempts) {
            // Of this client all attempts for a session follow each other, but each is to be known again in the store.
            Lease mine = Lease.ofRefresh(me + "." + settings.randomText(), settings.timeout, attempts);
            try {
                return store.lease(key, found, mine).orElse(null);
            } catch (TokenStoreException e) {
                throw new TemporaryFailureException(
                        "The token store cannot be written (" + e.getMessage()
                                + "), and without its lease the refresh token is not redeemed; nothing was sent",
                        true,
                        null,
                        e);
            }
        }
    }
}
