package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.server.AccountCheck;
import dev.latchkey.auth.server.ServerProfile;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One authorization server of the AT Protocol; or all of them, as far as nothing is sent. */
final class AtprotoServer implements ServerProfile {

    private final Discovery discovery;
    private final AccountCheck check;
    private final boolean everywhere;

    private AtprotoServer(Supplier<AuthorizationServerMetadata> metadata, AccountCheck check, boolean everywhere) {
        // Whatever this client began may be completed here: the core sends the code to the server that it began at, and
        // compares iss with that one's.
        this.discovery = Discovery.by(metadata, issuer -> true, "a server of the AT Protocol");
        this.check = check;
        this.everywhere = everywhere;
    }

    static AtprotoServer of(Supplier<AuthorizationServerMetadata> metadata, AccountCheck check) {
        return new AtprotoServer(metadata, check, false);
    }

    static AtprotoServer everywhere(AccountCheck check) {
        AuthorizationServerMetadata nowhere = AuthorizationServerMetadata.builder("https://everywhere.invalid")
                .build();
        return new AtprotoServer(() -> nowhere, check, true);
    }

    @Override
    public Discovery discovery() {
        return discovery;
    }

    @Override
    public Optional<AccountCheck> accountCheck() {
        return Optional.of(check);
    }

    @Override
    public boolean serves(AuthorizationServerMetadata server, Account account) {
        return everywhere || server.issuer().equals(account.issuer());
    }

    @Override
    public boolean namesAccountsWithoutIdToken() {
        return true;
    }

    @Override
    public boolean hasOneAccessToken() {
        return true;
    }

    @Override
    public boolean revokesReplacedSessions() {
        return true;
    }

    @Override
    public boolean findsAccountsBySubject() {
        return true;
    }

    @Override
    public boolean requiresNonces() {
        return true;
    }

    @Override
    public Optional<Account> account(
            AuthorizationServerMetadata server, TokenResponse response, @Nullable IdTokenClaims claims) {
        return Optional.of(Account.of(server.issuer(), subject(server, response)));
    }

    @Override
    public void checkRefreshed(AuthorizationServerMetadata server, TokenResponse response, Account account) {
        if (!subject(server, response).equals(account.subject())) {
            throw new InvalidResponseException(
                    "sub", host(server), "of the refreshed tokens is not the account whose session it is");
        }
    }

    private static String subject(AuthorizationServerMetadata server, TokenResponse response) {
        Object scope = response.members().get("scope");
        if (!(scope instanceof String) || !Scopes.parse((String) scope).contains(Permission.ATPROTO.toString())) {
            throw new InvalidResponseException("scope", host(server), "must be there and contain atproto");
        }
        Object subject = response.members().get("sub");
        try {
            return Did.of(subject instanceof String ? (String) subject : "").toString();
        } catch (IllegalArgumentException e) {
            throw new InvalidResponseException("sub", host(server), "must be there and be a DID", null, e);
        }
    }

    private static String host(AuthorizationServerMetadata server) {
        String host = URI.create(server.issuer()).getHost();
        return host == null ? server.issuer() : host;
    }

    @Override
    public String toString() {
        return "AtprotoServer";
    }
}
