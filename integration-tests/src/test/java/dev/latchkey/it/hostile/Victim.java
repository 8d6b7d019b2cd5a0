package dev.latchkey.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.jose.JoseIdTokens;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.it.Transport;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A client of the hostile server, over one of the transports. After every test, nobody may have been asked elsewhere. */
@Timeout(180)
abstract class Victim {

    static final ClientId CLIENT = ClientId.of("app");
    static final URI REDIRECT = URI.create("https://app.example.com/cb");
    static final String HEADER = "{\"alg\":\"RS256\",\"kid\":\"k1\"}";

    final HostileServer server = new HostileServer();
    final CountingStore store = new CountingStore();
    final HttpTransport transport;

    Victim(Transport kind) {
        this.transport = kind.trusting(server.trust().sslContext());
    }

    @AfterEach
    void nobodyElsewhereWasAsked() {
        transport.close();
        try {
            assertThat(server.attemptsElsewhere()).isZero();
        } finally {
            server.close();
        }
    }

    OAuthClientBuilder builder() {
        return OAuthClient.builder(transport)
                .server(AuthorizationServer.openId(server.issuer()))
                .client(CLIENT, ClientAuthentication.secretPost(ClientSecret.of("s3cret")))
                .idTokens(JoseIdTokens.create(transport))
                .timeout(Duration.ofSeconds(30))
                .store(store);
    }

    static PendingAuthorization begin(OAuthClient client) {
        return client.authorize(AuthorizationRequest.of(REDIRECT, Scopes.of("openid")));
    }

    /** The callback that an honest server would send the browser back with. */
    String honest(PendingAuthorization pending) {
        return callback("c0de", pending.state().reveal(), server.issuer());
    }

    static String callback(String code, String state, String issuer) {
        return "code=" + encode(code) + "&state=" + encode(state) + "&iss=" + encode(issuer);
    }

    static AuthorizationCallback parsed(String query) {
        return AuthorizationCallback.parse(query);
    }

    /** The claims of a right ID token for this authorization. */
    String claims(PendingAuthorization pending) {
        return claims(pending, claims -> claims);
    }

    String claims(PendingAuthorization pending, UnaryOperator<String> change) {
        long now = Instant.now().getEpochSecond();
        return change.apply("{\"iss\":\"" + server.issuer() + "\",\"sub\":\"alice\",\"aud\":\"app\",\"iat\":" + now
                + ",\"exp\":" + (now + 300) + ",\"nonce\":\"" + nonceOf(pending) + "\"}");
    }

    String idToken(PendingAuthorization pending) {
        return Forge.rs256(HEADER, claims(pending), Forge.SERVER);
    }

    static String tokens(String idToken) {
        return "{\"access_token\":\"at\",\"token_type\":\"Bearer\",\"expires_in\":300,\"refresh_token\":\"rt\",\"id_token\":\""
                + idToken + "\"}";
    }

    /** Says that the sign-in fails with the field named, and that nothing is kept of it. */
    InvalidResponseException refused(OAuthClient client, PendingAuthorization pending, String query, String field) {
        InvalidResponseException refused = failsWith(
                InvalidResponseException.class, () -> client.complete(parsed(query), pending.browserBinding()));
        assertThat(refused.field()).isEqualTo(field);
        return refused;
    }

    /** Says that a call fails in this way, without a secret in its message, and that nothing is kept of it. */
    <E extends OAuthException> E failsWith(Class<E> type, ThrowingCallable call) {
        int before = store.records();
        E failure = catchThrowableOfType(type, call);
        assertThat(failure).isNotNull();
        assertThat(failure.toString()).doesNotContain("s3cret", "c0de", "\r", "\n");
        assertThat(store.records()).isLessThanOrEqualTo(before);
        return failure;
    }

    private static String nonceOf(PendingAuthorization pending) {
        for (String pair : pending.uri().getRawQuery().split("&", -1)) {
            if (pair.startsWith("nonce=")) {
                return pair.substring("nonce=".length());
            }
        }
        return "";
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
