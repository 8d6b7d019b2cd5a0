package dev.latchkey.auth.jose;

import dev.latchkey.auth.error.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Private keys and their certificates in the JCA's key stores, PKCS#12 (RFC 7292) before all. */
final class KeyStores {

    private KeyStores() {}

    static KeyMaterial pkcs12(byte[] file, char[] password) {
        KeyStore store;
        List<String> keys = new ArrayList<>();
        try {
            store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(file), password);
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    keys.add(alias);
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigurationException(
                    "pkcs12", "cannot be opened: it is no PKCS#12 file, or the password is another one");
        }
        if (keys.size() != 1) {
            throw new ConfigurationException(
                    "pkcs12",
                    "has " + keys.size() + " keys " + keys
                            + " and must have one; SigningKey.keyStore(…) takes an alias");
        }
        return read(store, keys.get(0), password);
    }

    static KeyMaterial read(KeyStore store, String alias, char @Nullable [] password) {
        Key key;
        Certificate[] certificates;
        try {
            key = store.getKey(alias, password);
            certificates = store.getCertificateChain(alias);
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException("password", "does not open the key " + alias);
        }
        if (!(key instanceof PrivateKey)) {
            throw new ConfigurationException("alias", "names no private key: " + alias);
        }
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate each : certificates == null ? new Certificate[0] : certificates) {
            if (each instanceof X509Certificate) {
                chain.add((X509Certificate) each);
            }
        }
        if (chain.isEmpty()) {
            throw new ConfigurationException("certificate", "is missing for the key " + alias);
        }
        return KeyMaterial.of((PrivateKey) key, chain.get(0).getPublicKey(), chain);
    }
}
