package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenType;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A binding like DPoP whose proofs say in clear text what they prove. */
final class FakeBinding implements TokenBinding {

    private final String key;

    private FakeBinding(String key) {
        this.key = key;
    }

    @Override
    public TokenType tokenType() {
        return TokenType.DPOP;
    }

    @Override
    public TransportHeaders prove(String method, URI uri, @Nullable AccessToken token, @Nullable String nonce) {
        return TransportHeaders.builder()
                .set(
                        "DPoP",
                        key + " " + method + " " + uri + (token == null ? "" : " with token")
                                + (nonce == null ? "" : " and nonce " + nonce))
                .build();
    }

    @Override
    public String thumbprint() {
        return "thumbprint of " + key;
    }

    @Override
    public byte[] save() {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /** Numbers its keys; fails on demand. */
    static final class Factory implements TokenBinding.Factory {

        final AtomicInteger created = new AtomicInteger();
        private final String kind;
        volatile boolean broken;

        Factory(String kind) {
            this.kind = kind;
        }

        @Override
        public String kind() {
            return kind;
        }

        @Override
        public TokenBinding create(AuthorizationServerMetadata server) throws IOException {
            if (broken) {
                throw new IOException("The key store is locked");
            }
            return new FakeBinding("key-" + created.incrementAndGet());
        }

        @Override
        public TokenBinding restore(byte[] saved) throws IOException {
            if (broken) {
                throw new IOException("The key store is locked");
            }
            return new FakeBinding(new String(saved, StandardCharsets.UTF_8));
        }
    }
}
