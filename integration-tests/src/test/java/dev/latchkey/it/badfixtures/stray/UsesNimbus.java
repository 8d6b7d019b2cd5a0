package dev.latchkey.it.badfixtures.stray;

import com.nimbusds.jose.JWSHeader;
import dev.latchkey.it.guard.Breaks;

/** A technology outside its adapter. */
@Breaks("nimbus")
final class UsesNimbus {

    private final JWSHeader used;

    UsesNimbus(JWSHeader used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
