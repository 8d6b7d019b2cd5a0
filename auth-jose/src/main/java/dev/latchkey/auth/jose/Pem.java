package dev.latchkey.auth.jose;

import dev.latchkey.auth.error.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Keys and certificates in PEM (RFC 7468): PKCS#8, plain or encrypted, and the older PKCS#1 and SEC 1. */
final class Pem {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END ([A-Z0-9 ]{1,40})-----", Pattern.DOTALL);
    private static final byte[] RSA = {0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1};
    private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};
    // By the object identifier, in hexadecimal, of a PKCS#8 key or of a public key.
    private static final Map<String, String> FACTORIES =
            Map.of(hex(RSA), "RSA", "06092a864886f70d01010a", "RSASSA-PSS", hex(EC), "EC", "06032b6570", "Ed25519");

    private Pem() {}

    static KeyMaterial read(String text, char @Nullable [] password) {
        PrivateKey key = null;
        PublicKey publicKey = null;
        List<X509Certificate> chain = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            String label = block.group(1);
            labels.add(label);
            if (!label.equals(block.group(3))) {
                throw new ConfigurationException("pem", "begins with " + label + " and ends with another thing");
            }
            String body = block.group(2);
            try {
                if (label.endsWith("PRIVATE KEY")) {
                    if (key != null) {
                        throw new ConfigurationException("pem", "has more than one private key; leave one");
                    }
                    key = privateKey(label, body, password);
                } else if (label.equals("PUBLIC KEY")) {
                    byte[] encoded = bytes(label, body);
                    publicKey = factory(Der.read(encoded).enter(0x30)).generatePublic(new X509EncodedKeySpec(encoded));
                } else if (label.equals("CERTIFICATE")) {
                    chain.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(bytes(label, body))));
                }
            } catch (GeneralSecurityException e) {
                // Without the cause, which may quote the key.
                throw new ConfigurationException("pem", "its " + label + " cannot be read as one");
            }
        }
        if (key == null) {
            throw new ConfigurationException(
                    "pem",
                    "has no private key; it has "
                            + (labels.isEmpty() ? "no part in PEM at all: give the text of the file" : labels));
        }
        if (publicKey == null) {
            publicKey = publicHalf(key);
        }
        return KeyMaterial.of(key, publicKey, chain);
    }

    private static PublicKey publicHalf(PrivateKey key) {
        try {
            return KeyMaterial.publicHalf(key);
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException(
                    "pem", "has a private key whose public half cannot be computed; add its certificate");
        }
    }

    private static PrivateKey privateKey(String label, String body, char @Nullable [] password)
            throws GeneralSecurityException {
        switch (label) {
            case "PRIVATE KEY":
                return pkcs8(bytes(label, body));
            case "ENCRYPTED PRIVATE KEY":
                if (password == null) {
                    throw new ConfigurationException("pem", "has an encrypted private key; give its password too");
                }
                return pkcs8(EncryptedKeys.decrypt(bytes(label, body), password));
            case "RSA PRIVATE KEY":
                return pkcs8(pkcs8Of(Der.wrap(0x30, RSA, new byte[] {0x05, 0x00}), bytes(label, body)));
            case "EC PRIVATE KEY":
                byte[] sec1 = bytes(label, body);
                Der.Reader reader = Der.read(sec1).enter(0x30);
                reader.skip();
                reader.skip();
                // The curve moves from the key to the algorithm (RFC 5915 §3, RFC 5480 §2.1.1).
                return pkcs8(pkcs8Of(Der.wrap(0x30, EC, reader.content(0xa0)), sec1));
            case "OPENSSH PRIVATE KEY":
                throw new ConfigurationException(
                        "pem", "has a key in OpenSSH's own format; convert it: ssh-keygen -p -m PKCS8 -f key");
            default:
                throw new ConfigurationException("pem", "its " + label + " cannot sign here");
        }
    }

    private static byte[] pkcs8Of(byte[] algorithm, byte[] key) {
        return Der.wrap(0x30, Der.wrap(0x02, new byte[1]), algorithm, Der.wrap(0x04, key));
    }

    private static PrivateKey pkcs8(byte[] encoded) throws GeneralSecurityException {
        Der.Reader info = Der.read(encoded).enter(0x30);
        info.skip();
        return factory(info).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    private static KeyFactory factory(Der.Reader info) throws GeneralSecurityException {
        String name = FACTORIES.get(hex(info.enter(0x30).whole()));
        if (name == null) {
            throw new ConfigurationException("pem", "has a key that is neither RSA, EC nor Ed25519");
        }
        return name.equals("Ed25519") ? Ed25519.factory() : KeyFactory.getInstance(name);
    }

    private static byte[] bytes(String label, String body) {
        if (body.contains("Proc-Type")) {
            throw new ConfigurationException(
                    "pem",
                    "its " + label + " is in the old encrypted form, which is weak; convert it: openssl pkcs8 -topk8");
        }
        try {
            return Base64.getDecoder().decode(body.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            // Without the cause, which quotes the offending character.
            throw new ConfigurationException("pem", "its " + label + " is not base64");
        }
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte each : bytes) {
            text.append(Character.forDigit((each >> 4) & 0xf, 16)).append(Character.forDigit(each & 0xf, 16));
        }
        return text.toString();
    }
}
