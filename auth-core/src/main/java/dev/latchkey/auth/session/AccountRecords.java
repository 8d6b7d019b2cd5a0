package dev.latchkey.auth.session;

import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.store.UnreadableRecordException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The accounts that one client has in a store, all of them or those with a user name.
 *
 * <p>A session of another client, or with another kind of token binding, lies under another key and is none of them. Safe
 * for use by any number of threads.
 */
public final class AccountRecords {

    private final TokenStore store;
    private final String clientId;
    private final String binding;
    private final UsernameIndex index;
    // What the store would not take yet: written with the next use. One entry for each session.
    private final ConcurrentMap<StoreKey, Pending> pending = new ConcurrentHashMap<>();

    /**
     * Looks at the accounts of a client.
     *
     * @param store the store
     * @param clientId the client
     * @param binding the kind of token binding, empty without one
     */
    public AccountRecords(TokenStore store, String clientId, String binding) {
        this.store = store;
        this.clientId = clientId;
        this.binding = binding;
        this.index = new UsernameIndex(store, clientId);
    }

    /** Some of the accounts. Immutable. */
    public static final class Page {

        private final List<Account> accounts;
        private final @Nullable String next;

        Page(List<Account> accounts, @Nullable String next) {
            this.accounts = List.copyOf(accounts);
            this.next = next;
        }

        /**
         * Gives the accounts.
         *
         * @return the accounts, possibly none
         */
        public List<Account> accounts() {
            return accounts;
        }

        /**
         * Tells where the next page begins.
         *
         * @return the cursor, or nothing on the last page
         */
        public Optional<String> next() {
            return Optional.ofNullable(next);
        }
    }

    /**
     * Lists all accounts, a page at a time.
     *
     * @param cursor where to begin, or the empty string
     * @param limit how many records to look at, from 1 to 1,000
     * @param unreadable is told of records that cannot be read, which are left out
     * @return a page
     * @throws TokenStoreException if the store failed
     */
    public Page all(String cursor, int limit, Consumer<StoreKey> unreadable) throws TokenStoreException {
        KeyPage keys = store.keys(SessionKey.partitionOfAccounts(clientId), cursor, limit);
        List<Account> accounts = new ArrayList<>();
        for (StoreKey key : keys.keys()) {
            Account account = account(key, unreadable);
            if (account != null) {
                accounts.add(account);
            }
        }
        return new Page(accounts, keys.next().orElse(null));
    }

    /**
     * Lists the accounts with a user name, by its index.
     *
     * @param username the user name in any case
     * @param cursor where to begin, or the empty string
     * @param limit how many records to look at, from 1 to 1,000
     * @param unreadable is told of records that cannot be read, which are left out
     * @return a page
     * @throws TokenStoreException if the store failed
     */
    public Page named(String username, String cursor, int limit, Consumer<StoreKey> unreadable)
            throws TokenStoreException {
        writePending();
        KeyPage entries = index.page(username, cursor, limit);
        List<Account> accounts = new ArrayList<>();
        for (StoreKey entry : entries.keys()) {
            StoreKey session = StoreKey.of(SessionKey.partitionOfAccounts(clientId), entry.name());
            Account account = account(session, unreadable);
            if (account != null && isCalled(account, username)) {
                accounts.add(account);
            } else {
                tidy(username, session);
            }
        }
        return new Page(accounts, entries.next().orElse(null));
    }

    /**
     * Makes an account's session be found by its user name. Whatever the store does, nothing is thrown: what it would not
     * take is written with a later use.
     *
     * @param account who, with or without a user name
     * @param usableUntil when nothing in the session is of use any more
     */
    public void add(Account account, Instant usableUntil) {
        String username = account.username().orElse(null);
        StoreKey session = key(account);
        if (username == null) {
            pending.remove(session);
            return;
        }
        Pending entry = new Pending(username, usableUntil);
        pending.put(session, entry);
        if (write(session, entry)) {
            writePending();
        }
    }

    /**
     * Removes the index entry of a session that was removed.
     *
     * @param account who it was, as its record had it
     */
    public void removed(Account account) {
        pending.remove(key(account));
        account.username().ifPresent(username -> tidy(username, key(account)));
    }

    /**
     * Removes the index entry of a user name that an account has no more.
     *
     * @param former the account as it was
     * @param now the account as it is
     */
    public void renamed(Account former, Account now) {
        former.username().filter(name -> !isCalled(now, name)).ifPresent(name -> tidy(name, key(now)));
    }

    private StoreKey key(Account account) {
        return SessionKey.of(account, clientId, binding).storeKey();
    }

    private @Nullable Account account(StoreKey key, Consumer<StoreKey> unreadable) throws TokenStoreException {
        try {
            StoreRecord record = store.find(key).map(StoreEntry::record).orElse(null);
            return record == null || SessionCodec.isPlace(record.content()) ? null : decode(key, record, unreadable);
        } catch (UnreadableRecordException e) {
            unreadable.accept(key);
            return null;
        }
    }

    // One that cannot be read, a newer release's perhaps, is there.
    private boolean isGone(StoreKey key) throws TokenStoreException {
        try {
            return store.find(key).isEmpty();
        } catch (UnreadableRecordException e) {
            return false;
        }
    }

    /** The key is a hash of all that tells a session from others, so it also tells whether the session is this client's. */
    private @Nullable Account decode(StoreKey key, StoreRecord record, Consumer<StoreKey> unreadable) {
        SessionRecord session = SessionCodec.decode(record.content()).orElse(null);
        Account account = session == null ? null : session.account().orElse(null);
        if (account == null) {
            unreadable.accept(key);
            return null;
        }
        return key(account).equals(key) ? account : null;
    }

    // The first failure ends it: a store that is down is not asked once for each.
    private void writePending() {
        for (Map.Entry<StoreKey, Pending> each : pending.entrySet()) {
            if (!write(each.getKey(), each.getValue())) {
                return;
            }
        }
    }

    /** Gives false if the entry stays pending: whoever needs the store now is told by what they do themselves. */
    private boolean write(StoreKey session, Pending entry) {
        try {
            index.add(entry.username, session, entry.usableUntil);
            pending.remove(session, entry);
            return true;
        } catch (TokenStoreException | RuntimeException e) {
            return false;
        }
    }

    private void tidy(String username, StoreKey session) {
        try {
            index.tidy(username, session, () -> {
                Account account = account(session, nobody -> {});
                return account == null ? isGone(session) : !isCalled(account, username);
            });
        } catch (TokenStoreException | RuntimeException e) {
            // A stale entry is passed over anyway, and tidied another time.
            return;
        }
    }

    private static boolean isCalled(Account account, String username) {
        return account.username()
                .filter(name -> name.toLowerCase(Locale.ROOT).equals(username.toLowerCase(Locale.ROOT)))
                .isPresent();
    }

    private static final class Pending {

        private final String username;
        private final Instant usableUntil;

        Pending(String username, Instant usableUntil) {
            this.username = username;
            this.usableUntil = usableUntil;
        }
    }
}
