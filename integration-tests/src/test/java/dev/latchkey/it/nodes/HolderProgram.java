package dev.latchkey.it.nodes;

import static dev.latchkey.it.nodes.Said.say;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.server.UncertainRefresh;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.token.TokenOptions;
import java.time.Duration;
import java.util.List;

/**
 * Holds the leases of several sessions, each in the middle of its refresh and at another point of it, and waits to be
 * killed.
 */
public final class HolderProgram {

    private HolderProgram() {}

    /** What the program wants to know, in its order: then the sessions, an issuer and a subject each. */
    static List<String> arguments(StoreKind store, String place, Duration timeout) {
        return List.of(store.name(), place, Long.toString(timeout.toMillis()));
    }

    /** Says each point that it has reached. */
    public static void main(String... arguments) throws Exception {
        TokenStore store = StoreKind.valueOf(arguments[0]).open(arguments[1]).store();
        Duration timeout = Duration.ofMillis(Long.parseLong(arguments[2]));
        for (int i = 3; i < arguments.length; i += 2) {
            Account account = Account.of(arguments[i], arguments[i + 1]);
            for (Point point : Point.values()) {
                Thread thread = new Thread(() -> refresh(store, account.withSession(point.name()), point, timeout));
                thread.start();
            }
        }
    }

    private static void refresh(TokenStore store, Account account, Point point, Duration timeout) {
        Halting halting = new Halting(point, () -> say(Said.STANDS, account.issuer() + " " + account.session()));
        OAuthClient client = Brief.client(
                        halting.transport(Brief.transport()),
                        account.issuer(),
                        UncertainRefresh.REAUTHORIZE,
                        halting.store(store))
                .timeout(timeout)
                .build();
        while (true) {
            try {
                var unused = client.tokens(account, Brief.SCOPES).get(TokenOptions.NONE.forceRefresh());
                say(Said.WRONG, "a token at " + point);
                return;
            } catch (TemporaryFailureException e) {
                // Whoever waits gives up; the flight stands still, and asking again joins it.
            } catch (RuntimeException e) {
                say(Said.WRONG, point + " " + e);
                return;
            }
        }
    }
}
