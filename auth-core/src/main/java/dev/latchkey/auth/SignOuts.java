package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Revocations;
import dev.latchkey.auth.session.AccountRecords;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.session.SessionRecord;
import dev.latchkey.auth.session.SessionRemoval;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.session.TokenMemory;
import dev.latchkey.auth.token.AccessToken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Signs out: first the store, which ends the session on every node, then memory and index, and only then the server, which
 * may not answer.
 */
final class SignOuts {

    private final Settings settings;
    private final ServerDirectory directory;
    private final RevocationEndpoint endpoint;
    private final Bindings bindings;
    private final SignIns signIns;
    private final SessionStore store;
    private final AccountRecords accounts;
    private final TokenMemory memory;
    private final Waiting waiting;

    SignOuts(
            Settings settings,
            ServerDirectory directory,
            RevocationEndpoint endpoint,
            Bindings bindings,
            SignIns signIns,
            SessionStore store,
            AccountRecords accounts,
            TokenMemory memory,
            Waiting waiting) {
        this.settings = settings;
        this.directory = directory;
        this.endpoint = endpoint;
        this.bindings = bindings;
        this.signIns = signIns;
        this.store = store;
        this.accounts = accounts;
        this.memory = memory;
        this.waiting = waiting;
    }

    SignOutResult signOut(Account account, SignOut how) {
        AuthorizationServerMetadata known = how == SignOut.HERE ? null : directory.atHand();
        if (known != null) {
            requireServed(known, account);
        }
        // Two flights: however long the server takes, the session has ended by then, and the caller is told so.
        SessionRemoval removal = waiting.repeatably(() -> remove(account));
        if (how == SignOut.HERE) {
            return SignOutResult.of(removal.hasRemoved(), Revocation.NOT_ASKED);
        }
        return SignOutResult.of(removal.hasRemoved(), revoke(account, removal));
    }

    private SessionRemoval remove(Account account) {
        SessionKey key = signIns.key(account);
        SessionRemoval removal = SessionRemoval.of(store, key);
        memory.forget(account);
        Account stored = removal.record().flatMap(SessionRecord::account).orElse(account);
        accounts.removed(stored);
        if (removal.hasRemoved()) {
            settings.tell(listener -> listener.signedOut(stored));
        }
        return removal;
    }

    private Revocation revoke(Account account, SessionRemoval removal) {
        try {
            return waiting.repeatably(() -> atServer(account, removal));
        } catch (OAuthException e) {
            return endpoint.failed(account, e);
        }
    }

    private Revocation atServer(Account account, SessionRemoval removal) {
        if (!removal.hasRemoved()) {
            return Revocation.NOTHING;
        }
        SessionRecord session = removal.record()
                .orElseThrow(() -> new ConfigurationException(
                        "store", "the session's record was damaged, so that its tokens could not be revoked"));
        requireServed(directory.metadata(), account);
        TokenBinding binding = bindings.restore(session.binding().orElse(null));
        List<Parameters> tokens = tokens(session, removal);
        Revocation worst = tokens.isEmpty() ? Revocation.NOTHING : Revocation.DONE;
        for (Parameters token : tokens) {
            Revocation each = endpoint.revoke(token, account, binding);
            worst = each.outcome().compareTo(worst.outcome()) > 0 ? each : worst;
        }
        return worst;
    }

    /** With a refresh token its access tokens end too (RFC 7009 §2.1), so that one request is enough. */
    private List<Parameters> tokens(SessionRecord session, SessionRemoval removal) {
        if (session.refreshToken().isPresent()) {
            return List.of(Revocations.parameters(session.refreshToken().get()));
        }
        Instant now = settings.clock.instant();
        List<Parameters> valid = new ArrayList<>();
        for (AccessToken token : removal.accessTokens()) {
            if (token.expiresAt().map(now::isBefore).orElse(true)) {
                valid.add(Revocations.parameters(token));
            }
        }
        return valid;
    }

    // One store may hold the sessions of several servers: a token goes to the one that it came from.
    private void requireServed(AuthorizationServerMetadata server, Account account) {
        if (!settings.profile.serves(server, account)) {
            throw new ConfigurationException(
                    "account",
                    "is of " + account.issuer() + ", and this client is one of " + server.issuer()
                            + "; nothing was sent");
        }
    }
}
