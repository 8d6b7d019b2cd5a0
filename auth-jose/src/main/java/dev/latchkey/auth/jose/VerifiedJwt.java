package dev.latchkey.auth.jose;

import java.util.Map;

/** A JWT whose signature holds. Immutable. */
final class VerifiedJwt {

    private final JoseHeader header;
    private final Map<String, Object> claims;

    VerifiedJwt(JoseHeader header, Map<String, Object> claims) {
        this.header = header;
        this.claims = claims;
    }

    JoseHeader header() {
        return header;
    }

    /** The claims by name, without those that are null. */
    Map<String, Object> claims() {
        return claims;
    }
}
