package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenType;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A binding like DPoP whose proofs say in clear text what they prove. */
final class FakeBinding implements TokenBinding {

    private final String key;
    private final @Nullable Factory factory;

    private FakeBinding(String key, @Nullable Factory factory) {
        this.key = key;
        this.factory = factory;
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

    @Override
    public Optional<byte[]> saveRefreshed() throws IOException {
        if (factory != null && factory.cannotSave) {
            throw new IOException("The key store is read-only");
        }
        return Optional.ofNullable(factory == null ? null : factory.refreshed)
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    /** Numbers its keys; fails on demand. */
    static final class Factory implements TokenBinding.Factory {

        final AtomicInteger created = new AtomicInteger();
        private final String kind;
        volatile boolean broken;
        volatile boolean cannotSave;

        /** What a refresh makes of its bindings. */
        volatile @Nullable String refreshed;

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
            return new FakeBinding("key-" + created.incrementAndGet(), this);
        }

        @Override
        public TokenBinding restore(byte[] saved) throws IOException {
            if (broken) {
                throw new IOException("The key store is locked");
            }
            return new FakeBinding(new String(saved, StandardCharsets.UTF_8), this);
        }
    }
}
