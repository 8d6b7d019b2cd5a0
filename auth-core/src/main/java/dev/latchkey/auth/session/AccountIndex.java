package dev.latchkey.auth.session;

import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * Finds sessions by a word of their accounts, the user name or the subject, without looking at all of them: one small record
 * for each session, in a partition that the word's hash names, under the session's own name. That of an entry by subject begins with
 * the hash of its issuer, so that whoever looks for those of other issuers need not read all.
 *
 * <p>An entry says no more than "look there": whoever follows it reads the session and compares. It is written after its
 * session and removed after it, so that one may be stale, and is then {@linkplain #tidy tidied}. Safe for use by any
 * number of threads.
 */
final class AccountIndex {

    private static final int ATTEMPTS = 10;
    // Of a hash in base64url, as every session's name is.
    private static final int SESSION_NAME = 43;
    private static final int ISSUER_NAME = 16;
    private static final byte[] POINTER = Json.write(Map.of("v", 1L));

    private final TokenStore store;
    private final String clientId;
    private final String name;
    private final Function<Account, Optional<String>> word;
    private final boolean byIssuer;
    // What the store would not take yet: written with the next use. One entry for each session.
    private final ConcurrentMap<StoreKey, Pending> pending = new ConcurrentHashMap<>();

    private AccountIndex(
            TokenStore store,
            String clientId,
            String name,
            Function<Account, Optional<String>> word,
            boolean byIssuer) {
        this.store = store;
        this.clientId = clientId;
        this.name = name;
        this.word = word;
        this.byIssuer = byIssuer;
    }

    /** By user name, whose case does not matter. */
    static AccountIndex ofUsernames(TokenStore store, String clientId) {
        return new AccountIndex(
                store, clientId, "usernames", account -> account.username().map(AccountIndex::lower), false);
    }

    /** By subject, at whatever issuer. */
    static AccountIndex ofSubjects(TokenStore store, String clientId) {
        return new AccountIndex(store, clientId, "subjects", account -> Optional.of(account.subject()), true);
    }

    static String lower(String username) {
        return username.toLowerCase(Locale.ROOT);
    }

    boolean finds(Account account, String wanted) {
        return word.apply(account).filter(wanted::equals).isPresent();
    }

    private StoreKey key(String wanted, Account account, StoreKey session) {
        return StoreKey.of(partition(wanted), issuerName(account.issuer()) + session.name());
    }

    private String issuerName(String issuer) {
        return byIssuer ? SessionKey.hash(List.of("issuer", issuer)).substring(0, ISSUER_NAME) : "";
    }

    /** The name of the session that an entry points to. */
    String sessionName(StoreKey entry) {
        return entry.name().substring(Math.max(0, entry.name().length() - SESSION_NAME));
    }

    /** Tells whether an entry points to a session at a certain issuer; only those by subject tell. */
    boolean isAt(String issuer, StoreKey entry) {
        return byIssuer && entry.name().startsWith(issuerName(issuer));
    }

    private String partition(String wanted) {
        return SessionKey.hash(List.of(name, clientId, wanted));
    }

    KeyPage page(String wanted, String cursor, int limit) throws TokenStoreException {
        writePending();
        return store.keys(partition(wanted), cursor, limit);
    }

    /** Whatever the store does, nothing is thrown: what it would not take is written with a later use. */
    void add(Account account, StoreKey session, Instant usableUntil) {
        String mine = word.apply(account).orElse(null);
        if (mine == null) {
            pending.remove(session);
            return;
        }
        Pending entry = new Pending(key(mine, account, session), usableUntil);
        pending.put(session, entry);
        if (isWritten(session, entry)) {
            writePending();
        }
    }

    void removed(Account account, StoreKey session, Check stale) {
        pending.remove(session);
        word.apply(account).ifPresent(mine -> tidy(key(mine, account, session), mine, stale));
    }

    // The first failure ends it: a store that is down is not asked once for each.
    private void writePending() {
        for (Map.Entry<StoreKey, Pending> each : pending.entrySet()) {
            if (!isWritten(each.getKey(), each.getValue())) {
                return;
            }
        }
    }

    /** Gives false if the entry stays pending: whoever needs the store now is told by what they do themselves. */
    private boolean isWritten(StoreKey session, Pending entry) {
        try {
            write(entry.key, StoreRecord.of(POINTER, entry.usableUntil));
            pending.remove(session, entry);
            return true;
        } catch (TokenStoreException | RuntimeException e) {
            return false;
        }
    }

    /** Writes an entry, over the one that may be there: with a new version, whoever is about to tidy the old one does not. */
    private void write(StoreKey key, StoreRecord pointer) throws TokenStoreException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            RecordVersion present = store.find(key).map(StoreEntry::version).orElse(RecordVersion.ABSENT);
            if (store.replace(key, present, pointer).isPresent()) {
                return;
            }
        }
        throw new TokenStoreException("Others kept writing the same index entry", null);
    }

    /**
     * Removes an entry if its session is not there or has another word: the entry's version first, then the session, so
     * that a sign-in between the two keeps its entry.
     */
    void tidy(StoreKey key, String wanted, Check stale) {
        try {
            StoreEntry entry = store.find(key).orElse(null);
            if (entry != null && stale.holds(wanted)) {
                store.remove(key, entry.version());
            }
        } catch (TokenStoreException | RuntimeException e) {
            // A stale entry is passed over anyway, and tidied another time.
            return;
        }
    }

    /** Removes the entry of a word that an account has no more. */
    void renamed(Account former, Account now, StoreKey session, Check stale) {
        word.apply(former)
                .filter(old -> !finds(now, old))
                .ifPresent(old -> tidy(key(old, former, session), old, stale));
    }

    /** Looks at the session itself. */
    @FunctionalInterface
    interface Check {

        boolean holds(String wanted) throws TokenStoreException;
    }

    private static final class Pending {

        private final StoreKey key;
        private final Instant usableUntil;

        Pending(StoreKey key, Instant usableUntil) {
            this.key = key;
            this.usableUntil = usableUntil;
        }
    }
}
