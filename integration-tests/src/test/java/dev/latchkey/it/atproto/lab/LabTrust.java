package dev.latchkey.it.atproto.lab;

import dev.latchkey.platform.tls.EphemeralAuthority;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The lab's certificate authority, and what a client needs to trust it. */
public final class LabTrust {

    private final EphemeralAuthority authority = EphemeralAuthority.create(new SecureRandom(), Instant.now());

    LabTrust() {}

    SSLContext server(String name) {
        return authority.serverContext(List.of(name, "localhost", "127.0.0.1", "::1"));
    }

    /** Trusts the lab's servers and nobody else. */
    public SSLContext client() {
        return trusting(authority.certificate());
    }

    /** The certificate in one line, for another process. */
    public String encoded() {
        try {
            return Base64.getEncoder().encodeToString(authority.certificate().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The digest of the authority's public key, in base64: a browser may let servers pass that present it in their chain. */
    public String publicKeyPin() {
        try {
            byte[] key = authority.certificate().getPublicKey().getEncoded();
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Trusts the servers of a lab in another process. */
    public static SSLContext client(String encoded) {
        try {
            byte[] der = Base64.getDecoder().decode(encoded.getBytes(StandardCharsets.US_ASCII));
            return trusting((X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext trusting(X509Certificate certificate) {
        try {
            KeyStore store = EphemeralAuthority.emptyStore();
            store.setCertificateEntry("lab", certificate);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
