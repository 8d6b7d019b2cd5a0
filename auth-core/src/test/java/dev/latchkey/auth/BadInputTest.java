package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.HOST;
import static dev.latchkey.auth.Stage.OPENID;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.REDIRECT;
import static dev.latchkey.auth.Stage.callback;
import static dev.latchkey.auth.Stage.granted;
import static dev.latchkey.auth.Stage.refreshable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.Remedy;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.RefreshTokenGrant;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.RefreshToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What bad input gets: a typed error that names field and host, no secret in it, and nothing kept. */
@Timeout(20)
class BadInputTest {

    private final Stage stage = new Stage();

    static Stream<Arguments> answersThatCannotBeUsed() {
        String token = "\"access_token\":\"at-5ecret\",\"refresh_token\":\"rt-5ecret\"";
        return Stream.of(
                Arguments.of("status", Answer.of(302).header("Location", "https://evil.example/?x=5ecret")),
                Arguments.of("body", Answer.json(200, granted("") + " ".repeat(1 << 20))),
                Arguments.of("content-type", Answer.of(200, "text/html", "<html>5ecret</html>")),
                Arguments.of("access_token", Answer.json(200, "{" + token + ",\"access_token\":\"other-5ecret\"}")),
                Arguments.of(
                        "expires_in", Answer.json(200, "{" + token + ",\"token_type\":\"Bearer\",\"expires_in\":-1}")),
                Arguments.of(
                        "expires_in",
                        Answer.json(200, "{" + token + ",\"token_type\":\"Bearer\",\"expires_in\":\"soon\"}")),
                Arguments.of(
                        "expires_in",
                        Answer.json(200, "{" + token + ",\"token_type\":\"Bearer\",\"expires_in\":true}")),
                Arguments.of(
                        "access_token",
                        Answer.json(200, "{\"token_type\":\"Bearer\",\"refresh_token\":\"rt-5ecret\"}")),
                Arguments.of("access_token", Answer.json(200, "{\"token_type\":\"Bearer\",\"access_token\":\"\"}")),
                Arguments.of("access_token", Answer.json(200, "{\"token_type\":\"Bearer\",\"access_token\":null}")),
                Arguments.of(
                        "access_token", Answer.json(200, "{\"token_type\":\"Bearer\",\"access_token\":[\"5ecret\"]}")),
                Arguments.of("token_type", Answer.json(200, "{" + token + "}")),
                Arguments.of("refresh_token", Answer.json(200, granted(",\"refresh_token\":{\"a\":\"5ecret\"}"))),
                Arguments.of("id_token", Answer.json(200, granted(",\"id_token\":5"))),
                Arguments.of("scope", Answer.json(200, granted(",\"scope\":[\"a\"]"))),
                Arguments.of("JSON", Answer.json(200, "5ecret")),
                Arguments.of("JSON", Answer.json(200, "")));
    }

    private Map<String, String> contents() throws Exception {
        Map<String, String> contents = new TreeMap<>();
        for (String partition : partitions) {
            for (StoreKey key : stage.store.keys(partition, "", 1_000).keys()) {
                StoreEntry entry = stage.store.find(key).orElseThrow();
                contents.put(key.toString(), new String(entry.record().content(), StandardCharsets.UTF_8));
            }
        }
        return contents;
    }

    private final java.util.Set<String> partitions = java.util.concurrent.ConcurrentHashMap.newKeySet();

    {
        stage.store.changes(key -> partitions.add(key.partition()));
    }

    private void check(String field, Throwable failed) {
        assertThat(failed)
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining(HOST)
                .hasMessageContaining(field);
        assertThat(((InvalidResponseException) failed).field()).isEqualTo(field);
        assertThat(((InvalidResponseException) failed).host()).isEqualTo(HOST);
        assertThat(((OAuthException) failed).remedy()).isEqualTo(Remedy.STOP);
        for (Throwable each = failed; each != null; each = each.getCause()) {
            assertThat(each.toString()).doesNotContain("5ecret").doesNotContain("evil");
        }
        assertThat(stage.transport.openResponses()).isZero();
    }

