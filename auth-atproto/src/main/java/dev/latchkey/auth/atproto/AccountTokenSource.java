package dev.latchkey.auth.atproto;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.exchange.IssuersNonces;
import dev.latchkey.auth.exchange.Nonces;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tokens of one account, by whatever client its server has at the moment. */
final class AccountTokenSource implements TokenSource, IssuersNonces {

    private final ServerClients clients;
    private final Account account;
    private final Runnable check;

    AccountTokenSource(ServerClients clients, Account account) {
        this(clients, account, () -> {});
    }

    private AccountTokenSource(ServerClients clients, Account account, Runnable check) {
        this.clients = clients;
        this.account = account;
        this.check = check;
    }

    /** Gives the same tokens to one who has something to see to between having a token, which may take a refresh, and using it. */
    AccountTokenSource checkedBy(Runnable check) {
        return new AccountTokenSource(clients, account, check);
    }

    private <T> T with(Function<TokenSource, T> work) {
        return clients.with(account.issuer(), client -> work.apply(tokens(client)));
    }

    private TokenSource tokens(OAuthClient client) {
        return client.tokens(account, Scopes.NONE);
    }

    @Override
    public AccessToken token() {
        return with(TokenSource::token);
    }

    @Override
    public TokenResult get(TokenOptions options) {
        TokenResult result = with(tokens -> tokens.get(options));
        check.run();
        return result;
    }

    @Override
    public CompletableFuture<TokenResult> getAsync(TokenOptions options) {
        return clients.start(account.issuer(), client -> tokens(client).getAsync(options));
    }

    @Override
    public void rejected(AccessToken token) {
        with(tokens -> {
            tokens.rejected(token);
            return Boolean.TRUE;
        });
    }

    @Override
    public Optional<HttpTransport> transport() {
        return with(TokenSource::transport);
    }

    @Override
    public @Nullable Nonces nonces() {
        OAuthClient client = clients.known(account.issuer());
        return client == null ? null : ((IssuersNonces) tokens(client)).nonces();
    }

    @Override
    public String toString() {
        return "TokenSource[" + account.subject() + "]";
    }
}
