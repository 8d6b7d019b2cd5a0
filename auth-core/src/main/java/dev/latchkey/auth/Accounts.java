package dev.latchkey.auth;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.AccountPage;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.session.AccountRecords;
import dev.latchkey.auth.session.SessionRecord;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Those who are signed in to one client: the accounts in its token store, and how they come and go otherwise than by a
 * sign-in.
 *
 * <pre>{@code
 * for (Account account : client.accounts().named("alice@example.com")) {
 *     client.accounts().remove(account, SignOut.AND_AT_SERVER);
 * }
 * }</pre>
 *
 * <p>Only accounts of this client, at this server and with this kind of token binding are seen, whoever else uses the
 * store. Iterating reads the store a page at a time, as far as one goes; an account that signs in or out meanwhile may or
 * may not be among them. Each session of a user is an account of its own ({@link Account#session()}). Safe for use by any
 * number of threads; an iterator belongs to one.
 */
public final class Accounts implements Iterable<Account> {

    private static final int PAGE = 100;
    private static final int MAX_PAGE = 1_000;

    private final Settings settings;
    private final ServerDirectory directory;
    private final Waiting waiting;
    private final AccountRecords records;
    private final SessionStore store;
    private final SignIns signIns;
    private final SignOuts signOuts;
    private final ImportedSessions imports;

    Accounts(
            Settings settings,
            ServerDirectory directory,
            Waiting waiting,
            AccountRecords records,
            SessionStore store,
            SignIns signIns,
            SignOuts signOuts,
            ImportedSessions imports) {
        this.settings = settings;
        this.directory = directory;
        this.waiting = waiting;
        this.records = records;
        this.store = store;
        this.signIns = signIns;
        this.signOuts = signOuts;
        this.imports = imports;
    }

    /**
     * Goes through all accounts.
     *
     * @return an iterator, which reads the store when it is used and may throw what {@link #page} throws
     */
    @Override
    public Iterator<Account> iterator() {
        return new Paged(cursor -> page(cursor, PAGE));
    }

    /**
     * Gives some of the accounts. A record that cannot be read is left out, and the listener is told.
     *
     * @param cursor what {@link AccountPage#next()} gave, or the empty string for the first page
     * @param limit how many sessions to look at, from 1 to 1,000
     * @return a page, with fewer accounts if others' sessions were among them
     * @throws TemporaryFailureException if the store, or the server's metadata, cannot be read now
     */
    public AccountPage page(String cursor, int limit) {
        requirePage(cursor, limit);
        return read(unreadable -> records.all(cursor, limit, unreadable));
    }

    /** Reads a page on the thread of whoever calls, which is a flight's. */
    AccountPage look(String cursor, int limit) {
        return look(unreadable -> records.all(cursor, limit, unreadable));
    }

    /** Finds all accounts of a name on the thread of whoever calls, which is a flight's. */
    List<Account> find(String username) {
        return all(cursor -> look(unreadable -> records.named(username, cursor, PAGE, unreadable)));
    }

    /** Finds all accounts of a subject on the thread of whoever calls, which is a flight's. */
    List<Account> findSubject(String subject) {
        return all(cursor -> look(unreadable -> records.ofSubject(subject, cursor, PAGE, unreadable)));
    }

    /** Finds sessions of an account's subject at other issuers on the thread of whoever calls, which is a flight's. */
    List<Account> findElsewhere(Account account, int most) {
        return look(unreadable -> records.elsewhere(account, most, unreadable)).accounts();
    }

    private static List<Account> all(Function<String, AccountPage> pages) {
        List<Account> found = new ArrayList<>();
        new Paged(pages).forEachRemaining(found::add);
        return Collections.unmodifiableList(found);
    }

    /** Reads a refresh token on the thread of whoever calls, which is a flight's. */
    Optional<RefreshToken> reveal(Account account) {
        return store.find(signIns.key(account)).record().flatMap(SessionRecord::refreshToken);
    }

    static void requirePage(String cursor, int limit) {
        Objects.requireNonNull(cursor, "cursor");
        if (limit < 1 || limit > MAX_PAGE) {
            throw new ConfigurationException("limit", "must be from 1 to 1,000");
        }
    }

    /**
     * Finds accounts by user name, by an index: it does not matter how many others there are.
     *
     * @param username the user name, in upper or lower case
     * @return the accounts whose last sign-in brought that name; each iteration reads the store anew, and may throw what
     *     {@link #page} throws
     */
    public Iterable<Account> named(String username) {
        Objects.requireNonNull(username, "username");
        return () -> new Paged(cursor -> read(unreadable -> records.named(username, cursor, PAGE, unreadable)));
    }

    /**
     * Finds all sessions of a subject: of each session name, and if this client is of several issuers, at each of them. Where the
     * server's profile keeps an index ({@link dev.latchkey.auth.server.ServerProfile#findsAccountsBySubject}, as that of the AT Protocol
     * does), it does not matter how many others there are; with all other profiles iterating looks at every account.
     *
     * @param subject the subject, as it is in {@link Account#subject()}
     * @return the accounts; each iteration reads the store anew, and may throw what {@link #page} throws
     */
    public Iterable<Account> ofSubject(String subject) {
        Objects.requireNonNull(subject, "subject");
        return () -> new Paged(cursor -> read(unreadable -> records.ofSubject(subject, cursor, PAGE, unreadable)));
    }

    /**
     * Signs somebody out here: their session is removed from the store and from memory, and the server hears nothing of it.
     *
     * @param account who
     * @return whether there was a session
     * @throws TemporaryFailureException if the store failed; then the session may still be there
     */
    public SignOutResult remove(Account account) {
        return remove(account, SignOut.HERE);
    }

    /**
     * Signs somebody out. The session is removed first, whatever another node makes of it meanwhile, and stays removed;
     * then, if asked for, the last refresh token that it had is revoked. Other sessions of the same user stay.
     *
     * <p>A sign-out that has begun goes on to its end although the store takes longer than the client's time-out, with what is
     * to be revoked; signing out again joins it. If the store does not let go of the session, its tokens are revoked all the
     * same, and the exception says so.
     *
     * @param account who
     * @param signOut how far it goes
     * @return whether there was a session, and what the server made of its tokens, which is told and not thrown
     * @throws TemporaryFailureException if the store failed; then the session may still be there
     * @throws ConfigurationException if something is to be revoked at a server that the account is not of
     */
    public SignOutResult remove(Account account, SignOut signOut) {
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(signOut, "signOut");
        return signOuts.signOut(account, signOut);
    }

    /**
     * Makes a session of a refresh token that was issued to this client elsewhere, such as in the cache of another library.
     * The token is redeemed at once.
     *
     * <p><strong>Whoever had the token must stop using it, for good.</strong> Most servers give a new token for the old one,
     * and take a second use of the old one for theft: then they end the session for both.
     *
     * <p>If the server has redeemed the token and the import fails all the same, because nobody is named or the keys of the ID
     * token cannot be had, what was granted is kept in memory: importing the same token again, with the subject named, goes
     * on from there and does not send the token a second time.
     *
     * <p>If this fails with {@link TemporaryFailureException#safeToRetry()} being false, the server may have redeemed the
     * token, and the new one is lost.
     *
     * @param token the token, of this client at this server
     * @param scopes what is asked for, of what was granted; with {@code openid} the server may send an ID token, which is
     *     checked as at a sign-in, except for its nonce
     * @param naming how the account is named: name the subject if the server might send no ID token with a refresh
     * @return who it is; a session that this account had is replaced
     */
    public SignIn importRefreshToken(RefreshToken token, Scopes scopes, AccountNaming naming) {
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(scopes, "scopes");
        Objects.requireNonNull(naming, "naming");
        return waiting.once(() -> imports.redeem(token, scopes, naming));
    }

    /**
     * Hands out a session's refresh token. <strong>Hardly anybody needs this.</strong>
     *
     * <p>A refresh token with two holders kills the session: as soon as one of them redeems it, the other holds an old one,
     * whose use many servers take for theft, and then they end the session for both. So hand it out only to move the
     * session to another holder for good, and {@linkplain #remove(Account) remove} the account here, without revoking, before
     * the new holder uses it. Nor is it bound to this process: whoever reads it can act for the user until it is revoked.
     *
     * @param account whose
     * @return the refresh token that the store has now, or nothing if there is no session or none with a refresh token
     * @throws TemporaryFailureException if the store cannot be read now
     * @throws ConfigurationException if the record is damaged
     */
    public Optional<RefreshToken> revealRefreshToken(Account account) {
        Objects.requireNonNull(account, "account");
        return waiting.repeatably(() -> reveal(account));
    }

    SignOuts signOuts() {
        return signOuts;
    }

    ImportedSessions imports() {
        return imports;
    }

    @Override
    public String toString() {
        return "Accounts[" + settings.clientId + "]";
    }

    private AccountPage read(Lookup lookup) {
        return waiting.repeatably(() -> look(lookup));
    }

    private AccountPage look(Lookup lookup) {
        AuthorizationServerMetadata server = directory.metadata();
        try {
            AccountRecords.Page page = lookup.read(key -> settings.tell(listener -> listener.sessionUnreadable(key)));
            List<Account> served = page.accounts().stream()
                    .filter(account -> settings.profile.serves(server, account))
                    .collect(Collectors.toList());
            return AccountPage.of(served, page.next().orElse(null));
        } catch (TokenStoreException e) {
            throw new TemporaryFailureException(
                    "The token store cannot be read (" + e.getMessage() + ")", true, null, e);
        }
    }

    /** Reads a page of records. */
    @FunctionalInterface
    private interface Lookup {

        AccountRecords.Page read(Consumer<StoreKey> unreadable) throws TokenStoreException;
    }

    /** Reads a page when the one before is used up. */
    private static final class Paged implements Iterator<Account> {

        private final Function<String, AccountPage> pages;
        private Iterator<Account> here = Collections.emptyIterator();
        private @Nullable String next = "";

        Paged(Function<String, AccountPage> pages) {
            this.pages = pages;
        }

        @Override
        public boolean hasNext() {
            while (!here.hasNext() && next != null) {
                AccountPage page = pages.apply(next);
                here = page.accounts().iterator();
                next = page.next().orElse(null);
            }
            return here.hasNext();
        }

        @Override
        public Account next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return here.next();
        }
    }
}
