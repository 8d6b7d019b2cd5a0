package dev.latchkey.auth.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.testkit.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One account among many. */
@Timeout(60)
class SessionsOfManyTest {

    // More than a page of all accounts. With a thousand it is the core's test, without a server.
    private static final int MANY = 150;

    private final Network network = new Network();

    private static Did did(int number) {
        StringBuilder name = new StringBuilder("mmmmmmmmmmmmmmmmmmmmmmmm");
        for (int i = 0, rest = number; i < 8; i++, rest /= 2) {
            name.setCharAt(i, rest % 2 == 0 ? 'a' : 'b');
        }
        return Did.of("did:plc:" + name);
    }

    @Test
    void theSessionsOfOneAreLookedUp() {
        StoreInBetween store = new StoreInBetween(network.store);
        network.storeOfClients = store;
        AtprotoClient client = network.client();
        for (int i = 0; i < MANY; i++) {
            Did did = did(i);
            network.internet.web.put(
                    Internet.PLC + did, Answer.json(200, Internet.document(did, Internet.HANDLE, Internet.PDS)));
            network.pushes().grants(Network.granted(did.toString(), ""));
            network.complete(client, Internet.PDS);
        }
        client.close();
        store.calls.set(0);

        assertThat(network.client().sessions(did(77)))
                .extracting(Account::subject)
                .containsExactly(did(77).toString());

        assertThat(store.calls).as("one page of the index, one session").hasValue(2);
    }
}
