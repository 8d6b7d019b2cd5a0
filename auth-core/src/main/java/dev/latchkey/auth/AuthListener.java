package dev.latchkey.auth;

import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.token.Scopes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Is told what a client does. Every event has a default that does nothing; none carries a secret.
 *
 * <p>Events come on the thread that does the work, so an implementation must return quickly and be safe for use by any
 * number of threads. What it throws is dropped. A token that was at hand is no event: that path costs nothing.
 */
public interface AuthListener {

    /**
     * A server's metadata was fetched.
     *
     * @param issuer the issuer
     * @param took how long it took
     */
    default void metadataFetched(String issuer, Duration took) {}

    /**
     * A browser is about to be sent to a server.
     *
     * @param issuer the server's issuer
     * @param scopes what is asked for
     */
    default void authorizationStarted(String issuer, Scopes scopes) {}

    /**
     * An authorization request was pushed to its server (RFC 9126), which took it.
     *
     * @param issuer the server's issuer
     * @param took how long it took
     */
    default void requestPushed(String issuer, Duration took) {}

    /**
     * An account was found by its name, where a protocol looks accounts up, as the AT Protocol does.
     *
     * @param name the handle or the DID
     * @param remembered whether it had been found lately, so that nobody was asked
     * @param took how long it took
     */
    default void identityResolved(String name, boolean remembered, Duration took) {}

    /**
     * A callback was refused before any code was sent.
     *
     * @param reason why
     */
    default void callbackRefused(OAuthException reason) {}

    /**
     * Somebody signed in, and the session is in the store.
     *
     * @param account who
     */
    default void signedIn(Account account) {}

    /**
     * A token endpoint granted tokens.
     *
     * @param grantType the grant
     * @param issuer the server's issuer
     * @param scopes what was granted
     * @param expiresAt when the access token expires, or nothing if the server did not say
     * @param took how long the exchange took
     */
    default void tokenGranted(
            String grantType, String issuer, Scopes scopes, Optional<Instant> expiresAt, Duration took) {}

    /**
     * A token endpoint granted nothing, or could not be reached.
     *
     * @param grantType the grant
     * @param issuer the server's issuer
     * @param reason why
     */
    default void tokenFailed(String grantType, String issuer, OAuthException reason) {}

    /**
     * A session could not be written to the store after the server had granted its tokens. They are kept in memory and
     * writing is tried again with the next use; if the process ends before, a rotated refresh token is lost.
     *
     * @param account whose session, or nothing for the application's own
     * @param reason what the store said
     */
    default void sessionNotSaved(Optional<Account> account, Exception reason) {}

    /**
     * A session's refresh token is of no use any more, and was dropped from the store. Told once, by the node that found
     * out.
     *
     * @param account whose session
     * @param reason why
     */
    default void sessionEnded(Account account, OAuthException reason) {}

    /**
     * Somebody signed out, and the session is not in the store any more.
     *
     * @param account who
     */
    default void signedOut(Account account) {}

    /**
     * A token could not be revoked: it may still be good at the server.
     *
     * @param account whose session it was of, or nothing for a token that the application brought
     * @param reason why
     */
    default void revocationFailed(Optional<Account> account, OAuthException reason) {}

    /**
     * A session's record cannot be read, because it is damaged or a newer release's, and was left out of a list of
     * accounts.
     *
     * @param key where the store has it
     */
    default void sessionUnreadable(StoreKey key) {}
}
