package dev.latchkey.auth;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.session.SessionRecord;
import dev.latchkey.auth.session.Written;
import java.util.concurrent.Semaphore;

/**
 * Ends, at servers whose profile wants it, the session in whose place a new sign-in was written. In the background: what becomes of
 * it is told to the listener, and whoever signed in does not wait for it.
 */
final class ReplacedSessions {

    // Of one server, which may be one that takes half a minute over each.
    private static final int MOST = 16;

    private final Settings settings;
    private final SessionEndings endings;
    private final RevocationEndpoint endpoint;
    private final Waiting waiting;
    private final Semaphore free = new Semaphore(MOST);

    ReplacedSessions(Settings settings, SessionEndings endings, RevocationEndpoint endpoint, Waiting waiting) {
        this.settings = settings;
        this.endings = endings;
        this.endpoint = endpoint;
        this.waiting = waiting;
    }

    /**
     * Starts to end what a sign-in has replaced, if it has replaced anything.
     *
     * @param server the server that both are of
     * @param account whose sessions they are
     * @param signedIn the new session
     * @param written what became of writing it
     */
    void end(AuthorizationServerMetadata server, Account account, SessionRecord signedIn, Written written) {
        SessionRecord former = written.replaced().orElse(null);
        // What is held in memory alone may be lost, and then the store's is the session still.
        if (former == null
                || former.isEmpty()
                || written.failure().isPresent()
                || !settings.profile.revokesReplacedSessions()
                || shareTokens(former, signedIn)) {
            return;
        }
        if (!free.tryAcquire()) {
            failed(
                    account,
                    new TemporaryFailureException(
                            "More than " + MOST + " replaced sessions are being revoked; this one was not",
                            true,
                            null,
                            null));
            return;
        }
        var unused = waiting.start(() -> endings.end(former, account, server)).whenComplete((revocation, failure) -> {
            free.release();
            // A revocation that failed has been told of.
            if (failure != null) {
                failed(account, failure);
            }
        });
    }

    // Of a server that gives the same grant's tokens again, the new session would end with the old one.
    private static boolean shareTokens(SessionRecord former, SessionRecord signedIn) {
        return former.refreshToken()
                        .filter(token ->
                                signedIn.refreshToken().filter(token::equals).isPresent())
                        .isPresent()
                || former.accessTokens().stream().anyMatch(signedIn.accessTokens()::contains);
    }

    private void failed(Account account, Throwable failure) {
        OAuthException reason = failure instanceof OAuthException
                ? (OAuthException) failure
                : new ConfigurationException(
                        "client",
                        "something that it was built with threw "
                                + failure.getClass().getName() + "; the replaced session was not revoked",
                        null,
                        failure);
        var unused = endpoint.failed(account, reason);
    }
}
