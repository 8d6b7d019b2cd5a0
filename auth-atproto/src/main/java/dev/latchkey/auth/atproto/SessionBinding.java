package dev.latchkey.auth.atproto;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.jose.Dpop;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a session is tied to: its own DPoP key, and the client's key that it began with, since the servers end a session that
 * comes with another one of either.
 */
final class SessionBinding implements TokenBinding {

    private static final int FORMAT = 1;

    private final TokenBinding dpop;
    private final String clientKey;

    private SessionBinding(TokenBinding dpop, String clientKey) {
        this.dpop = dpop;
        this.clientKey = clientKey;
    }

    /** Tells the identifier of the client's key; empty for a public client. */
    String clientKey() {
        return clientKey;
    }

    @Override
    public TokenType tokenType() {
        return dpop.tokenType();
    }

    @Override
    public TransportHeaders prove(String method, URI uri, @Nullable AccessToken token, @Nullable String nonce)
            throws IOException {
        return dpop.prove(method, uri, token, nonce);
    }

    @Override
    public boolean refused(TransportHeaders headers, URI uri, Instant theirs) {
        return dpop.refused(headers, uri, theirs);
    }

    @Override
    public String thumbprint() {
        return dpop.thumbprint();
    }

    @Override
    public Optional<HttpTransport> transport() {
        return dpop.transport();
    }

    @Override
    public byte[] save() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(FORMAT);
        out.writeUTF(clientKey);
        out.write(dpop.save());
        return bytes.toByteArray();
    }

    @Override
    public String toString() {
        return "SessionBinding[" + dpop + "]";
    }

    /** Makes bindings with the client's current key. */
    static final class Factory implements TokenBinding.Factory {

        private final Dpop dpop;
        private final String clientKey;

        Factory(Dpop dpop, String clientKey) {
            this.dpop = dpop;
            this.clientKey = clientKey;
        }

        @Override
        public String kind() {
            return "atproto";
        }

        @Override
        public Optional<String> signingAlgorithm() {
            return dpop.signingAlgorithm();
        }

        @Override
        public TokenBinding create(AuthorizationServerMetadata server) throws IOException {
            return new SessionBinding(dpop.create(server), clientKey);
        }

        @Override
        public TokenBinding restore(byte[] saved) throws IOException {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(saved));
            if (in.readUnsignedByte() != FORMAT) {
                throw new IOException("The saved session has a format that this version does not know");
            }
            String key = in.readUTF();
            return new SessionBinding(dpop.restore(in.readAllBytes()), key);
        }
    }
}
