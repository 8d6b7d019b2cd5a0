package dev.latchkey.it.atproto.lab;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;

/** How a client authenticates itself. */
final class Assertion {

    private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final String INVALID = "invalid_client";

    private Assertion() {}

    /**
     * Authenticates a client.
     *
     * @param seen the identifiers of the assertions that have been used in this lab
     * @return the key, {@link ClientKey#NONE} of a public client
     */
    static ClientKey check(
            Call call, ClientDocument client, String issuer, Clock clock, Set<String> seen, String proofKey)
            throws Refusal {
        boolean secret = call.form().containsKey("client_secret")
                || call.header("Authorization").isPresent();
        Refusal.unless(!secret, Rule.CLIENT_SECRET, INVALID);
        if (client.isPublic()) {
            boolean asserts =
                    call.form().containsKey("client_assertion") || call.form().containsKey("client_assertion_type");
            Refusal.unless(!asserts, Rule.ASSERTION_OF_PUBLIC_CLIENT, INVALID);
            return ClientKey.NONE;
        }
        String assertion = call.form("client_assertion").orElse("");
        Refusal.unless(!assertion.isEmpty(), Rule.ASSERTION_DEMANDED, INVALID);
        Refusal.unless(TYPE.equals(call.form("client_assertion_type").orElse("")), Rule.ASSERTION_TYPE, INVALID);
        try {
            SignedJWT jwt = SignedJWT.parse(assertion);
            ClientKey key = signer(jwt, client.keys());
            claims(jwt.getJWTClaimsSet(), client.id(), issuer, clock.instant(), seen);
            Refusal.unless(!key.thumbprint().equals(proofKey), Rule.ASSERTION_NOT_PROOF_KEY, INVALID);
            return key;
        } catch (ParseException e) {
            throw Refusal.of(Rule.ASSERTION_ALG, INVALID);
        }
    }

    private static ClientKey signer(SignedJWT jwt, JWKSet keys) throws Refusal {
        Refusal.unless(JWSAlgorithm.ES256.equals(jwt.getHeader().getAlgorithm()), Rule.ASSERTION_ALG, INVALID);
        String id = jwt.getHeader().getKeyID();
        Refusal.unless(id != null && !id.isEmpty(), Rule.ASSERTION_KID, INVALID);
        JWK key = keys.getKeyByKeyId(id);
        Refusal.unless(key instanceof ECKey, Rule.ASSERTION_KEY, INVALID);
        try {
            Refusal.unless(jwt.verify(new ECDSAVerifier(key.toECKey())), Rule.ASSERTION_KEY, INVALID);
            return new ClientKey(
                    id,
                    jwt.getHeader().getAlgorithm().getName(),
                    key.computeThumbprint().toString());
        } catch (JOSEException e) {
            throw Refusal.of(Rule.ASSERTION_KEY, INVALID);
        }
    }

    private static void claims(JWTClaimsSet claims, String client, String issuer, Instant now, Set<String> seen)
            throws Refusal {
        Refusal.unless(client.equals(claims.getIssuer()), Rule.ASSERTION_ISS, INVALID);
        Refusal.unless(client.equals(claims.getSubject()), Rule.ASSERTION_SUB, INVALID);
        Refusal.unless(claims.getAudience().equals(List.of(issuer)), Rule.ASSERTION_AUD, INVALID);
        Date issued = claims.getIssueTime();
        Refusal.unless(
                issued != null
                        && !issued.toInstant().isAfter(now)
                        && issued.toInstant().isAfter(now.minus(LONGEST)),
                Rule.ASSERTION_IAT,
                INVALID);
        Date expires = claims.getExpirationTime();
        Refusal.unless(expires != null && expires.toInstant().isAfter(now), Rule.ASSERTION_EXP, INVALID);
        String id = claims.getJWTID();
        Refusal.unless(id != null && !id.isEmpty(), Rule.ASSERTION_JTI, INVALID);
        Refusal.unless(seen.add(id), Rule.ASSERTION_JTI_REPLAY, "invalid_grant");
    }
}
