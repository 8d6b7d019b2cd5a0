package dev.latchkey.auth.jose;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.IdToken;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A server that publishes its keys, and a verifier that fetches them. */
final class IdTokenStage {

    static final String ISSUER = "https://as.example.com";
    static final ClientId CLIENT = ClientId.of("app");
    static final String CLAIMS =
            "{\"iss\":\"https://as.example.com\",\"sub\":\"alice\",\"aud\":\"app\",\"exp\":1795262700,"
                    + "\"iat\":1795262400}";

    final ScriptedTransport transport = ScriptedTransport.create();
    // A monotonic clock may begin anywhere, below zero too.
    final AtomicLong ticks = new AtomicLong(-9_000_000_000_000L);
    private final AuthorizationServerMetadata.Builder metadata = AuthorizationServerMetadata.builder(ISSUER)
            .tokenEndpoint(URI.create(ISSUER + "/token"))
            .jwksUri(URI.create("https://keys.example.com/jwks"));

    IdTokenStage publishes(String... jwks) {
        transport.onGet("/jwks").alwaysAnswers(Answer.of(200, "application/jwk-set+json", Keys.set(jwks)));
        return this;
    }

    IdTokenStage answers(Answer answer) {
        transport.answers(answer);
        return this;
    }

    IdTokenStage metadata(String name, Object value) {
        metadata.member(name, value);
        return this;
    }

    AuthorizationServerMetadata server() {
        return metadata.build();
    }

    void advance(Duration duration) {
        ticks.addAndGet(duration.toNanos());
    }

    /** Fetches on the calling thread, so that a test sees one thing after the other. */
    ServerKeys.Builder keys() {
        return ServerKeys.builder(transport).executor(Runnable::run).ticker(ticks::get);
    }

    JoseIdTokensBuilder builder() {
        return JoseIdTokens.builder(keys().build());
    }

    JoseIdTokens verifier() {
        return builder().build();
    }

    /** A client of this server, with a verifier of its own or none. */
    OAuthClient client(ClientId client, IdTokenVerifier verifier) {
        return OAuthClient.builder(transport)
                .server(AuthorizationServer.of(server()))
                .client(client, ClientAuthentication.none())
                .idTokens(verifier)
                .build();
    }

    OAuthClient client() {
        return client(CLIENT, verifier());
    }

    IdTokenClaims verify(JoseIdTokens verifier, String token) throws IOException {
        return verifier.verify(IdToken.of(token), server(), CLIENT);
    }

    IdTokenClaims verify(String token) throws IOException {
        return verify(verifier(), token);
    }

    Map<String, Object> claims(JoseIdTokens verifier, SignedResponse kind, String jwt) throws IOException {
        return verifier.claims(kind, jwt, server(), CLIENT).asMap();
    }
}
