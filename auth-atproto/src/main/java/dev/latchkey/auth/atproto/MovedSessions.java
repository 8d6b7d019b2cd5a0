package dev.latchkey.auth.atproto;

import dev.latchkey.auth.AuthListener;
import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AccountCheck;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Checks accounts, and ends what an account has left behind: a session at another issuer is another session, which no sign-in replaces
 * and which would live on at a server that speaks for nobody any more. In the background: whoever signs in does not wait for it.
 */
final class MovedSessions implements AccountCheck {

    private final ServerBook book;
    private final ServerClients clients;
    private final Consumer<Consumer<AuthListener>> listener;
    private final Consumer<Account> forget;

    MovedSessions(
            ServerBook book,
            ServerClients clients,
            Consumer<Consumer<AuthListener>> listener,
            Consumer<Account> forget) {
        this.book = book;
        this.clients = clients;
        this.listener = listener;
        this.forget = forget;
    }

    @Override
    public Optional<String> contradiction(Account account, AuthorizationServerMetadata server) {
        Optional<String> contradiction = book.contradiction(account, server);
        if (contradiction.isEmpty()) {
            book.formerIssuer(account)
                    .map(issuer -> Account.of(issuer, account.subject()).withSession(account.session()))
                    .ifPresent(former -> end(former, server));
        }
        return contradiction;
    }

    private void end(Account former, AuthorizationServerMetadata server) {
        forget.accept(former);
        try {
            var unused = clients.start(former.issuer(), client -> client.async().remove(former, SignOut.AND_AT_SERVER))
                    .thenAccept(result -> tell(former, server, result));
        } catch (OAuthException e) {
            // All is being closed. The session ends at its own next refresh at the latest.
            return;
        }
    }

    private void tell(Account former, AuthorizationServerMetadata server, SignOutResult result) {
        if (result.wasSignedIn()) {
            SignInRequiredException reason = new SignInRequiredException(
                    "the account " + former.subject() + " has moved to where " + server.issuer() + " speaks for it",
                    null,
                    null);
            listener.accept(each -> each.sessionEnded(former, reason));
        }
    }
}
