package dev.latchkey.examples.atproto;

import dev.latchkey.auth.identity.Account;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Which accounts each browser is signed in with. The store knows it too, by the names of the sessions, but has to be read through
 * for it: that is done once, at the start. An application with many users, or many nodes, keeps it in its own web sessions.
 */
final class Visits {

    private final Map<String, List<Account>> accounts = new ConcurrentHashMap<>();

    Visits(Iterable<Account> kept) {
        kept.forEach(this::add);
    }

    List<Account> accounts(Visit visit) {
        return List.copyOf(accounts.getOrDefault(visit.session(), List.of()));
    }

    /** Of somebody who has moved there may be two: a session at each of two servers. */
    Optional<Account> find(Visit visit, String subject, String issuer) {
        return accounts(visit).stream()
                .filter(account ->
                        account.subject().equals(subject) && account.issuer().equals(issuer))
                .findFirst();
    }

    void add(Account account) {
        accounts.compute(account.session(), (session, known) -> {
            List<Account> all = known == null ? new CopyOnWriteArrayList<>() : known;
            all.remove(account);
            all.add(account);
            return all;
        });
    }

    /** Remembers the name to show, which may change. */
    Account name(Account account, String handle) {
        Account named = account.withUsername(handle);
        accounts.getOrDefault(account.session(), new ArrayList<>())
                .replaceAll(each -> each.equals(account) ? named : each);
        return named;
    }

    void remove(Account account) {
        accounts.computeIfPresent(account.session(), (session, all) -> {
            all.remove(account);
            return all.isEmpty() ? null : all;
        });
    }
}
