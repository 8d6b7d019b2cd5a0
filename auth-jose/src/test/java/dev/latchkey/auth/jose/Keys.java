package dev.latchkey.auth.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Key pairs of servers, made once, and what is signed with them by another hand than the library's. */
final class Keys {

    static final KeyPair RSA = rsa(2048);
    static final KeyPair OTHER_RSA = rsa(2048);
    static final KeyPair P256 = ec("secp256r1");
    static final KeyPair P384 = ec("secp384r1");
    static final KeyPair P521 = ec("secp521r1");

    private Keys() {}

    static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The public JWK, with further members as JSON, such as {@code ,"use":"sig"}. */
    static String jwk(KeyPair pair, String more) {
        JWK jwk = pair.getPublic() instanceof RSAPublicKey
                ? new RSAKey.Builder((RSAPublicKey) pair.getPublic()).build()
                : ecKey(pair);
        String json = jwk.toJSONString();
        return json.substring(0, json.length() - 1) + more + "}";
    }

    static String jwk(KeyPair pair, String keyId, String more) {
        return jwk(pair, ",\"kid\":\"" + keyId + "\"" + more);
    }

    static JWK ecKey(KeyPair pair) {
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        return new ECKey.Builder(Curve.forECParameterSpec(key.getParams()), key).build();
    }

    static String set(String... jwks) {
        return "{\"keys\":[" + List.of(jwks).stream().collect(Collectors.joining(",")) + "]}";
    }

    static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A JWT with any header, signed with the algorithm that is named beside it. */
    static String jwt(String header, String claims, String algorithm, KeyPair pair) {
        return signed(base64(header) + "." + base64(claims), algorithm, pair);
    }

    static String signed(String input, String algorithm, KeyPair pair) {
        PrivateKey key = pair.getPrivate();
        try {
            JWSSigner signer =
                    key instanceof ECPrivateKey ? new ECDSASigner((ECPrivateKey) key) : new RSASSASigner(key);
            return signed(input, algorithm, signer);
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static String signed(String input, String algorithm, JWSSigner signer) {
        try {
            return input + "."
                    + signer.sign(
                            new JWSHeader(JWSAlgorithm.parse(algorithm)), input.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static String authenticated(String header, String claims, String algorithm, byte[] secret) {
        try {
            return signed(base64(header) + "." + base64(claims), algorithm, new MACSigner(secret));
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }
}
