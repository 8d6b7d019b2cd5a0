package dev.latchkey.examples.atproto;

import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.atproto.AtprotoClientBuilder;
import dev.latchkey.auth.atproto.AtprotoClientMetadata;
import dev.latchkey.auth.atproto.AtprotoIdentities;
import dev.latchkey.auth.atproto.ClientKeys;
import dev.latchkey.auth.atproto.Permission;
import dev.latchkey.auth.atproto.TxtRecords;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.store.EncryptedTokenStore;
import dev.latchkey.auth.store.EncryptionKey;
import dev.latchkey.auth.store.EncryptionKeys;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.store.file.FileTokenStore;
import dev.latchkey.transport.jdk.JdkTransport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The client as the options want it, and the transport that it sends by. */
final class Connection implements AutoCloseable {

    private static final Scopes SCOPES = Permission.scopes(Permission.TRANSITION_GENERIC);
    // Somebody waits in front of a page, and the server may be anybody's.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final JdkTransport transport;
    private final AtprotoClient client;

    private Connection(JdkTransport transport, AtprotoClient client) {
        this.transport = transport;
        this.client = client;
    }

    static Connection open(Options options) throws IOException {
        AtprotoClientMetadata metadata = metadata(options);
        TokenStore store = store(options.store);
        JdkTransport transport = JdkTransport.create();
        AtprotoIdentities.Builder identities = AtprotoIdentities.builder(transport);
        AtprotoClientBuilder client =
                AtprotoClient.builder(transport).metadata(metadata).store(store).timeout(PATIENCE);
        if (options.plcDirectory != null) {
            identities.plcDirectory(options.plcDirectory);
            warn("--plc-directory lets " + options.plcDirectory.getAuthority() + " say who is who");
        }
        if (options.handleService != null) {
            identities.handleService(options.handleService);
            warn("--handle-service lets " + options.handleService.getAuthority() + " say whose a handle is");
        }
        if (options.dns != null) {
            identities.txtRecords(TxtRecords.at(options.dns));
        }
        if (options.httpAllowed) {
            identities.dangerouslyAllowLoopback();
            client.dangerouslyAllowLoopback();
            warn("--dangerously-allow-http lets servers of accounts be on this machine, without TLS");
        }
        return new Connection(transport, client.identities(identities.build()).build());
    }

    /**
     * On this machine: the client for development, which needs no document. Its redirect URI is without a port, because it is a part of
     * the client's identifier, which must stay the same for the sessions in the store. In the world: a client with a
     * document, which {@link Site} serves.
     */
    private static AtprotoClientMetadata metadata(Options options) throws IOException {
        URI url = options.url;
        if (url == null) {
            return AtprotoClientMetadata.localhost(SCOPES, URI.create("http://127.0.0.1/callback"));
        }
        AtprotoClientMetadata.Builder metadata = AtprotoClientMetadata.builder(url.resolve("/client-metadata.json"))
                .name("Latchkey example")
                .homepage(url)
                .redirectUris(url.resolve("/callback"))
                .scopes(SCOPES);
        if (options.key != null) {
            metadata.keys(ClientKeys.of(SigningKey.pem(Files.readString(options.key))
                    .keyIdFromThumbprint()
                    .build()));
        }
        return metadata.build();
    }

    private static TokenStore store(@Nullable Path directory) throws IOException {
        if (directory == null) {
            return InMemoryTokenStore.create();
        }
        TokenStore files = FileTokenStore.open(directory);
        String key = System.getenv("LATCHKEY_STORE_KEY");
        if (key == null) {
            warn("LATCHKEY_STORE_KEY is not set, so whoever can read " + directory + " can read the sessions");
            return files;
        }
        return EncryptedTokenStore.over(files, EncryptionKeys.of(EncryptionKey.ofBase64("example", key)));
    }

    private static void warn(String what) {
        System.err.println("warning: " + what + ". For development alone.");
    }

    AtprotoClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
        transport.close();
    }
}
