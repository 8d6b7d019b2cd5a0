package dev.latchkey.platform.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate authority made in memory, and the server certificates that it signs (P-256, SHA-256, X.509 v3).
 *
 * <p>Instances are immutable and safe for use by several threads.
 */
public final class EphemeralAuthority {
    private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String NAME = "Latchkey Identity Platform (ephemeral)";
    private static final Duration LIFETIME = Duration.ofDays(90);

    private final SecureRandom random;
    private final Instant now;
    private final KeyPair keys;
    private final X509Certificate certificate;

    private EphemeralAuthority(SecureRandom random, Instant now) throws GeneralSecurityException {
        this.random = random;
        this.now = now;
        this.keys = keyPair();
        this.certificate = sign(
                NAME,
                keys.getPublic(),
                extension("2.5.29.19", true, Der.sequence(Der.bool(true))),
                extension("2.5.29.15", true, Der.bits(1, new byte[] {0x06})));
    }

    /**
     * Makes a new authority.
     *
     * @param random where keys and serial numbers come from
     * @param now the true time: clients compare the certificates with their own clock
     * @return the authority
     */
    public static EphemeralAuthority create(SecureRandom random, Instant now) {
        try {
            return new EphemeralAuthority(random, now);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot make P-256 certificates", e);
        }
    }

    /**
     * The authority's own certificate, which a client trusts.
     *
     * @return the certificate
     */
    public X509Certificate certificate() {
        return certificate;
    }

    /**
     * A context for a server that presents a certificate for the names given.
     *
     * @param names DNS names and literal IP addresses
     * @return the context
     */
    public SSLContext serverContext(List<String> names) {
        try {
            KeyPair leafKeys = keyPair();
            X509Certificate leaf = sign(
                    names.get(0),
                    leafKeys.getPublic(),
                    extension("2.5.29.15", true, Der.bits(7, new byte[] {(byte) 0x80})),
                    extension("2.5.29.37", false, Der.sequence(Der.oid("1.3.6.1.5.5.7.3.1"))),
                    extension("2.5.29.17", false, alternativeNames(names)));
            return context(leafKeys.getPrivate(), leaf, certificate);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot make P-256 certificates", e);
        }
    }

    private X509Certificate sign(String subject, PublicKey subjectKey, byte[]... specific)
            throws GeneralSecurityException {
        byte[] algorithm = Der.sequence(Der.oid(ECDSA_SHA256));
        List<byte[]> extensions = new ArrayList<>(List.of(specific));
        extensions.add(extension("2.5.29.14", false, Der.octets(keyIdentifier(subjectKey))));
        extensions.add(extension("2.5.29.35", false, Der.sequence(Der.implicit(0, keyIdentifier(keys.getPublic())))));
        byte[] toBeSigned = Der.sequence(
                Der.explicit(0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(127, random).add(BigInteger.ONE)),
                algorithm,
                name(NAME),
                Der.sequence(Der.time(now.minus(Duration.ofDays(1))), Der.time(now.plus(LIFETIME))),
                name(subject),
                subjectKey.getEncoded(),
                Der.explicit(3, Der.sequence(extensions.toArray(new byte[0][]))));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate(), random);
        signature.update(toBeSigned);
        byte[] encoded = Der.sequence(toBeSigned, algorithm, Der.bits(0, signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }

    private KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static SSLContext context(PrivateKey key, X509Certificate... chain) throws GeneralSecurityException {
        char[] password = new char[0];
        KeyStore store = emptyStore();
        store.setKeyEntry("server", key, password, chain);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /**
     * An empty key store in memory.
     *
     * @return the store
     * @throws GeneralSecurityException if this Java has no PKCS #12
     */
    public static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (java.io.IOException e) {
            throw new GeneralSecurityException("an empty key store could not be made", e);
        }
        return store;
    }

    private static byte[] keyIdentifier(PublicKey key) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-1").digest(key.getEncoded());
    }

    private static byte[] name(String commonName) {
        return Der.sequence(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.text(commonName))));
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(value))
                : Der.sequence(Der.oid(oid), Der.octets(value));
    }

    private static byte[] alternativeNames(List<String> names) {
        byte[][] encoded = new byte[names.size()][];
        for (int i = 0; i < encoded.length; i++) {
            String name = names.get(i);
            encoded[i] = isAddress(name)
                    ? Der.implicit(7, address(name))
                    : Der.implicit(2, name.getBytes(StandardCharsets.US_ASCII));
        }
        return Der.sequence(encoded);
    }

    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0 || name.matches("[0-9.]+");
    }

    private static byte[] address(String literal) {
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an IP address: " + literal, e);
        }
    }
}
