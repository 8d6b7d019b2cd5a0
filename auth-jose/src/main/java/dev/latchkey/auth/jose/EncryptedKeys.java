package dev.latchkey.auth.jose;

import dev.latchkey.auth.error.ConfigurationException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Private keys under a password (RFC 5208 §6, RFC 8018). */
final class EncryptedKeys {

    private static final String PBES2 = "1.2.840.113549.1.5.13";

    private EncryptedKeys() {}

    static byte[] decrypt(byte[] encrypted, char[] password) {
        EncryptedPrivateKeyInfo info;
        try {
            info = new EncryptedPrivateKeyInfo(encrypted);
        } catch (IOException e) {
            throw new ConfigurationException("pem", "has an encrypted private key that cannot be read as one");
        }
        // Up to Java 18 the name of PBES2 says nothing of hash and cipher; the parameters' toString does.
        String name = info.getAlgName().equals(PBES2) || info.getAlgName().equals("PBES2")
                ? String.valueOf(info.getAlgParameters())
                : info.getAlgName();
        PBEKeySpec spec = new PBEKeySpec(password);
        try {
            SecretKey key = SecretKeyFactory.getInstance(name).generateSecret(spec);
            Cipher cipher = Cipher.getInstance(name);
            cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
            return info.getKeySpec(cipher).getEncoded();
        } catch (NoSuchAlgorithmException e) {
            throw new ConfigurationException(
                    "pem",
                    "has a private key under an encryption that this runtime does not know; convert it: openssl pkcs8"
                            + " -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256");
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException("password", "does not open the private key, or the key is damaged");
        } finally {
            spec.clearPassword();
        }
    }
}
