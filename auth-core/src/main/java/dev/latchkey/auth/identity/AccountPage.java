package dev.latchkey.auth.identity;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Some of a client's accounts, and where the next ones begin. Immutable. */
public final class AccountPage {

    private final List<Account> accounts;
    private final @Nullable String next;

    private AccountPage(List<Account> accounts, @Nullable String next) {
        this.accounts = List.copyOf(accounts);
        this.next = next;
    }

    /**
     * Makes a page.
     *
     * @param accounts the accounts, possibly none
     * @param next the cursor that gives the next page, or null on the last one
     * @return the page
     */
    public static AccountPage of(List<Account> accounts, @Nullable String next) {
        Objects.requireNonNull(accounts, "accounts");
        return new AccountPage(accounts, next);
    }

    /**
     * Gives the accounts.
     *
     * @return the accounts of this page; may be empty although more pages follow
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

    @Override
    public String toString() {
        return "AccountPage[" + accounts.size() + " accounts" + (next == null ? "" : ", more") + "]";
    }
}
