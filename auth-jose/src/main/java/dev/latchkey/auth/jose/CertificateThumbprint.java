package dev.latchkey.auth.jose;

import dev.latchkey.auth.error.ConfigurationException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/** The thumbprint by which a token names the certificate that it is bound to (RFC 8705 §3.1). */
public final class CertificateThumbprint {

    private CertificateThumbprint() {}

    /**
     * Computes the value of {@code x5t#S256}.
     *
     * @param certificate the certificate
     * @return the SHA-256 hash of its DER encoding, base64url
     * @throws ConfigurationException if the certificate cannot be encoded
     */
    public static String of(X509Certificate certificate) {
        try {
            return Sha256.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new ConfigurationException("certificate", "cannot be encoded", null, e);
        }
    }
}
