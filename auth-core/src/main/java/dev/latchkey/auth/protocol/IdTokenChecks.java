package dev.latchkey.auth.protocol;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.identity.Nonce;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks the claims of an ID token (OpenID Connect Core §3.1.3.7, §12.2). One use, one thread. */
public final class IdTokenChecks {

    private static final String AUTH_REQ_ID = "urn:openid:params:jwt:claim:auth_req_id";

    private final IdTokenClaims claims;
    private final String host;
    private final Instant now;
    private final Duration skew;

    /**
     * Prepares the checks.
     *
     * @param claims the claims
     * @param host who sent them
     * @param now the instant
     * @param skew how far the server's clock may be off
     */
    public IdTokenChecks(IdTokenClaims claims, String host, Instant now, Duration skew) {
        this.claims = claims;
        this.host = host;
        this.now = now;
        this.skew = skew;
    }

    /**
     * Checks that the token is for the client and valid now.
     *
     * @param clientId the client
     */
    public void audienceAndTimes(String clientId) {
        require("sub", !claims.subject().isEmpty(), "is missing");
        List<String> audience = claims.audience();
        require("aud", audience.contains(clientId), "does not name this client");
        Optional<Object> azp = claims.claim("azp");
        require("azp", azp.isEmpty() || clientId.equals(azp.get()), "names another client");
        require("aud", audience.size() == 1 || azp.isPresent(), "names others beside this client, without azp");
        Instant expiresAt = required("exp");
        require("exp", expiresAt.plus(skew).isAfter(now), "has passed: " + expiresAt + ", and it is " + now);
        Instant issuedAt = required("iat");
        require("iat", !issuedAt.minus(skew).isAfter(now), "is in the future: " + issuedAt + ", and it is " + now);
        if (claims.claim("nbf").isPresent()) {
            Instant notBefore = required("nbf");
            require(
                    "nbf",
                    !notBefore.minus(skew).isAfter(now),
                    "is in the future: " + notBefore + ", and it is " + now);
        }
    }

    /**
     * Checks the nonce: sent means present and equal, not sent means absent.
     *
     * @param sent the nonce of the request, or null if it had none
     */
    public void nonce(@Nullable Nonce sent) {
        Optional<Object> nonce = claims.claim("nonce");
        if (sent == null) {
            require("nonce", nonce.isEmpty(), "is there although none was sent");
        } else {
            boolean equal = nonce.isPresent()
                    && nonce.get() instanceof String
                    && MessageDigest.isEqual(utf8((String) nonce.get()), utf8(sent.reveal()));
            require("nonce", equal, "is not the one that was sent");
        }
    }

    /**
     * Checks how long ago the user signed in.
     *
     * @param maxAge the age that was asked for
     */
    public void maxAge(Duration maxAge) {
        Instant authTime = required("auth_time");
        require(
                "auth_time",
                !authTime.plus(maxAge).plus(skew).isBefore(now),
                "is longer ago than max_age allows: " + authTime + ", and it is " + now);
    }

    /**
     * Checks the authentication context class.
     *
     * @param acrValues the classes of which one must be met
     */
    public void acr(List<String> acrValues) {
        require(
                "acr",
                claims.text("acr").filter(acrValues::contains).isPresent(),
                "is none of those that were asked for");
    }

    /**
     * Checks that the token is a new one.
     *
     * @param age how long ago it may have been issued
     */
    public void issuedWithin(Duration age) {
        Instant issuedAt = required("iat");
        require(
                "iat",
                !issuedAt.plus(age).plus(skew).isBefore(now),
                "is longer ago than a new ID token's can be: " + issuedAt + ", and it is " + now);
    }

    /**
     * Checks that the ID token belongs to the access token, if it says so.
     *
     * @param accessToken the access token's text
     */
    public void accessTokenHash(String accessToken) {
        hash("at_hash", accessToken, "belongs to another access token");
    }

    /**
     * Checks that the ID token belongs to the code and the state of the authorization, if it says so (OpenID Connect Core
     * §3.3.2.11).
     *
     * @param code the code
     * @param state the state
     */
    public void authorizationHashes(String code, String state) {
        hash("c_hash", code, "belongs to another code");
        hash("s_hash", state, "belongs to another state");
    }

    private void hash(String claim, String value, String problem) {
        Optional<Object> hash = claims.claim(claim);
        if (hash.isPresent()) {
            same(claim, hash.get(), leftHalf(value), problem);
        }
    }

    /**
     * Checks that the ID token answers a backchannel authentication request, if it says which (CIBA Core §10.3.1).
     *
     * @param authReqId the request's identifier
     */
    public void backchannelRequest(String authReqId) {
        Optional<Object> named = claims.claim(AUTH_REQ_ID);
        if (named.isPresent()) {
            same(AUTH_REQ_ID, named.get(), authReqId, "belongs to another authentication request");
        }
    }

    private void same(String claim, Object found, String expected, String problem) {
        boolean equal = found instanceof String && MessageDigest.isEqual(utf8((String) found), utf8(expected));
        require(claim, equal, problem);
    }

    /**
     * Checks a refreshed ID token against the one of the sign-in (OpenID Connect Core §12.2).
     *
     * @param issuer the issuer then
     * @param subject the subject then
     * @param authTime {@code auth_time} then, or null if there was none
     * @param nonce the nonce then, or null if there was none
     */
    public void refreshed(String issuer, String subject, @Nullable Long authTime, @Nullable String nonce) {
        require("iss", claims.issuer().equals(issuer), "changed with a refresh");
        require("sub", claims.subject().equals(subject), "changed with a refresh");
        Object authTimeNow = claims.claim("auth_time").orElse(null);
        require(
                "auth_time",
                authTimeNow == null || authTime == null || authTimeNow.equals(authTime),
                "changed with a refresh");
        Object nonceNow = claims.claim("nonce").orElse(null);
        require("nonce", nonceNow == null || nonceNow.equals(nonce), "changed with a refresh");
    }

    /**
     * Ends with an error unless a check held.
     *
     * @param claim the claim
     * @param holds whether it is right
     * @param problem what is wrong if it is not
     */
    public void require(String claim, boolean holds, String problem) {
        if (!holds) {
            throw new InvalidResponseException(claim, host, "in the ID token " + problem);
        }
    }

    private Instant required(String claim) {
        return claims.instant(claim)
                .orElseThrow(
                        () -> new InvalidResponseException(claim, host, "in the ID token is missing or not a time"));
    }

    private String leftHalf(String value) {
        String algorithm = claims.algorithm();
        String digest = algorithm.endsWith("512") || algorithm.equals("EdDSA") || algorithm.equals("Ed25519")
                ? "SHA-512"
                : algorithm.endsWith("384") ? "SHA-384" : "SHA-256";
        try {
            byte[] hash = MessageDigest.getInstance(digest).digest(value.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, hash.length / 2));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has " + digest, e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
