package dev.latchkey.auth.jose;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;

/** A client and the server that it talks to, without a network. */
final class Stage {

    static final String ISSUER = "https://as.example.com";
    static final ClientId CLIENT = ClientId.of("my-app");
    static final Scopes READ = Scopes.of("api.read");

    final ScriptedTransport transport = ScriptedTransport.create();
    final MutableClock clock = MutableClock.create();

    static AuthorizationServerMetadata.Builder metadata() {
        return AuthorizationServerMetadata.builder(ISSUER)
                .authorizationEndpoint(URI.create(ISSUER + "/authorize"))
                .tokenEndpoint(URI.create(ISSUER + "/oauth/token"))
                .revocationEndpoint(URI.create(ISSUER + "/revoke"));
    }

    OAuthClientBuilder builder(ClientAuthentication authentication) {
        return OAuthClient.builder(transport)
                .server(AuthorizationServer.of(metadata().build()))
                .client(CLIENT, authentication)
                .clock(clock);
    }

    /** Sends one token request and gives the assertion that was in it. */
    Jwt assertion(ClientAuthentication authentication) {
        return Jwt.parse(requested(builder(authentication).build()));
    }

    String requested(OAuthClient client) {
        transport.answers(granted("Bearer"));
        client.request(ClientCredentialsGrant.of(READ));
        return transport.lastRequest().form().get("client_assertion");
    }

    static Answer granted(String type) {
        return Answer.json(
                200,
                "{\"access_token\":\"Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU\",\"token_type\":\"" + type
                        + "\",\"expires_in\":3600,\"refresh_token\":\"Q..Zkm29lexi8VnWg2zPW1x-tgGad0Ibc3s3EwM_Ni4-g\"}");
    }
}
