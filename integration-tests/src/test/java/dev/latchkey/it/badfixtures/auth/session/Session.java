package dev.latchkey.it.badfixtures.auth.session;

/** An outer layer. */
public final class Session {

    /** Does nothing. */
    public void renew() {}
}
