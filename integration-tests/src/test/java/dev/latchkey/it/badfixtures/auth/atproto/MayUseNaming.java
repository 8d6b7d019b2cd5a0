package dev.latchkey.it.badfixtures.auth.atproto;

import javax.naming.NamingException;

/** The adapter of this technology: handles are bound to accounts in the DNS. */
final class MayUseNaming {

    private final NamingException used;

    MayUseNaming(NamingException used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
