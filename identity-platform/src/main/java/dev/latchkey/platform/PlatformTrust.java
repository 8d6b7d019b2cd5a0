package dev.latchkey.platform;

import dev.latchkey.platform.tls.EphemeralAuthority;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * What a client needs to trust a platform, in whichever form it wants it. It trusts the platform's own certificate
 * authority and nothing else; names are still checked.
 *
 * <p>Instances are immutable and safe for use by several threads.
 */
public final class PlatformTrust {
    private final X509Certificate authority;
    private final X509TrustManager trustManager;
    private final SSLContext sslContext;

    private PlatformTrust(X509Certificate authority) throws GeneralSecurityException {
        KeyStore store = EphemeralAuthority.emptyStore();
        store.setCertificateEntry("identity-platform", authority);
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        this.authority = authority;
        this.trustManager = (X509TrustManager) factory.getTrustManagers()[0];
        this.sslContext = SSLContext.getInstance("TLS");
        sslContext.init(null, new TrustManager[] {trustManager}, null);
    }

    static PlatformTrust in(X509Certificate authority) {
        try {
            return new PlatformTrust(authority);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot trust a certificate", e);
        }
    }

    /**
     * A context for clients.
     *
     * @return the context
     */
    public SSLContext sslContext() {
        return sslContext;
    }

    /**
     * The trust manager of {@link #sslContext()}.
     *
     * @return the trust manager
     */
    public X509TrustManager trustManager() {
        return trustManager;
    }

    /**
     * The certificate of the platform's authority.
     *
     * @return the certificate
     */
    public X509Certificate certificate() {
        return authority;
    }

    /**
     * The certificate of the platform's authority as PEM.
     *
     * @return the text
     */
    public String pem() {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                            .encodeToString(authority.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was parsed cannot be written", e);
        }
    }
}
