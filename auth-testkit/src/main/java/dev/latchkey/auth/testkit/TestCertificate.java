package dev.latchkey.auth.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * A self-signed certificate (RFC 5280) and its key, made in memory. The JDK has no public way to make one, and running
 * keytool takes a second and a file.
 */
final class TestCertificate {

    private static final char[] NO_PASSWORD = {};
    private static final byte[] ECDSA_WITH_SHA256 = der(0x30, oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));

    private final KeyPair keys;
    private final Certificate certificate;

    private TestCertificate(KeyPair keys, Certificate certificate) {
        this.keys = keys;
        this.certificate = certificate;
    }

    static TestCertificate of(String host) throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        byte[] toBeSigned = toBeSigned(host, keys.getPublic().getEncoded());
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(toBeSigned);
        byte[] signed = der(0x30, toBeSigned, ECDSA_WITH_SHA256, bitString(signature.sign()));
        return new TestCertificate(
                keys, CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(signed)));
    }

    SSLContext serverContext() {
        try {
            KeyStore store = emptyStore();
            store.setKeyEntry("server", keys.getPrivate(), NO_PASSWORD, new Certificate[] {certificate});
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError("No TLS context for the server", e);
        }
    }

    ServerTrust trust() {
        try {
            KeyStore store = emptyStore();
            store.setCertificateEntry("server", certificate);
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            TrustManager manager = managers.getTrustManagers()[0];
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {manager}, null);
            return new ServerTrust(context, (X509TrustManager) manager);
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError("No TLS context for the client", e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static byte[] toBeSigned(String host, byte[] publicKeyInfo) {
        byte[] name = der(0x30, der(0x31, der(0x30, oid(0x55, 0x04, 0x03), text(0x0c, host))));
        byte[] serial =
                new BigInteger(64, new SecureRandom()).add(BigInteger.ONE).toByteArray();
        // Valid since 2020 and until 2049, so that no test depends on the day.
        byte[] validity = der(0x30, text(0x17, "200101000000Z"), text(0x17, "491231235959Z"));
        byte[] alternativeName = der(0x30, oid(0x55, 0x1d, 0x11), der(0x04, der(0x30, text(0x82, host))));
        return der(
                0x30,
                der(0xa0, der(0x02, new byte[] {2})),
                der(0x02, serial),
                ECDSA_WITH_SHA256,
                name,
                validity,
                name,
                publicKeyInfo,
                der(0xa3, der(0x30, alternativeName)));
    }

    private static byte[] oid(int... encoded) {
        byte[] bytes = new byte[encoded.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) encoded[i];
        }
        return der(0x06, bytes);
    }

    private static byte[] text(int tag, String value) {
        return der(tag, value.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bitString(byte[] bytes) {
        return der(0x03, new byte[] {0}, bytes);
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        encoded.write(tag);
        if (length > 0xff) {
            encoded.write(0x82);
            encoded.write(length >> 8);
        } else if (length > 0x7f) {
            encoded.write(0x81);
        }
        encoded.write(length);
        encoded.writeBytes(content.toByteArray());
        return encoded.toByteArray();
    }
}
