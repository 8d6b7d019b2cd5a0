package dev.latchkey.auth.credential;

import dev.latchkey.auth.spi.HttpTransport;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A client certificate, and a transport whose connections present it (RFC 8705). The private key is the transport's alone.
 *
 * <p>When the certificate is renewed, {@link #replace} puts the new one in place, for all requests from then on. Whoever
 * made a transport closes it, after the last request over it. Safe for use by any number of threads; it prints the
 * certificate's subject.
 */
public final class TlsCredential {

    private final AtomicReference<Pair> current;

    private TlsCredential(Pair first) {
        this.current = new AtomicReference<>(first);
    }

    /**
     * Takes a certificate and its transport.
     *
     * @param chain the certificates that the transport presents, the client's own first
     * @param transport a transport that presents them
     * @return the credential
     * @throws IllegalArgumentException if there is no certificate
     */
    public static TlsCredential of(List<X509Certificate> chain, HttpTransport transport) {
        return new TlsCredential(new Pair(chain, transport));
    }

    /**
     * Puts a renewed certificate in place. Tokens that are bound to the one before are of no use over the new connections:
     * a resource refuses them, and they are then refreshed.
     *
     * @param chain the new certificates, the client's own first
     * @param transport a transport that presents them
     * @throws IllegalArgumentException if there is no certificate
     */
    public void replace(List<X509Certificate> chain, HttpTransport transport) {
        current.set(new Pair(chain, transport));
    }

    /**
     * Gives the client's own certificate.
     *
     * @return the certificate that is presented now
     */
    public X509Certificate certificate() {
        return current.get().certificate;
    }

    /**
     * Gives the transport.
     *
     * @return the one that presents the certificate
     */
    public HttpTransport transport() {
        return current.get().transport;
    }

    /**
     * Identifies the certificate (RFC 8705 §3.1).
     *
     * @return {@code x5t#S256}: the SHA-256 of its DER form, base64url
     */
    public String thumbprint() {
        return current.get().thumbprint;
    }

    @Override
    public String toString() {
        return "TlsCredential[" + certificate().getSubjectX500Principal().getName() + "]";
    }

    /** What belongs together, so that nobody sees the one of before and the other of now. */
    private static final class Pair {

        private final X509Certificate certificate;
        private final HttpTransport transport;
        private final String thumbprint;

        Pair(List<X509Certificate> chain, HttpTransport transport) {
            if (Objects.requireNonNull(chain, "chain").isEmpty()) {
                throw new IllegalArgumentException("chain must hold the client's certificate");
            }
            this.certificate = chain.get(0);
            this.transport = Objects.requireNonNull(transport, "transport");
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
                this.thumbprint = Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java runtime has SHA-256", e);
            } catch (CertificateEncodingException e) {
                throw new IllegalArgumentException("chain: the client's certificate cannot be encoded", e);
            }
        }
    }
}
