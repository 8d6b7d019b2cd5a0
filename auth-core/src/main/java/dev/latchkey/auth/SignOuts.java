package dev.latchkey.auth;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.session.AccountRecords;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.session.SessionRecord;
import dev.latchkey.auth.session.SessionRemoval;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.session.TokenMemory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Signs out: first the store, which ends the session on every node, then memory and index, and only then the server, which
 * may not answer. Once begun it goes on by itself to its end, so that a slow store costs nobody the revocation; and a store
 * that fails does not keep the server from hearing of it.
 */
final class SignOuts {

    private final Settings settings;
    private final ServerDirectory directory;
    private final RevocationEndpoint endpoint;
    private final SessionEndings endings;
    private final SignIns signIns;
    private final SessionStore store;
    private final AccountRecords accounts;
    private final TokenMemory memory;
    private final Waiting waiting;
    private final ConcurrentMap<List<Object>, Departure> underWay = new ConcurrentHashMap<>();

    SignOuts(
            Settings settings,
            ServerDirectory directory,
            RevocationEndpoint endpoint,
            SessionEndings endings,
            SignIns signIns,
            SessionStore store,
            AccountRecords accounts,
            TokenMemory memory,
            Waiting waiting) {
        this.settings = settings;
        this.directory = directory;
        this.endpoint = endpoint;
        this.endings = endings;
        this.signIns = signIns;
        this.store = store;
        this.accounts = accounts;
        this.memory = memory;
        this.waiting = waiting;
    }

    SignOutResult signOut(Account account, SignOut how) {
        Departure departure = depart(account, how);
        // Two waits: however long the server takes, the session has ended by then, and the caller is told so.
        SessionRemoval removal = waiting.patiently(departure.removed);
        return result(removal, revocation(account, departure));
    }

    /** Signs out without waiting. */
    CompletableFuture<SignOutResult> start(Account account, SignOut how) {
        Departure departure = depart(account, how);
        CompletableFuture<Revocation> told = departure.revoked.exceptionally(e -> {
            Throwable reason = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            if (reason instanceof OAuthException) {
                return endpoint.failed(account, (OAuthException) reason);
            }
            throw new CompletionException(reason);
        });
        return departure.removed.thenCombine(told, SignOuts::result);
    }

    private static SignOutResult result(SessionRemoval removal, Revocation revocation) {
        if (removal.failure().isPresent()) {
            throw stillThere(removal.failure().get(), revocation);
        }
        return SignOutResult.of(removal.hasRemoved(), revocation);
    }

    /** Whoever signs out once more, because the store was slow, joins the sign-out that is under way. */
    private Departure depart(Account account, SignOut how) {
        AuthorizationServerMetadata known = how == SignOut.HERE ? null : directory.atHand();
        if (known != null) {
            requireServed(known, account);
        }
        Departure mine = new Departure();
        List<Object> key = List.of(account, how);
        Departure theirs = underWay.putIfAbsent(key, mine);
        if (theirs != null) {
            return theirs;
        }
        // One flight: what is to be revoked is revoked, although nobody may be waiting for a slow store any more.
        var flight = waiting.start(() -> {
            SessionRemoval removal = remove(account);
            if (how == SignOut.HERE) {
                underWay.remove(key, mine);
            }
            mine.removed.complete(removal);
            Revocation revocation = how == SignOut.HERE ? Revocation.NOT_ASKED : atServer(account, removal);
            // Whoever asks after its end has a sign-out of his own.
            underWay.remove(key, mine);
            return mine.revoked.complete(revocation);
        });
        var unused = flight.whenComplete((done, e) -> {
            if (e != null) {
                // It may never have begun.
                underWay.remove(key, mine);
                mine.removed.completeExceptionally(e);
                mine.revoked.completeExceptionally(e);
            }
        });
        return mine;
    }

    private SessionRemoval remove(Account account) {
        SessionKey key = signIns.key(account);
        SessionRemoval removal = SessionRemoval.of(store, key);
        if (removal.failure().isPresent()) {
            return removal;
        }
        memory.forget(account);
        Account stored = removal.record().flatMap(SessionRecord::account).orElse(account);
        accounts.removed(stored);
        if (removal.hasRemoved()) {
            settings.tell(listener -> listener.signedOut(stored));
        }
        return removal;
    }

    private Revocation revocation(Account account, Departure departure) {
        try {
            return waiting.patiently(departure.revoked);
        } catch (OAuthException e) {
            return endpoint.failed(account, e);
        }
    }

    /** The session may go on here, which must not look like a sign-out, whatever became of its tokens at the server. */
    private static TemporaryFailureException stillThere(TemporaryFailureException failure, Revocation revocation) {
        if (revocation.outcome() == Revocation.Outcome.NOT_ASKED) {
            return failure;
        }
        return new TemporaryFailureException(
                failure.getMessage()
                        + (revocation.isDone()
                                ? ". Its tokens were revoked at the server"
                                : ". Its tokens were not revoked at the server (" + revocation.outcome() + ")"),
                failure.safeToRetry(),
                null,
                failure.getCause());
    }

    private Revocation atServer(Account account, SessionRemoval removal) {
        if (!removal.hasRemoved() && removal.failure().isEmpty()) {
            return Revocation.NOTHING;
        }
        SessionRecord session = removal.record()
                .orElseThrow(() -> new ConfigurationException(
                        "store", "the session's record was damaged, so that its tokens could not be revoked"));
        AuthorizationServerMetadata server = directory.metadata();
        requireServed(server, account);
        return endings.end(session, account, server);
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

    /** A sign-out under way: its two outcomes. */
    private static final class Departure {

        private final CompletableFuture<SessionRemoval> removed = new CompletableFuture<>();
        private final CompletableFuture<Revocation> revoked = new CompletableFuture<>();
    }
}
