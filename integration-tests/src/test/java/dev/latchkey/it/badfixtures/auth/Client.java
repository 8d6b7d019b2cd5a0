package dev.latchkey.it.badfixtures.auth;

import dev.latchkey.it.badfixtures.auth.session.Session;

/** The outermost layer. */
public final class Client {

    private final Session session = new Session();

    /** Knows an inner layer, as it may. */
    public void renew() {
        session.renew();
    }
}
