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
 * comes with another one of either. They bind a session that a public client began to the key of its first refresh as a
 * confidential one: it is this client's current key from when it is restored, and kept when that refresh has succeeded.
 */
final class SessionBinding implements TokenBinding {

    private static final int FORMAT = 2;
    private static final int WITHOUT_THUMBPRINT = 1;

    private final TokenBinding dpop;
    private final BoundKey clientKey;
    private final boolean isSaved;

    private SessionBinding(TokenBinding dpop, BoundKey clientKey, boolean isSaved) {
        this.dpop = dpop;
        this.clientKey = clientKey;
        this.isSaved = isSaved;
    }

    /** Tells the client's key; none for a public client. */
    BoundKey clientKey() {
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
        out.writeUTF(clientKey.id());
        out.writeUTF(clientKey.thumbprint());
        out.write(dpop.save());
        return bytes.toByteArray();
    }

    @Override
    public Optional<byte[]> saveRefreshed() throws IOException {
        return isSaved ? Optional.empty() : Optional.of(save());
    }

    @Override
    public String toString() {
        return "SessionBinding[" + dpop + "]";
    }

    /** Makes bindings with the client's current key, and restores them with the one that they have. */
    static final class Factory implements TokenBinding.Factory {

        private final Dpop dpop;
        private final Optional<ClientKeys> keys;

        Factory(Dpop dpop, Optional<ClientKeys> keys) {
            this.dpop = dpop;
            this.keys = keys;
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
            return new SessionBinding(dpop.create(server), current(), true);
        }

        @Override
        public TokenBinding restore(byte[] saved) throws IOException {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(saved));
            int format = in.readUnsignedByte();
            if (format != FORMAT && format != WITHOUT_THUMBPRINT) {
                throw new IOException("The saved session has a format that this version does not know");
            }
            BoundKey kept = BoundKey.of(in.readUTF(), format == FORMAT ? in.readUTF() : "");
            BoundKey known = kept.isNone()
                    ? current()
                    : keys.flatMap(all -> all.find(kept)).orElse(kept);
            boolean isSaved = known.id().equals(kept.id()) && known.thumbprint().equals(kept.thumbprint());
            return new SessionBinding(dpop.restore(in.readAllBytes()), known, isSaved);
        }

        private BoundKey current() {
            return keys.map(ClientKeys::current).orElse(BoundKey.NONE);
        }
    }
}
