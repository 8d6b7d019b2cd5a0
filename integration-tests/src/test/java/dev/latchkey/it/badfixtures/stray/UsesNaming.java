package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import javax.naming.NamingException;

/** A technology outside its adapter. */
@Breaks("javax.naming")
final class UsesNaming {

    private final NamingException used;

    UsesNaming(NamingException used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
