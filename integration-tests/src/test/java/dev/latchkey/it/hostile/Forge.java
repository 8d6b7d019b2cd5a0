package dev.latchkey.it.hostile;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes JWTs of any header, any claims and any signature, with the JDK alone. */
final class Forge {

    /** The server's own key, and one that it never published. */
    static final KeyPair SERVER = rsa();

    static final KeyPair STRANGER = rsa();

    private Forge() {}

    /** A JWT as the server makes it, or as whoever has the key does. */
    static String rs256(String header, String claims, KeyPair key) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key.getPrivate());
            signature.update(ascii(input(header, claims)));
            return input(header, claims) + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError("Every Java runtime has RS256", e);
        }
    }

    /** A JWT whose secret is a text that everybody knows, such as the server's public key. */
    static String hs256(String header, String claims, byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return input(header, claims) + "." + base64(mac.doFinal(ascii(input(header, claims))));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("Every Java runtime has HS256", e);
        }
    }

    static String unsigned(String header, String claims) {
        return input(header, claims) + ".";
    }

    /** The public key as a JWK. */
    static String jwk(KeyPair pair, String keyId) {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        return "{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"" + keyId + "\",\"n\":\"" + number(key.getModulus())
                + "\",\"e\":\"" + number(key.getPublicExponent()) + "\"}";
    }

    private static String input(String header, String claims) {
        return base64(header.getBytes(StandardCharsets.UTF_8)) + "." + base64(claims.getBytes(StandardCharsets.UTF_8));
    }

    private static String number(BigInteger value) {
        byte[] bytes = value.toByteArray();
        return base64(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("Every Java runtime has RSA", e);
        }
    }
}
