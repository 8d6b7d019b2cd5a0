package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.Map;

/** A signed JWT as its receiver sees it, read and verified by Nimbus, which did not write it. */
final class Jwt {

    private final SignedJWT jwt;
    final Map<String, Object> header;
    final Map<String, Object> claims;

    private Jwt(SignedJWT jwt) {
        this.jwt = jwt;
        this.header = jwt.getHeader().toJSONObject();
        this.claims = jwt.getPayload().toJSONObject();
    }

    static Jwt parse(String compact) {
        try {
            return new Jwt(SignedJWT.parse(compact));
        } catch (ParseException e) {
            throw new AssertionError(compact, e);
        }
    }

    Jwt verifiedBy(PublicKey key) throws Exception {
        if (key instanceof RSAPublicKey) {
            return verified(new RSASSAVerifier((RSAPublicKey) key));
        }
        if (key instanceof ECPublicKey) {
            return verified(new ECDSAVerifier((ECPublicKey) key));
        }
        // Nimbus's own verifier of these wants Tink.
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(key);
        signature.update(jwt.getSigningInput());
        assertThat(signature.verify(jwt.getSignature().decode())).isTrue();
        return this;
    }

    Jwt verifiedBy(String secret) throws Exception {
        return verified(new MACVerifier(secret.getBytes(StandardCharsets.UTF_8)));
    }

    private Jwt verified(JWSVerifier verifier) throws Exception {
        assertThat(jwt.verify(verifier)).isTrue();
        return this;
    }
}
