package dev.latchkey.auth.jose;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.spi.JwsSigner;
import dev.latchkey.auth.spi.SessionKeys;
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
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keys of sessions in memory, for every algorithm of {@link SigningKey}, saved as bytes.
 *
 * <p>What {@link #save} gives is the private key itself; whoever stores it encrypts it. Safe for use by any number of
 * threads at once.
 */
public final class SoftwareSessionKeys implements SessionKeys {

    private static final int FORMAT = 1;
    private static final int DIGEST_LENGTH = 32;
    private static final int RSA_BITS = 2048;

    private final SecureRandom random;
    private final @Nullable Provider provider;

    private SoftwareSessionKeys(SecureRandom random, @Nullable Provider provider) {
        this.random = Objects.requireNonNull(random, "random");
        this.provider = provider;
    }

    /**
     * Makes session keys from the runtime's default source of randomness and with its own cryptography.
     *
     * @return the session keys
     */
    public static SoftwareSessionKeys create() {
        return new SoftwareSessionKeys(new SecureRandom(), null);
    }

    /**
     * Makes session keys.
     *
     * @param random where new keys come from
     * @param provider makes the signatures; it need not be installed
     * @return the session keys
     */
    public static SoftwareSessionKeys create(SecureRandom random, Provider provider) {
        return new SoftwareSessionKeys(random, Objects.requireNonNull(provider, "provider"));
    }

    @Override
    public JwsSigner create(String algorithm) throws IOException {
        Algorithm chosen = supported(algorithm);
        try {
            KeyPair pair = generator(chosen).generateKeyPair();
            return new Key(pair.getPrivate(), signing(chosen, pair.getPrivate(), pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IOException("This runtime cannot make keys for " + algorithm, e);
        }
    }

    @Override
    public byte[] save(JwsSigner key) throws IOException {
        if (!(key instanceof Key)) {
            throw new IllegalArgumentException("key must come from SoftwareSessionKeys");
        }
        Key own = (Key) key;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(FORMAT);
        out.writeUTF(own.algorithm());
        write(out, own.privateKey.getEncoded());
        write(out, own.publicKey().getEncoded());
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
            Algorithm algorithm = Algorithm.of(in.readUTF());
            KeyFactory factory = factory(algorithm);
            PrivateKey privateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(read(in)));
            PublicKey publicKey = factory.generatePublic(new X509EncodedKeySpec(read(in)));
            return new Key(privateKey, signing(algorithm, privateKey, publicKey));
        } catch (GeneralSecurityException | ConfigurationException e) {
            // Without the cause, which may quote the key.
            throw new IOException("The saved key is not one that this runtime can sign with");
        }
    }

    private SigningKey signing(Algorithm algorithm, PrivateKey privateKey, PublicKey publicKey) {
        return new SigningKey(algorithm, KeyMaterial.of(privateKey, publicKey, List.of()), null, provider);
    }

    private Algorithm supported(String name) {
        List<String> supported = new ArrayList<>();
        for (String each : Algorithm.names()) {
            if (JcaSignature.has(Algorithm.of(each), provider)) {
                supported.add(each);
            }
        }
        if (!supported.contains(name)) {
            throw new IllegalArgumentException("algorithm must be one of " + supported);
        }
        return Algorithm.of(name);
    }

    private KeyPairGenerator generator(Algorithm algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator;
        switch (algorithm.kind()) {
            case RSA:
                generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(RSA_BITS, random);
                return generator;
            case EC:
                generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(
                        new ECGenParameterSpec(Objects.requireNonNull(algorithm.curve(), "curve")
                                .getStdName()),
                        random);
                return generator;
            default:
                generator = KeyPairGenerator.getInstance("Ed25519");
                generator.initialize(255, random);
                return generator;
        }
    }

    private static KeyFactory factory(Algorithm algorithm) throws GeneralSecurityException {
        switch (algorithm.kind()) {
            case RSA:
                return KeyFactory.getInstance("RSA");
            case EC:
                return KeyFactory.getInstance("EC");
            default:
                return Ed25519.factory();
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
            throw new IOException("This runtime has no SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "SoftwareSessionKeys";
    }

    /** A key that can be saved. */
    private static final class Key implements JwsSigner {

        private final transient PrivateKey privateKey;
        private final SigningKey signing;

        Key(PrivateKey privateKey, SigningKey signing) {
            this.privateKey = privateKey;
            this.signing = signing;
        }

        @Override
        public String algorithm() {
            return signing.algorithm();
        }

        @Override
        public PublicKey publicKey() {
            return signing.publicKey();
        }

        @Override
        public byte[] sign(byte[] signingInput) throws IOException {
            return signing.sign(signingInput);
        }

        @Override
        public String toString() {
            return "SessionKey[" + algorithm() + "]";
        }
    }
}