    @ParameterizedTest
    @MethodSource("answersThatCannotBeUsed")
    void aCodeThatIsAnsweredSoLeavesNothing(String field, Answer answer) {
        OAuthClient client = stage.client();
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build());
        stage.answers(answer);
        check(field, catchThrowable(() -> client.complete(callback(pending.uri()), pending.browserBinding())));
        assertThat(stage.records()).isZero();
    }

    @ParameterizedTest
    @MethodSource("answersThatCannotBeUsed")
    void aRefreshThatIsAnsweredSoLeavesTheSessionAsItWas(String field, Answer answer) throws Exception {
        OAuthClient client = stage.client();
        Account account = stage.account(client);
        stage.clock.advance(Duration.ofHours(2));
        Map<String, String> before = contents();
        assertThat(before).hasSize(1);
        stage.answers(answer);
        check(field, catchThrowable(() -> client.tokens(account, OPENID).token()));
        // Beside the mark of an attempt of which nobody knows what it did.
        Map<String, String> after = contents();
        after.replaceAll((key, record) -> record.replaceAll(",\"lease\":\\{[^}]*\"millis\":0,\"attempts\":1}", ""));
        assertThat(after).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("answersThatCannotBeUsed")
    void anApplicationsTokenThatIsAnsweredSoLeavesNothing(String field, Answer answer) {
        TokenSourceOf tokens = new TokenSourceOf(stage.client());
        stage.answers(answer);
        check(field, catchThrowable(tokens::get));
        assertThat(stage.records()).isZero();
        stage.answers(granted(""));
        tokens.get();
    }

    private static final class TokenSourceOf {

        private final dev.latchkey.auth.token.TokenSource tokens;

        TokenSourceOf(OAuthClient client) {
            this.tokens = client.clientCredentials(READ);
        }

        Object get() {
            return tokens.token();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RESOLVE,NOT_SENT,true",
        "CONNECT,NOT_SENT,true",
        "DEADLINE,NOT_SENT,true",
        "DEADLINE,UNKNOWN,false",
        "EXCHANGE,UNKNOWN,false",
        "EXCHANGE,NOT_SENT,true",
        "INTERRUPTED,UNKNOWN,false"
    })
    void anUnpluggedServerSaysWhetherItIsSafeToRetry(Kind kind, Delivery delivery, boolean safe) {
        OAuthClient client = stage.client();
        for (int i = 0; i < 4; i++) {
            stage.transport.fails(kind, delivery);
        }
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build());
        for (Throwable failed : new Throwable[] {
            catchThrowable(() -> client.request(ClientCredentialsGrant.of(READ))),
            catchThrowable(() -> client.clientCredentials(READ).token()),
            catchThrowable(() -> client.authorizeDevice(READ)),
            catchThrowable(() -> client.complete(callback(pending.uri()), pending.browserBinding()))
        }) {
            assertThat(failed).isInstanceOf(TemporaryFailureException.class).hasMessageContaining(HOST);
            assertThat(((TemporaryFailureException) failed).safeToRetry()).isEqualTo(safe);
            assertThat(((TemporaryFailureException) failed).remedy()).isEqualTo(Remedy.RETRY);
        }
        assertThat(stage.transport.requests()).hasSize(4);
    }

    @Test
    void aConnectionThatBreaksInTheBodyIsNotSafeToRetry() {
        stage.answers(Answer.json(200, "").body(BrokenBody::new));
        TemporaryFailureException failed = catchThrowableOfType(
                TemporaryFailureException.class,
                () -> stage.client().request(RefreshTokenGrant.of(RefreshToken.of("r"))));
        assertThat(failed.safeToRetry()).isFalse();
        assertThat(stage.transport.openResponses()).isZero();
    }

    private static final class BrokenBody extends InputStream {

        @Override
        public int read() throws IOException {
            throw new IOException("Connection reset");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return read();
        }
    }

    @Test
    void tlsCapAndClosedAreNotTemporary() {
        OAuthClient client = stage.client();
        stage.transport
                .fails(Kind.TLS, Delivery.NOT_SENT)
                .fails(Kind.CAP, Delivery.UNKNOWN)
                .fails(Kind.CLOSED, Delivery.NOT_SENT);
        assertThatThrownBy(() -> client.request(ClientCredentialsGrant.of(READ)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("trust store")
                .hasMessageContaining(HOST);
        assertThatThrownBy(() -> client.request(ClientCredentialsGrant.of(READ)))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("body");
        assertThatThrownBy(() -> client.request(ClientCredentialsGrant.of(READ)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("transport");
    }

    @ParameterizedTest
    @CsvSource({
        "400,invalid_grant,SIGN_IN,false",
        "400,interaction_required,SIGN_IN,false",
        "400,login_required,SIGN_IN,false",
        "400,consent_required,SIGN_IN,false",
        "401,invalid_client,FIX_CONFIGURATION,false",
        "400,invalid_scope,FIX_CONFIGURATION,false",
        "400,unauthorized_client,FIX_CONFIGURATION,false",
        "400,unsupported_grant_type,FIX_CONFIGURATION,false",
        "400,whatever,FIX_CONFIGURATION,false",
        "400,'',FIX_CONFIGURATION,false",
        "403,access_denied,STOP,false",
        "400,temporarily_unavailable,RETRY,true",
        "400,server_error,RETRY,false",
        "429,'',RETRY,true",
        "503,'',RETRY,true",
        "500,'',RETRY,false",
        "504,whatever,RETRY,false",
        "408,'',RETRY,false"
    })
    void aRefusalSaysWhatToDo(int status, String code, Remedy remedy, boolean safe) {
        stage.answers(Answer.json(status, "{\"error\":\"" + code + "\",\"error_description\":\"for people\"}")
                .header("x-ms-request-id", "ms-1")
                .header("client-request-id", "c-1")
                .header("X-Correlation-Id", "co-1")
                .header("traceparent-trace-id", "t-1")
                .header("Retry-After", "9"));
        OAuthException refused = catchThrowableOfType(
                OAuthException.class, () -> stage.client().request(RefreshTokenGrant.of(RefreshToken.of("rt-5ecret"))));
        assertThat(refused.remedy()).isEqualTo(remedy);
        ServerError error = refused.error().orElseThrow();
        assertThat(error.code()).isEqualTo(code);
        assertThat(error.status()).isEqualTo(status);
        assertThat(error.description()).hasValue("for people");
        assertThat(error.retryAfter()).hasValue(Duration.ofSeconds(9));
        assertThat(error.correlationIds())
                .containsEntry("x-ms-request-id", "ms-1")
                .containsEntry("client-request-id", "c-1")
                .containsEntry("x-correlation-id", "co-1")
                .containsEntry("traceparent-trace-id", "t-1");
        assertThat(refused)
                .hasMessageContaining(HOST)
                .hasMessageContaining(code)
                .hasMessageNotContaining("5ecret");
        if (remedy == Remedy.RETRY) {
            assertThat(((TemporaryFailureException) refused).safeToRetry()).isEqualTo(safe);
        }
        assertThat(refused.getClass())
                .isEqualTo(Map.of(
                                Remedy.SIGN_IN, SignInRequiredException.class,
                                Remedy.RETRY, TemporaryFailureException.class,
                                Remedy.FIX_CONFIGURATION, ConfigurationException.class,
                                Remedy.STOP, AccessDeniedException.class)
                        .get(remedy));
    }

    @Test
    void anErrorCodeCannotForgeALogLine() {
        stage.answers(Answer.json(400, "{\"error\":\"a\\r\\nb\\u001b[2J" + "x".repeat(10_000) + "\"}"));
        OAuthException refused = catchThrowableOfType(
                OAuthException.class, () -> stage.client().request(ClientCredentialsGrant.of(READ)));
        assertThat(refused.getMessage())
                .doesNotContain("\n")
                .doesNotContain("\u001b")
                .hasSizeLessThan(500);
    }

    @Test
    void aRefusalWithMalformedJsonIsStillARefusal() {
        stage.answers(Answer.json(503, "{\"error\":").header("Retry-After", "3"));
        TemporaryFailureException refused = catchThrowableOfType(
                TemporaryFailureException.class, () -> stage.client().request(ClientCredentialsGrant.of(READ)));
        assertThat(refused.retryAfter()).hasValue(Duration.ofSeconds(3));
        assertThat(refused.error().orElseThrow().members()).isEmpty();
    }

    @Test
    void theBuilderNamesWhatIsMissingOrWrong() {
        check("server", OAuthClient.builder(stage.transport).client(ClientId.of("app"), ClientAuthentication.none()));
        check(
                "client",
                OAuthClient.builder(stage.transport)
                        .server(AuthorizationServer.of(Stage.metadata().build())));
        OAuthClientBuilder builder = stage.builder();
        assertField("expiryMargin", () -> builder.expiryMargin(Duration.ofSeconds(-1)));
        assertField("expiryMargin", () -> builder.expiryMargin(Duration.ofDays(2)));
        assertField("timeout", () -> builder.timeout(Duration.ZERO));
        assertField("timeout", () -> builder.timeout(Duration.ofSeconds(-1)));
        assertField("timeout", () -> builder.timeout(Duration.ofHours(2)));
        assertField("clockSkew", () -> builder.clockSkew(Duration.ofSeconds(-1)));
        assertThatThrownBy(() -> OAuthClient.builder(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("transport");
        assertThat(stage.transport.requests()).isEmpty();
    }

    private static void check(String field, OAuthClientBuilder builder) {
        assertField(field, builder::build);
    }

    private static void assertField(String field, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        ConfigurationException refused = catchThrowableOfType(ConfigurationException.class, call);
        assertThat(refused).as(field).isNotNull();
        assertThat(refused.field()).isEqualTo(field);
        assertThat(refused).hasMessageStartingWith(field + ": ");
    }

    @Test
    void aRefreshThatBringsSomebodyElseEndsTheSession() throws Exception {
        OAuthClient client = stage.client();
        Account account = stage.account(client);
        stage.clock.advance(Duration.ofHours(2));
        Map<String, Object> claims = stage.claims();
        claims.put("sub", "mallory");
        stage.answers(refreshable().replace("}", ",\"id_token\":\"" + Stage.jwt(claims) + "\"}"));
        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class,
                () -> client.tokens(account, OPENID).token());
        assertThat(refused.field()).isEqualTo("sub");
        assertThat(contents()).isEmpty();
    }

    @Test
    void aRefreshWhoseIdTokenLooksOldKeepsTheNewRefreshTokenAndHandsOutNothing() throws Exception {
        OAuthClient client = stage.client();
        Account account = stage.account(client);
        stage.clock.advance(Duration.ofHours(2));
        Map<String, Object> claims = stage.claims();
        claims.put("exp", stage.clock.instant().getEpochSecond() - 3_600);
        stage.answers(granted(",\"refresh_token\":\"rotated\",\"id_token\":\"" + Stage.jwt(claims) + "\""));
        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class,
                () -> client.tokens(account, OPENID).token());
        assertThat(refused.field()).isEqualTo("exp");
        assertThat(contents().toString())
                .contains("\"refresh_token\":\"rotated\"")
                .doesNotContain("lease");
    }
}
