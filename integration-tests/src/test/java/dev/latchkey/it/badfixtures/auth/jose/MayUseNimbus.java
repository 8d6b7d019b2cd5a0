package dev.latchkey.it.badfixtures.auth.jose;

import com.nimbusds.jose.JWSHeader;

/** The adapter of this technology. */
final class MayUseNimbus {

    private final JWSHeader used;

    MayUseNimbus(JWSHeader used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
