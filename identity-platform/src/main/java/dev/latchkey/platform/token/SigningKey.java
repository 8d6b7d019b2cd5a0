package dev.latchkey.platform.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.Optional;

/** The platform's RS256 key. Safe for use by several threads. */
public final class SigningKey {
    private final RSAKey key;
    private final JWSSigner signer;
    private final JWSVerifier verifier;

    private SigningKey(RSAKey key, JWSSigner signer, JWSVerifier verifier) {
        this.key = key;
        this.signer = signer;
        this.verifier = verifier;
    }

    /**
     * Makes a key of 2048 bits.
     *
     * @param random where it comes from
     * @return the key
     */
    public static SigningKey create(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048, random);
            KeyPair pair = generator.generateKeyPair();
            RSAKey key = new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                    .privateKey(pair.getPrivate())
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .keyIDFromThumbprint()
                    .build();
            return new SigningKey(key, new RSASSASigner(key), new RSASSAVerifier(key.toRSAPublicKey()));
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException("this Java cannot make RSA keys", e);
        }
    }

    /**
     * The public key as a JWK set.
     *
     * @return the JSON text
     */
    public String jwks() {
        return new JWKSet(key.toPublicJWK()).toString();
    }

    /**
     * Signs claims.
     *
     * @param type the header's {@code typ}
     * @param claims the claims
     * @return the JWT
     */
    public String sign(String type, JWTClaimsSet claims) {
        try {
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .type(new JOSEObjectType(type))
                            .build(),
                    claims);
            jwt.sign(signer);
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("this Java cannot sign with RS256", e);
        }
    }

    /**
     * The claims of a JWT that this key has signed.
     *
     * @param token the text
     * @return the claims; nothing if the text is no JWT, or the signature is not ours
     */
    public Optional<JWTClaimsSet> verified(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            return JWSAlgorithm.RS256.equals(jwt.getHeader().getAlgorithm()) && jwt.verify(verifier)
                    ? Optional.of(jwt.getJWTClaimsSet())
                    : Optional.empty();
        } catch (ParseException | JOSEException e) {
            return Optional.empty();
        }
    }
}
