package dev.latchkey.auth.credential;

import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenType;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that are of use over connections with the client's certificate alone (RFC 8705 §3). The connection is the proof,
 * so that nothing is added to a request. Immutable but for the certificate, which its credential replaces.
 */
final class CertificateBinding implements TokenBinding {

    private final TlsCredential credential;

    CertificateBinding(TlsCredential credential) {
        this.credential = credential;
    }

    @Override
    public TokenType tokenType() {
        return TokenType.BEARER;
    }

    @Override
    public TransportHeaders prove(String method, URI uri, @Nullable AccessToken token, @Nullable String nonce) {
        return TransportHeaders.empty();
    }

    @Override
    public String thumbprint() {
        return credential.thumbprint();
    }

    @Override
    public Optional<HttpTransport> transport() {
        return Optional.of(credential.transport());
    }

    @Override
    public byte[] save() {
        return thumbprint().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "CertificateBinding[" + credential + "]";
    }

    /** Makes bindings to one credential, whichever certificate it has by then. */
    static final class Factory implements TokenBinding.Factory {

        private final TlsCredential credential;

        Factory(TlsCredential credential) {
            this.credential = Objects.requireNonNull(credential, "credential");
        }

        @Override
        public String kind() {
            return "mtls";
        }

        @Override
        public TokenBinding create(AuthorizationServerMetadata server) {
            return new CertificateBinding(credential);
        }

        @Override
        public TokenBinding restore(byte[] saved) {
            // A renewed certificate goes on with the sessions of the one before.
            return new CertificateBinding(credential);
        }

        @Override
        public String toString() {
            return "CertificateBinding.Factory[" + credential + "]";
        }
    }
}
