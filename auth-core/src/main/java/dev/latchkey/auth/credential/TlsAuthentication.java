package dev.latchkey.auth.credential;

import dev.latchkey.auth.spi.HttpTransport;
import java.util.Objects;
import java.util.Optional;

/** A client that the server knows by its certificate (RFC 8705 §2). */
final class TlsAuthentication implements ClientAuthentication {

    private final String method;
    private final TlsCredential credential;

    TlsAuthentication(String method, TlsCredential credential) {
        this.method = method;
        this.credential = Objects.requireNonNull(credential, "credential");
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public void authenticate(RequestDraft request) {
        // RFC 8705 §2: the certificate says who, and client_id which client of theirs.
        request.parameter("client_id", request.clientId().value());
    }

    @Override
    public Optional<HttpTransport> transport() {
        return Optional.of(credential.transport());
    }

    @Override
    public String toString() {
        return "TlsAuthentication[" + method + ", " + credential + "]";
    }
}
