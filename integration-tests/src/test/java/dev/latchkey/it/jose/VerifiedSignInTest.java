package dev.latchkey.it.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.jose.JoseIdTokens;
import dev.latchkey.auth.jose.ServerKeys;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.platform.IdentityPlatform;
import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.User;
import dev.latchkey.transport.jdk.JdkTransport;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole sign-in whose ID token is verified with the keys that the server publishes. */
final class VerifiedSignInTest {

    private static final URI REDIRECT = URI.create("http://127.0.0.1/callback");

    private IdentityPlatform platform;
    private HttpTransport transport;

    @BeforeEach
    void start() {
        platform = IdentityPlatform.builder()
                .user(User.of("ada", "engine-1843", "Ada Lovelace"))
                .client(Client.publicClient("app").redirectUri(REDIRECT.toString()))
                .start();
        transport = JdkTransport.create(platform.trust().sslContext());
    }

    @AfterEach
    void stop() {
        transport.close();
        platform.close();
    }

    private SignIn signIn(IdTokenVerifier verifier) {
        OAuthClient client = OAuthClient.builder(transport)
                .server(AuthorizationServer.openId(platform.issuer().toString()))
                .client(ClientId.of("app"), ClientAuthentication.none())
                .idTokens(verifier)
                .build();
        PendingAuthorization pending =
                client.authorize(AuthorizationRequest.of(REDIRECT, Scopes.of("openid", "profile")));
        URI callback = platform.browser().signIn(pending.uri(), "ada", "engine-1843");
        return client.complete(AuthorizationCallback.parse(callback.getRawQuery()), pending.browserBinding());
    }

    private long fetchesOfKeys() {
        return platform.requests().to("/jwks").size();
    }

    @Test
    void i8_signsInWithTheServersKeysFetchedOnce() {
        JoseIdTokens verifier = JoseIdTokens.create(transport);

        SignIn first = signIn(verifier);
        SignIn second = signIn(verifier);

        assertThat(first.claims()).hasValueSatisfying(claims -> {
            assertThat(claims.algorithm()).isEqualTo("RS256");
            assertThat(claims.issuer()).isEqualTo(platform.issuer().toString());
        });
        assertThat(second.account()).isEqualTo(first.account());
        assertThat(fetchesOfKeys()).isEqualTo(1);
    }

    @Test
    void i8_keysOfAnotherServerDoNotSignIn() {
        try (IdentityPlatform other = IdentityPlatform.builder().start();
                HttpTransport toOther = JdkTransport.create(other.trust().sslContext())) {
            // What somebody would publish who stands between: keys of their own.
            ServerKeys redirected = ServerKeys.fetchedOver(request ->
                    toOther.send(TransportRequest.builder("GET", other.baseUri().resolve("/jwks"))
                            .build()));

            assertThatExceptionOfType(InvalidResponseException.class)
                    .isThrownBy(() -> signIn(JoseIdTokens.builder(redirected).build()))
                    .withMessageContaining("is signed with a key");
        }
    }
}
