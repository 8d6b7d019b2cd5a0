package dev.latchkey.auth.jose;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.IdTokenClaims;
import java.time.Duration;
import java.time.Instant;

/** Checks claims that all kinds of JWT have in common (RFC 7519 §4.1). One use, one thread. */
final class JwtChecks {

    private final IdTokenClaims claims;
    private final String name;
    private final String host;
    private final Instant now;
    private final Duration skew;

    JwtChecks(IdTokenClaims claims, String name, String host, Instant now, Duration skew) {
        this.claims = claims;
        this.name = name;
        this.host = host;
        this.now = now;
        this.skew = skew;
    }

    void issuer(String expected) {
        require("iss", claims.issuer().equals(expected), "is not " + expected);
    }

    void audience(String expected) {
        require("aud", claims.audience().contains(expected), "does not name " + expected);
    }

    Instant notExpired() {
        Instant expiresAt = time("exp");
        require("exp", expiresAt.plus(skew).isAfter(now), "has passed: " + expiresAt + ", and it is " + now);
        return expiresAt;
    }

    /** In place of an expiry that a token does not have. */
    Instant issuedWithin(Duration lifetime) {
        Instant until = time("iat").plus(lifetime);
        require(
                "iat",
                until.plus(skew).isAfter(now),
                "is too long ago without an exp: good until " + until + ", and it is " + now);
        return until;
    }

    Instant issuedBeforeNow() {
        Instant issuedAt = time("iat");
        require("iat", !issuedAt.minus(skew).isAfter(now), "is in the future: " + issuedAt + ", and it is " + now);
        return issuedAt;
    }

    void validAlready() {
        if (claims.claim("nbf").isPresent()) {
            Instant notBefore = time("nbf");
            require(
                    "nbf",
                    !notBefore.minus(skew).isAfter(now),
                    "is in the future: " + notBefore + ", and it is " + now);
        }
    }

    /** A claim that must be there and be a text with something in it. */
    String text(String claim) {
        String value = claims.text(claim).orElse("");
        require(claim, !value.isEmpty(), "is missing or not a text");
        return value;
    }

    /** A claim that must be a text if it is there at all. */
    void textIfPresent(String claim) {
        if (claims.claim(claim).isPresent()) {
            text(claim);
        }
    }

    void require(String claim, boolean holds, String problem) {
        if (!holds) {
            throw new InvalidResponseException(claim, host, "in the " + name + " " + problem);
        }
    }

    private Instant time(String claim) {
        return claims.instant(claim)
                .orElseThrow(() ->
                        new InvalidResponseException(claim, host, "in the " + name + " is missing or not a time"));
    }
}
