package dev.latchkey.auth.spi;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Objects;

/**
 * The reference session keys: {@code ES256} key pairs in memory, made by the JVM's own cryptography and saved as bytes.
 *
 * <p>What {@link #save} gives is the private key itself; whoever stores it encrypts it. Safe for use by any number of
 * threads at once.
 */
public final class JcaSessionKeys implements SessionKeys {

    private static final String ES256 = "ES256";
    private static final int FORMAT = 1;
    private static final int DIGEST_LENGTH = 32;

    private final SecureRandom random;

    private JcaSessionKeys(SecureRandom random) {
        this.random = Objects.requireNonNull(random, "random");
    }

    /**
     * Makes session keys from the JVM's default source of randomness.
     *
     * @return the session keys
     */
    public static JcaSessionKeys create() {
        return create(new SecureRandom());
    }

    /**
     * Makes session keys.
     *
     * @param random where new keys come from
     * @return the session keys
     */
    public static JcaSessionKeys create(SecureRandom random) {
        return new JcaSessionKeys(random);
    }

    @Override
    public JwsSigner create(String algorithm) throws IOException {
        if (!algorithm.equals(ES256)) {
            throw new IllegalArgumentException("algorithm must be ES256");
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair pair = generator.generateKeyPair();
            return new Es256Signer(pair.getPrivate(), pair.getPublic());
        } catch (GeneralSecurityException e) {
            throw new IOException("This JVM cannot make ES256 keys", e);
        }
    }

    @Override
    public byte[] save(JwsSigner key) throws IOException {
        if (!(key instanceof Es256Signer)) {
            throw new IllegalArgumentException("key must come from JcaSessionKeys");
        }
        Es256Signer own = (Es256Signer) key;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(FORMAT);
        write(out, own.privateKey.getEncoded());
        write(out, own.publicKey.getEncoded());
        out.write(digest(bytes.toByteArray()));
        return bytes.toByteArray();
    }

    @Override
    public JwsSigner restore(byte[] saved) throws IOException {
        int content = saved.length - DIGEST_LENGTH;
        if (content < 1) {
            throw new IOException("The saved key is damaged: too short");
        }
        byte[] expected = digest(Arrays.copyOf(saved, content));
        if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(saved, content, saved.length))) {
            throw new IOException("The saved key is damaged: its checksum differs");
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(saved, 0, content));
        if (in.readUnsignedByte() != FORMAT) {
            throw new IOException("The saved key has a format that this version does not know");
        }
        try {
            KeyFactory factory = KeyFactory.getInstance("EC");
            PrivateKey privateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(read(in)));
            PublicKey publicKey = factory.generatePublic(new X509EncodedKeySpec(read(in)));
            return new Es256Signer(privateKey, publicKey);
        } catch (GeneralSecurityException e) {
            // Without the cause, which may quote the key.
            throw new IOException("The saved key is not an EC key pair");
        }
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    private static byte[] read(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readUnsignedShort()];
        in.readFully(bytes);
        return bytes;
    }

    private static byte[] digest(byte[] bytes) throws IOException {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IOException("This JVM has no SHA-256", e);
        }
    }

    private static final class Es256Signer implements JwsSigner {

        private final PrivateKey privateKey;
        private final PublicKey publicKey;

        private Es256Signer(PrivateKey privateKey, PublicKey publicKey) {
            this.privateKey = privateKey;
            this.publicKey = publicKey;
        }

        @Override
        public String algorithm() {
            return ES256;
        }

        @Override
        public PublicKey publicKey() {
            return publicKey;
        }

        @Override
        public byte[] sign(byte[] signingInput) throws IOException {
            try {
                // The two numbers side by side, as RFC 7518 §3.4 wants them; plain SHA256withECDSA would give DER.
                Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
                signature.initSign(privateKey);
                signature.update(signingInput);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new IOException("The key refused to sign", e);
            }
        }

        @Override
        public String toString() {
            return "JwsSigner[ES256]";
        }
    }
}
