package dev.latchkey.platform.authorize;

import dev.latchkey.platform.directory.User;
import dev.latchkey.platform.exchange.ReceivedRequest;
import dev.latchkey.platform.exchange.Response;
import dev.latchkey.platform.token.Authority;
import dev.latchkey.platform.token.DeviceCodes;
import dev.latchkey.platform.token.Ledger;
import dev.latchkey.platform.token.Realm;
import dev.latchkey.platform.token.TokenEndpoint;
import java.util.Optional;

/** The device page (RFC 8628 §3.3): enter the code, sign in, accept or deny. */
final class DevicePages {
    private static final String UNKNOWN = "That code is not known, has expired or was used.";

    private final Realm realm;
    private final DeviceCodes devices;
    private final BrowserSessions sessions;
    private final Ledger<Transaction> transactions;

    DevicePages(Realm realm, TokenEndpoint tokens, BrowserSessions sessions, Ledger<Transaction> transactions) {
        this.realm = realm;
        this.devices = tokens.devices();
        this.sessions = sessions;
        this.transactions = transactions;
    }

    Response show(ReceivedRequest received) {
        String name = sessions.browser(received);
        String browser = name.isEmpty() ? sessions.newBrowser() : name;
        Transaction transaction = Transaction.forDevice(realm.secret(), browser);
        transactions.put(transaction.id(), transaction);
        // RFC 8628 §5.4: even a code that came in the link is shown, for the person to compare
        Response page = Pages.device(transaction.id(), received.query().get("user_code"), "");
        return name.isEmpty() ? sessions.name(page, browser) : page;
    }

    Response enter(ReceivedRequest received, Transaction transaction) {
        String userCode = received.form().get("user_code");
        Optional<DeviceCodes.Request> pending = devices.pending(userCode);
        if (pending.isEmpty()) {
            return Pages.device(transaction.id(), userCode, UNKNOWN);
        }
        Transaction next = transaction.withUserCode(userCode);
        Optional<BrowserSessions.Session> session = sessions.find(received)
                .filter(found -> pending.get().authority().admits(realm.tenantOf(found.user())));
        if (session.isPresent()) {
            next = next.signedIn(session.get().user(), session.get().authenticatedAt());
        }
        transactions.put(next.id(), next);
        return session.isPresent()
                ? decision(next)
                : Pages.signIn(pending.get().client().id(), next.id(), "", "");
    }

    Optional<Authority> authority(Transaction transaction) {
        return transaction.userCode().flatMap(devices::pending).map(DeviceCodes.Request::authority);
    }

    Response decision(Transaction transaction) {
        Optional<DeviceCodes.Request> pending = transaction.userCode().flatMap(devices::pending);
        if (pending.isEmpty()) {
            return Pages.device(transaction.id(), "", UNKNOWN);
        }
        return Pages.consent(
                pending.get().client().id(),
                transaction.user().map(User::username).orElse(""),
                transaction.id(),
                pending.get().scopes().values());
    }

    Response decide(Transaction transaction, boolean accepted) {
        String userCode = transaction.userCode().orElse("");
        boolean done = accepted
                ? transaction.user().isPresent()
                        && devices.approve(
                                userCode,
                                transaction.user().get(),
                                transaction.authenticatedAt().orElseGet(realm::now))
                : devices.deny(userCode);
        if (!done) {
            return Pages.message(400, "Connect a device", UNKNOWN);
        }
        return accepted
                ? Pages.message(200, "Your device is connected", "You can close this window.")
                : Pages.message(200, "Your device was not connected", "You can close this window.");
    }
}
