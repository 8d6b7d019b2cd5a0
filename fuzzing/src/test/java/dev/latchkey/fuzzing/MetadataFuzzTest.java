package dev.latchkey.fuzzing;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.MetadataResponses;
import dev.latchkey.auth.spi.TransportHeaders;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

final class MetadataFuzzTest {

    private static final String ISSUER = "https://as.example.com";
    private static final Discovery DISCOVERY = Discovery.openId(ISSUER);

    /** Metadata that comes out names the issuer, has endpoints that can be asked, and can be kept with a transaction. */
    @FuzzTest
    @DictionaryEntries({
        "\"issuer\":\"https://as.example.com\"",
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "pushed_authorization_request_endpoint",
        "require_pushed_authorization_requests",
        "mtls_endpoint_aliases",
        "scopes_supported",
        "code_challenge_methods_supported",
        "dpop_signing_alg_values_supported",
        "https://",
        "true",
        "1e999",
        "\\ud800"
    })
    void decodes(byte[] body) {
        Map<String, @Nullable Object> members = Shown.members(body);
        if (members == null) {
            return;
        }
        AuthorizationServerMetadata server;
        try {
            server = MetadataResponses.decode(
                    Answer.of("as.example.com", 200, TransportHeaders.empty(), members), DISCOVERY, Instant.EPOCH);
        } catch (OAuthException e) {
            Shown.check(e);
            return;
        }
        if (!server.issuer().equals(ISSUER)) {
            throw new AssertionError("Metadata of another issuer");
        }
        for (Optional<URI> endpoint : List.of(
                server.authorizationEndpoint(),
                server.tokenEndpoint(),
                server.deviceAuthorizationEndpoint(),
                server.userinfoEndpoint(),
                server.revocationEndpoint(),
                server.introspectionEndpoint(),
                server.pushedAuthorizationRequestEndpoint(),
                server.jwksUri(),
                aliasOf(server))) {
            endpoint.ifPresent(uri -> {
                if (!uri.isAbsolute() || uri.getHost() == null) {
                    throw new AssertionError("An endpoint that nobody can be asked at");
                }
            });
        }
        for (String name : server.asMap().keySet()) {
            server.texts(name);
        }
        server.requirePushedAuthorizationRequests();
        server.authorizationResponseIssParameterSupported();
        Json.write(server.asMap());
        Shown.check(server.toString());
    }

    private static Optional<URI> aliasOf(AuthorizationServerMetadata server) {
        try {
            return server.mtlsEndpointAlias("token_endpoint");
        } catch (IllegalArgumentException e) {
            // Only clients with a certificate need it, and to them it is said in this way.
            Shown.check(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
