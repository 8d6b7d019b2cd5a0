package dev.latchkey.auth.jose;

import dev.latchkey.auth.error.ConfigurationException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/** Ed25519 keys (RFC 8410) by their encodings: the JCA's own types for them came with Java 15. */
final class Ed25519 {

    private static final int LENGTH = 32;
    private static final byte[] OID = {0x06, 0x03, 0x2b, 0x65, 0x70};
    private static final byte[] PUBLIC_PREFIX =
            Der.wrap(0x30, Der.wrap(0x30, OID), Der.wrap(0x03, new byte[LENGTH + 1]));

    private Ed25519() {}

    static boolean is(PublicKey key) {
        byte[] encoded = key.getEncoded();
        int prefix = PUBLIC_PREFIX.length - LENGTH;
        return encoded != null
                && encoded.length == PUBLIC_PREFIX.length
                && Arrays.equals(encoded, 0, prefix, PUBLIC_PREFIX, 0, prefix);
    }

    /** Gives the member {@code x} of the key's JWK (RFC 8037 §2). */
    static byte[] x(PublicKey key) {
        byte[] encoded = key.getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - LENGTH, encoded.length);
    }

    static PublicKey publicKey(byte[] x) throws GeneralSecurityException {
        byte[] encoded = Arrays.copyOf(PUBLIC_PREFIX, PUBLIC_PREFIX.length);
        if (x.length != LENGTH) {
            throw new GeneralSecurityException("x must have 32 bytes");
        }
        if (!EdwardsPoint.canBeKey(x)) {
            throw new GeneralSecurityException("x is no point that an Ed25519 key can be");
        }
        System.arraycopy(x, 0, encoded, encoded.length - LENGTH, LENGTH);
        return factory().generatePublic(new X509EncodedKeySpec(encoded));
    }

    static PrivateKey privateKey(byte[] d) throws GeneralSecurityException {
        if (d.length != LENGTH) {
            throw new GeneralSecurityException("d must have 32 bytes");
        }
        return factory()
                .generatePrivate(new PKCS8EncodedKeySpec(Der.wrap(
                        0x30, Der.wrap(0x02, new byte[1]), Der.wrap(0x30, OID), Der.wrap(0x04, Der.wrap(0x04, d)))));
    }

    static KeyFactory factory() {
        try {
            return KeyFactory.getInstance("Ed25519");
        } catch (NoSuchAlgorithmException e) {
            throw missing(e);
        }
    }

    static ConfigurationException missing(NoSuchAlgorithmException e) {
        return new ConfigurationException(
                "alg", "Ed25519 is not in this runtime; Java 15 or newer has it, or a provider of your own", null, e);
    }

    /**
     * Finds the public half. The JCA has no function for that, but its generator computes it from the bytes that the
     * source of randomness gives, and these are the private key (RFC 8032 §5.1.5).
     */
    static PublicKey publicKey(PrivateKey key) throws GeneralSecurityException {
        byte[] encoded = key.getEncoded();
        if (encoded == null || encoded.length < LENGTH) {
            throw new GeneralSecurityException("the private key cannot be read");
        }
        // The first form of RFC 8410 §7 ends with the key; the second has the public half after it.
        Der.Reader info = Der.read(encoded).enter(0x30);
        info.skip();
        info.skip();
        byte[] seed = Der.read(info.content(0x04)).content(0x04);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(255, new Given(seed));
        KeyPair pair = generator.generateKeyPair();
        return pair.getPublic();
    }

    /** Gives the same bytes each time. */
    private static final class Given extends SecureRandom {

        private static final long serialVersionUID = 1L;

        private final transient byte[] bytes;

        Given(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void nextBytes(byte[] target) {
            System.arraycopy(bytes, 0, target, 0, Math.min(bytes.length, target.length));
        }
    }
}
