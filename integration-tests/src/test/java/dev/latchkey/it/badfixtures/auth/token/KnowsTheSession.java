package dev.latchkey.it.badfixtures.auth.token;

import dev.latchkey.it.badfixtures.auth.session.Session;
import dev.latchkey.it.guard.Breaks;

/** A value that knows an outer layer. */
@Breaks("layers")
final class KnowsTheSession {

    void renew(Session session) {
        session.renew();
    }
}
