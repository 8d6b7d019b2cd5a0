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
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The accounts that one client has in a store, all of them or those with a user name or a subject.
 *
 * <p>A session of another client, or with another kind of token binding, lies under another key and is none of them. Safe
 * for use by any number of threads.
 */
public final class AccountRecords {

    private static final int ELSEWHERE_PAGE = 1_000;
    private static final int ELSEWHERE_PAGES = 10;

    private final TokenStore store;
    private final String clientId;
    private final String binding;
    private final AccountIndex usernames;
    private final @Nullable AccountIndex subjects;
    private final List<AccountIndex> indices;

    /**
     * Looks at the accounts of a client.
     *
     * @param store the store
     * @param clientId the client
     * @param binding the kind of token binding, empty without one
     * @param bySubject whether there is an index of subjects too, which costs writes at each sign-in and sign-out
     */
    public AccountRecords(TokenStore store, String clientId, String binding, boolean bySubject) {
        this.store = store;
        this.clientId = clientId;
        this.binding = binding;
        this.usernames = AccountIndex.ofUsernames(store, clientId);
        this.subjects = bySubject ? AccountIndex.ofSubjects(store, clientId) : null;
        this.indices = subjects == null ? List.of(usernames) : List.of(usernames, subjects);
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
        return found(usernames, AccountIndex.lower(username), cursor, limit, unreadable);
    }

    /**
     * Lists the accounts with a subject, at whatever issuer: by its index, or if there is none by looking at all.
     *
     * @param subject the subject
     * @param cursor where to begin, or the empty string
     * @param limit how many records to look at, from 1 to 1,000
     * @param unreadable is told of records that cannot be read, which are left out
     * @return a page
     * @throws TokenStoreException if the store failed
     */
    public Page ofSubject(String subject, String cursor, int limit, Consumer<StoreKey> unreadable)
            throws TokenStoreException {
        if (subjects != null) {
            return found(subjects, subject, cursor, limit, unreadable);
        }
        Page page = all(cursor, limit, unreadable);
        List<Account> accounts = page.accounts().stream()
                .filter(account -> account.subject().equals(subject))
                .collect(Collectors.toList());
        return new Page(accounts, page.next);
    }

    /**
     * Finds sessions that an account's subject has at other issuers. How many it has at the account's own costs no more than the pages
     * of the index: none of those is read. Without an index nothing is found.
     *
     * @param account whose issuer is left out
     * @param most how many sessions to read
     * @param unreadable is told of records that cannot be read, which are left out
     * @return one page of accounts, of the first 10,000 that the index has
     * @throws TokenStoreException if the store failed
     */
    public Page elsewhere(Account account, int most, Consumer<StoreKey> unreadable) throws TokenStoreException {
        if (subjects == null) {
            return new Page(List.of(), null);
        }
        List<StoreKey> entries = new ArrayList<>();
        String cursor = "";
        for (int page = 0; page < ELSEWHERE_PAGES && cursor != null && entries.size() < most; page++) {
            KeyPage keys = subjects.page(account.subject(), cursor, ELSEWHERE_PAGE);
            keys.keys().stream()
                    .filter(entry -> !subjects.isAt(account.issuer(), entry))
                    .limit(most - entries.size())
                    .forEach(entries::add);
            cursor = keys.next().orElse(null);
        }
        return new Page(
                followed(subjects, account.subject(), entries, unreadable).stream()
                        .filter(each -> !each.issuer().equals(account.issuer()))
                        .collect(Collectors.toList()),
                null);
    }

    private Page found(AccountIndex index, String wanted, String cursor, int limit, Consumer<StoreKey> unreadable)
            throws TokenStoreException {
        KeyPage entries = index.page(wanted, cursor, limit);
        return new Page(
                followed(index, wanted, entries.keys(), unreadable),
                entries.next().orElse(null));
    }

    private List<Account> followed(
            AccountIndex index, String wanted, List<StoreKey> entries, Consumer<StoreKey> unreadable)
            throws TokenStoreException {
        List<Account> accounts = new ArrayList<>();
        for (StoreKey entry : entries) {
            StoreKey session = StoreKey.of(SessionKey.partitionOfAccounts(clientId), index.sessionName(entry));
            Account account = account(session, unreadable);
            if (account != null && index.finds(account, wanted)) {
                accounts.add(account);
            } else {
                index.tidy(entry, wanted, stale(index, session));
            }
        }
        return accounts;
    }

    /**
     * Makes an account's session be found by its user name, and by its subject if there is an index of them. Whatever the
     * store does, nothing is thrown: what it would not take is written with a later use.
     *
     * @param account who, with or without a user name
     * @param usableUntil when nothing in the session is of use any more
     */
    public void add(Account account, Instant usableUntil) {
        indices.forEach(index -> index.add(account, key(account), usableUntil));
    }

    /**
     * Removes the index entries of a session that was removed.
     *
     * @param account who it was, as its record had it
     */
    public void removed(Account account) {
        indices.forEach(index -> index.removed(account, key(account), stale(index, key(account))));
    }

    /**
     * Removes the index entry of a user name that an account has no more.
     *
     * @param former the account as it was
     * @param now the account as it is
     */
    public void renamed(Account former, Account now) {
        usernames.renamed(former, now, key(now), stale(usernames, key(now)));
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

    private AccountIndex.Check stale(AccountIndex index, StoreKey session) {
        return wanted -> {
            Account account = account(session, nobody -> {});
            return account == null ? isGone(session) : !index.finds(account, wanted);
        };
    }
}
