package dev.latchkey.it.badfixtures.auth.entra;

import dev.latchkey.it.badfixtures.auth.Client;

/** Another module, which may know all of the core. */
final class Entra {

    private final Client client = new Client();

    void renew() {
        client.renew();
    }
}
