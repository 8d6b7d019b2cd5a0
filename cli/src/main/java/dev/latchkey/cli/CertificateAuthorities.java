package dev.latchkey.cli;

import dev.latchkey.auth.error.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Trust in the certificate authorities of this Java, and in those of a PEM file. */
final class CertificateAuthorities {

    private CertificateAuthorities() {}

    static SSLContext withThoseOf(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            Collection<? extends Certificate> more =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (more.isEmpty()) {
                throw new ConfigurationException("--ca", pem + " holds no certificate; it must be PEM or DER");
            }
            KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
            all.load(null, null);
            int number = 0;
            for (X509Certificate each : ofThisJava()) {
                all.setCertificateEntry("java-" + number++, each);
            }
            for (Certificate each : more) {
                all.setCertificateEntry("file-" + number++, each);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trusting(all), null);
            return context;
        } catch (IOException e) {
            throw new ConfigurationException("--ca", pem + " cannot be read", null, e);
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException("--ca", pem + " is not a file of certificates in PEM or DER", null, e);
        }
    }

    private static X509Certificate[] ofThisJava() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        for (TrustManager each : factory.getTrustManagers()) {
            if (each instanceof X509TrustManager) {
                return ((X509TrustManager) each).getAcceptedIssuers();
            }
        }
        return new X509Certificate[0];
    }

    private static TrustManager[] trusting(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
