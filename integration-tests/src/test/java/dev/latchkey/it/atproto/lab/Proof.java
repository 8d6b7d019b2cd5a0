package dev.latchkey.it.atproto.lab;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A DPoP proof that keeps the rules, but for its nonce, which the server looks at last. */
final class Proof {

    private static final Duration TOLERANCE = Duration.ofMinutes(3);
    private static final String INVALID = "invalid_dpop_proof";

    private final String thumbprint;
    private final String nonce;

    private Proof(String thumbprint, String nonce) {
        this.thumbprint = thumbprint;
        this.nonce = nonce;
    }

    /** The thumbprint of the key. */
    String thumbprint() {
        return thumbprint;
    }

    /** The nonce, or nothing. */
    String nonce() {
        return nonce;
    }

    /**
     * Reads the proof of a request.
     *
     * @param seen the identifiers of the proofs that have been used in this lab
     * @param token the access token that it must be bound to; null at the authorization server
     */
    static Proof of(Call call, String origin, Clock clock, Set<String> seen, @Nullable String token) throws Refusal {
        List<String> proofs = call.headers("DPoP");
        Refusal.unless(proofs.size() == 1 && !proofs.get(0).contains(","), Rule.PROOF_DEMANDED, INVALID);
        try {
            return read(SignedJWT.parse(proofs.get(0)), call, origin, clock, seen, token);
        } catch (ParseException | IllegalArgumentException e) {
            // Nimbus does not take a private key in a header, nor an algorithm that is none.
            String header = header(proofs.get(0));
            throw Refusal.of(header.contains("\"d\":") ? Rule.PROOF_JWK_PRIVATE : Rule.PROOF_ALG, INVALID);
        }
    }

    private static String header(String proof) {
        return new com.nimbusds.jose.util.Base64URL(proof.substring(0, Math.max(0, proof.indexOf('.'))))
                .decodeToString();
    }

    private static Proof read(
            SignedJWT proof, Call call, String origin, Clock clock, Set<String> seen, @Nullable String token)
            throws Refusal, ParseException {
        String thumbprint = signer(proof);
        JWTClaimsSet claims = proof.getJWTClaimsSet();
        Refusal.unless(call.method().equals(claims.getClaim("htm")), Rule.PROOF_HTM, INVALID);
        Refusal.unless((origin + call.path()).equals(claims.getClaim("htu")), Rule.PROOF_HTU, INVALID);
        Date issued = claims.getIssueTime();
        Instant now = clock.instant();
        Refusal.unless(
                issued != null
                        && Duration.between(issued.toInstant(), now).abs().compareTo(TOLERANCE) <= 0,
                Rule.PROOF_IAT,
                INVALID);
        String id = claims.getJWTID();
        Refusal.unless(id != null && !id.isEmpty(), Rule.PROOF_JTI, INVALID);
        Refusal.unless(seen.add(id), Rule.PROOF_JTI_REPLAY, INVALID);
        Object hash = claims.getClaim("ath");
        if (token == null) {
            Refusal.unless(hash == null, Rule.PROOF_ATH_AT_ISSUER, INVALID);
        } else {
            Refusal.unless(Ids.sha256(token).equals(hash), Rule.PROOF_ATH, INVALID);
        }
        Object nonce = claims.getClaim("nonce");
        return new Proof(thumbprint, nonce instanceof String ? (String) nonce : "");
    }

    private static String signer(SignedJWT proof) throws Refusal {
        JWSHeader header = proof.getHeader();
        Refusal.unless(new JOSEObjectType("dpop+jwt").equals(header.getType()), Rule.PROOF_TYP, INVALID);
        Refusal.unless(JWSAlgorithm.ES256.equals(header.getAlgorithm()), Rule.PROOF_ALG, INVALID);
        JWK key = header.getJWK();
        Refusal.unless(key instanceof ECKey, Rule.PROOF_JWK, INVALID);
        Refusal.unless(!key.isPrivate(), Rule.PROOF_JWK_PRIVATE, INVALID);
        try {
            Refusal.unless(proof.verify(new ECDSAVerifier(key.toECKey())), Rule.PROOF_SIGNATURE, INVALID);
            return key.computeThumbprint().toString();
        } catch (JOSEException e) {
            throw Refusal.of(Rule.PROOF_SIGNATURE, INVALID);
        }
    }
}
