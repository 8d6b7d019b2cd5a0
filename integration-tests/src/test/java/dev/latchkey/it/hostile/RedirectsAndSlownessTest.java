package dev.latchkey.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.jose.JoseIdTokens;
import dev.latchkey.auth.jose.ServerKeys;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.it.Transport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every endpoint that the client asks, as one that sends elsewhere, and as one that never comes to an end. */
@ParameterizedClass
@EnumSource(Transport.class)
final class RedirectsAndSlownessTest extends Victim {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(700);

    RedirectsAndSlownessTest(Transport kind) {
        super(kind);
    }

    private OAuthClientBuilder within(Duration deadline) {
        return builder()
                .timeout(deadline)
                .idTokens(JoseIdTokens.builder(
                                ServerKeys.builder(transport).timeout(deadline).build())
                        .build());
    }

    /** What asks each endpoint, with everything before it as it should be. */
    private Map<String, ThrowingCallable> askers(Duration deadline) {
        server.json("/token", "200 OK", "{\"access_token\":\"at\",\"token_type\":\"Bearer\"}");
        OAuthClient patient = builder().build();
        TokenSource profile = patient.clientCredentials(Scopes.of("profile"));
        profile.token();
        OAuthClient client = within(deadline)
                .server(AuthorizationServer.of(patient.metadata()))
                .build();
        server.describes("\"pushed_authorization_request_endpoint\":\"" + server.uri("/par") + "\",");
        OAuthClient pushing = within(deadline)
                .server(AuthorizationServer.of(builder().build().metadata()))
                .build();
        Map<String, ThrowingCallable> askers = new LinkedHashMap<>();
        askers.put(
                "/.well-known/openid-configuration",
                () -> within(deadline).build().metadata());
        askers.put("/par", () -> begin(pushing));
        askers.put("/device", () -> client.authorizeDevice(Scopes.of("read")));
        askers.put("/token", () -> client.clientCredentials(Scopes.of("read")).token());
        askers.put("/introspect", () -> client.introspect(RefreshToken.of("rt")));
        askers.put("/userinfo", () -> client.userInfo(profile, "alice"));
        askers.put("/jwks", () -> {
            PendingAuthorization pending = begin(client);
            server.json("/token", "200 OK", tokens(idToken(pending)));
            client.complete(parsed(honest(pending)), pending.browserBinding());
        });
        return askers;
    }

    @Test
    void aRedirectIsFollowedFromNoEndpoint() {
        askers(LONG).forEach((path, asker) -> {
            server.redirects(path, path.equals("/token") ? 307 : 302);
            OAuthException refused = failsWith(OAuthException.class, asker);
            assertThat(server.requestsTo(path)).as(path).isNotEmpty();
            if (!path.equals("/jwks")) {
                assertThat(refused).as(path).isInstanceOf(InvalidResponseException.class);
                assertThat(((InvalidResponseException) refused).field()).isEqualTo("status");
            }
        });
    }

    @Test
    void t3_aBodyThatNeverEndsEndsWithTheDeadline() {
        // The body has no end, so that any deadline will do. On a machine that is too busy to get as far as the
        // endpoint within it,
        // the same is done with a longer one.
        for (String path : askers(LONG).keySet()) {
            Duration deadline = SHORT;
            int before;
            do {
                server.playsFair();
                ThrowingCallable asker = askers(deadline).get(path);
                before = server.requestsTo(path).size();
                server.drips(path);
                failsWith(TemporaryFailureException.class, asker);
                deadline = deadline.multipliedBy(3);
            } while (server.requestsTo(path).size() == before);
        }
    }

    @Test
    void aRevocationThatIsSentElsewhereHasFailed() {
        server.redirects("/revoke", 307);
        Revocation revocation = within(LONG).build().revoke(RefreshToken.of("rt"));
        assertThat(revocation.isDone()).isFalse();
        assertThat(revocation.failure()).containsInstanceOf(InvalidResponseException.class);
    }

    @Test
    void aHeadThatNeverEndsOrIsNoHttpIsAFailureOfThisServerAlone() {
        OAuthClient client = within(LONG).build();
        client.metadata();
        String[] heads = {
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
            "HTTP/9.9 999 \r\n\r\n",
            "SSH-2.0-OpenSSH\r\n",
            "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(200_000) + "\r\n"
        };
        for (String head : heads) {
            server.does("/token", connection -> {
                connection.write(head);
                connection.close();
            });
            Throwable failure = catchThrowable(
                    () -> client.clientCredentials(Scopes.of("read")).token());
            assertThat(failure).as(head.substring(0, 16)).isInstanceOf(OAuthException.class);
        }
        assertThat(store.records()).isZero();
    }
}
