package dev.latchkey.auth.server;

import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.util.Optional;

/**
 * Finds out elsewhere whether an authorization server may speak for an account, where the server's own word is not enough.
 *
 * <p>It is asked on a flight's thread, before a lease is taken and before anything is sent or kept. Implementations may block,
 * within the client's time-out, and are safe for use by any number of threads at once.
 */
@FunctionalInterface
public interface AccountCheck {

    /**
     * Asks whether a server may speak for an account.
     *
     * @param account who signed in
     * @param server the server that says so
     * @return why it may not, in words for a message: the tokens are then revoked and the session ends. Nothing if it may
     * @throws dev.latchkey.auth.error.OAuthException if that cannot be found out now: then nothing is refreshed, and the
     *     session stays
     */
    Optional<String> contradiction(Account account, AuthorizationServerMetadata server);
}
