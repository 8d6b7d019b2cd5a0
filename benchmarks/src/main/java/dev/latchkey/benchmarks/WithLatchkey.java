package dev.latchkey.benchmarks;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;

/** A client of Latchkey's whose server is known without a request, as the programs by hand know theirs. */
public final class WithLatchkey {

    /** What every program here asks for. */
    public static final Scopes SCOPES = Scopes.of("https://graph.microsoft.com/.default");

    private WithLatchkey() {}

    /**
     * Builds the client.
     *
     * @param transport the transport
     * @param endpoint the token endpoint
     * @return the client
     */
    public static OAuthClient client(HttpTransport transport, URI endpoint) {
        return OAuthClient.builder(transport)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://localhost")
                        .tokenEndpoint(endpoint)
                        .build()))
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of("s3cret")))
                .build();
    }
}
