package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.ACCESS_TOKEN;
import static dev.latchkey.auth.Stage.HOST;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.REDIRECT;
import static dev.latchkey.auth.Stage.REFRESH_TOKEN;
import static dev.latchkey.auth.Stage.callback;
import static dev.latchkey.auth.Stage.granted;
import static dev.latchkey.auth.Stage.refreshable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.RefreshTokenGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenType;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class TokenEndpointRulesTest {

    private final Stage stage = new Stage();

    private OAuthClient with(ClientAuthentication authentication) {
        return stage.builder().client(ClientId.of("app"), authentication).build();
    }

    private TokenResponse respond(String json) {
        stage.answers(json);
        return stage.client().request(ClientCredentialsGrant.of(READ));
    }

    private InvalidResponseException refused(String json) {
        return catchThrowableOfType(InvalidResponseException.class, () -> respond(json));
    }

    private Account account(OAuthClient client, String more) {
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build());
        stage.answers(granted(more));
        return client.complete(callback(pending.uri()), pending.browserBinding())
                .account();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer", "BEARER", "Bearer", "bEaReR"})
    void k6_theTokenTypeIsReadInAnyCase(String type) {
        TokenResponse response = respond("{\"access_token\":\"a\",\"token_type\":\"" + type + "\"}");
        assertThat(response.accessToken().type()).isEqualTo(TokenType.BEARER);
        assertThat(response.accessToken().type().name()).isEqualTo("Bearer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"mac\"", "\"DPoP\"", "\"N_A\"", "\"Bearer \"", "\"\"", "null", "1", "[\"Bearer\"]"})
    void k6_anotherTokenTypeIsRefused(String type) {
        InvalidResponseException refused = refused("{\"access_token\":\"5ecret\",\"token_type\":" + type + "}");
        assertThat(refused.field()).isEqualTo("token_type");
        assertThat(refused.host()).isEqualTo(HOST);
        assertThat(refused).hasMessageNotContaining("5ecret");
    }

    @Test
    void k6_aMissingTokenTypeIsRefused() {
        assertThat(refused("{\"access_token\":\"5ecret\"}").field()).isEqualTo("token_type");
    }

    @Test
    void k7_aBearerTokenForABoundSessionIsDiscarded() {
        FakeBinding.Factory bindings = new FakeBinding.Factory("fake");
        OAuthClient client = stage.builder().binding(bindings).build();
        stage.answers(granted(""));

        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class,
                () -> client.clientCredentials(READ).token());
        assertThat(refused.field()).isEqualTo("token_type");
        assertThat(refused).hasMessageContaining("discarded");
        assertThat(stage.records()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"3600,3600", "\"3600\",3600", "0,0", "\"0\",0", "3600.9,3600", "3.6e3,3600", "315360000,315360000"})
    void k8_expiryCountsFromBeforeTheRequest(String json, long seconds) {
        Instant before = stage.clock.instant();
        stage.transport.onPost("/token").alwaysAnswers(request -> {
            stage.clock.advance(Duration.ofSeconds(20));
            return Answer.json(
                    200,
                    "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":" + json.replace('\'', '"')
                            + "}");
        });
        TokenResponse response = stage.client().request(ClientCredentialsGrant.of(READ));
        assertThat(response.accessToken().expiresAt()).hasValue(before.plusSeconds(seconds));
    }

    @Test
    void k8_anExpiryMayBeAbsent() {
        assertThat(respond("{\"access_token\":\"a\",\"token_type\":\"Bearer\"}")
                        .accessToken()
                        .expiresAt())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "-0.5",
                "\"-1\"",
                "1e400",
                "9223372036854775807",
                "99999999999999999999",
                "\"99999999999999999999\"",
                "10000000000000002",
                "\"3600s\"",
                "\"1e3\"",
                "\" 3600\"",
                "true",
                "[3600]",
                "{}",
                "\"NaN\"",
                "\"Infinity\""
            })
    void k8_anExpiryThatIsNegativeHugeOrNoNumberIsRefused(String json) {
        InvalidResponseException refused =
                refused("{\"access_token\":\"5ecret\",\"token_type\":\"Bearer\",\"expires_in\":" + json + "}");
        assertThat(refused.field()).isEqualTo("expires_in");
        assertThat(refused.host()).isEqualTo(HOST);
        assertThat(refused).hasMessageNotContaining("5ecret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"316224001", "2147483647", "9223372036854775", "\"9223372036854775\"", "1e16"})
    void k8_anExpiryBeyondTenYearsIsInTenYears(String json) {
        Instant before = stage.clock.instant();

        assertThat(respond("{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":" + json + "}")
                        .accessToken()
                        .expiresAt())
                .contains(before.plusSeconds(316_224_000));
    }

    @Test
    void k9_anAbsentScopeIsTheRequestedOneAndANarrowerOneIsShown() {
        assertThat(respond(granted("")).scopes()).isEqualTo(READ);
        stage.answers(granted(",\"scope\":\"a\""));
        TokenResponse narrower = stage.client().request(ClientCredentialsGrant.of(Scopes.of("a", "b")));
        assertThat(narrower.scopes()).isEqualTo(Scopes.of("a"));
        assertThat(narrower.accessToken().scopes()).isEqualTo(Scopes.of("a"));
        assertThat(refused(granted(",\"scope\":\"a\\\"b\"")).field()).isEqualTo("scope");
    }

    @Test
    void k10_aRotatedRefreshTokenReplacesTheOldOneAndAnAbsentOneKeepsIt() {
        OAuthClient client = stage.client();
        Account account = account(client, ",\"refresh_token\":\"first\"");
        String[] answers = {granted(""), granted(",\"refresh_token\":\"second\""), granted(""), granted("")};
        String[] sent = {"first", "first", "second", "second"};
        for (int i = 0; i < answers.length; i++) {
            stage.clock.advance(Duration.ofHours(1));
            stage.answers(answers[i]);
            // A client of its own each time: what counts is what the store says.
            stage.client().tokens(account, READ).token();
            assertThat(stage.transport.lastRequest().body())
                    .isEqualTo("grant_type=refresh_token&refresh_token=" + sent[i] + "&scope=api.read&client_id=app");
        }
    }

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void k11_aRefreshIsSentOnceWhateverHappens(Delivery delivery) {
        OAuthClient client = stage.client();
        Account account = account(client, ",\"refresh_token\":\"first\"");
        stage.clock.advance(Duration.ofHours(2));
        stage.transport.fails(Kind.EXCHANGE, delivery);
        int before = stage.tokenRequests().size();

        TemporaryFailureException failed = catchThrowableOfType(
                TemporaryFailureException.class,
                () -> client.tokens(account, READ).token());
        assertThat(failed.safeToRetry()).isEqualTo(delivery == Delivery.NOT_SENT);
        assertThat(stage.tokenRequests()).hasSize(before + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void k11_aCodeIsSentOnceWhateverTheServerAnswers(int status) {
        OAuthClient client = stage.client();
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build());
        stage.answers(Answer.of(status));

        assertThatThrownBy(() -> client.complete(callback(pending.uri()), pending.browserBinding()))
                .isInstanceOf(TemporaryFailureException.class);
        stage.transport.onlyRequest();
    }

    @Test
    void k12_aRefusalShowsAllThatTheServerSaidAndNothingOfTheRequest() {
        stage.answers(Answer.json(
                        401,
                        "{\"error\":\"invalid_client\",\"error_description\":\"Who are you?\","
                                + "\"error_uri\":\"https://as.example.com/e\",\"extra\":{\"a\":1}}")
                .header("WWW-Authenticate", "Basic realm=\"as\", charset=\"UTF-8\", Bearer error=\"x\"")
                .header("X-Request-Id", "r-1"));

        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class,
                () -> with(ClientAuthentication.secretPost(ClientSecret.of("5ecret")))
                        .request(RefreshTokenGrant.of(RefreshToken.of(REFRESH_TOKEN))));
        ServerError error = refused.error().orElseThrow();
        assertThat(error.code()).isEqualTo("invalid_client");
        assertThat(error.description()).hasValue("Who are you?");
        assertThat(error.uri()).hasValue(URI.create("https://as.example.com/e"));
        assertThat(error.status()).isEqualTo(401);
        assertThat(error.host()).isEqualTo(HOST);
        assertThat(error.members()).containsKey("extra");
        assertThat(error.correlationIds()).containsEntry("x-request-id", "r-1");
        assertThat(error.challenges()).hasSize(2);
        assertThat(error.challenges().get(0).scheme()).isEqualTo("Basic");
        assertThat(error.challenges().get(0).parameter("REALM")).hasValue("as");
        assertThat(error.challenges().get(1).parameters()).containsEntry("error", "x");
        for (Throwable each = refused; each != null; each = each.getCause()) {
            assertThat(each.toString()).doesNotContain("5ecret").doesNotContain("Who are you?");
        }
        assertThat(error.toString()).doesNotContain("Who are you?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "120|120",
                "Sat, 21 Nov 2026 12:02:00 GMT|120",
                "0|",
                "-5|",
                "soon|",
                "Sat, 21 Nov 2026 11:59:00 GMT|",
                "99999999999999999999|"
            })
    void k13_retryAfterIsReadInSecondsAndAsADate(String header, Long seconds) {
        stage.answers(Answer.of(429).header("Retry-After", header));
        TemporaryFailureException failed = catchThrowableOfType(
                TemporaryFailureException.class, () -> stage.client().request(ClientCredentialsGrant.of(READ)));
        assertThat(failed.retryAfter().map(Duration::toSeconds).orElse(null)).isEqualTo(seconds);
        assertThat(failed.safeToRetry()).isTrue();
        assertThat(failed.error().orElseThrow().status()).isEqualTo(429);
    }

    @Test
    void k16_resourceAndScopesGoWithEveryGrant() {
        RequestOptions options = RequestOptions.NONE
                .resource(URI.create("https://api.example.com/a"))
                .resource(URI.create("https://api.example.com/b"));
        String resources = "&resource=https%3A%2F%2Fapi.example.com%2Fa&resource=https%3A%2F%2Fapi.example.com%2Fb";
        OAuthClient client = stage.client();

        stage.answers(granted(""));
        client.clientCredentials(READ, options).token();
        assertThat(stage.transport.lastRequest().body())
                .isEqualTo("grant_type=client_credentials&scope=api.read" + resources + "&client_id=app");

        Account account = account(client, ",\"refresh_token\":\"first\"");
        stage.answers(granted(""));
        client.tokens(account, Scopes.of("api.less"), options).token();
        assertThat(stage.transport.lastRequest().body())
                .isEqualTo(
                        "grant_type=refresh_token&refresh_token=first&scope=api.less" + resources + "&client_id=app");

        stage.answers("{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":\"https://as.example.com/d\","
                + "\"expires_in\":600}");
        client.authorizeDevice(READ, options);
        assertThat(stage.transport.lastRequest().body()).isEqualTo("scope=api.read" + resources + "&client_id=app");

        assertThat(client.authorize(AuthorizationRequest.builder(REDIRECT, READ)
                                .account(AccountNaming.subject("alice"))
                                .options(options)
                                .build())
                        .uri()
                        .getRawQuery())
                .endsWith(resources);
    }

    @Test
    void aTokenThatCannotGoIntoAHeaderIsRefused() {
        for (String token : List.of("a\\nb", "a\\u0000", "\\u00e4", "a\\u007f", "\\ud83d\\ude00")) {
            assertThat(refused("{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\"}")
                            .field())
                    .isEqualTo("access_token");
            assertThat(refused(granted(",\"refresh_token\":\"" + token + "\"")).field())
                    .isEqualTo("refresh_token");
            assertThat(refused(granted(",\"id_token\":\"" + token + "\"")).field())
                    .isEqualTo("id_token");
        }
    }

    @Test
    void aStatusOtherThan200IsNoTokenEvenWithOneInIt() {
        for (int status : new int[] {201, 202, 206, 400, 500}) {
            stage.answers(Answer.json(status, refreshable()));
            OAuthException refused = catchThrowableOfType(
                    OAuthException.class, () -> stage.client().request(ClientCredentialsGrant.of(READ)));
            assertThat(refused).hasMessageNotContaining(ACCESS_TOKEN);
            assertThat(refused.error().orElseThrow().members().toString())
                    .doesNotContain(ACCESS_TOKEN)
                    .doesNotContain(REFRESH_TOKEN);
        }
    }

    @Test
    void aDeadRefreshTokenAsksForASignIn() {
        OAuthClient client = stage.client();
        Account account = account(client, ",\"refresh_token\":\"first\"");
        stage.clock.advance(Duration.ofHours(2));
        stage.answers(Answer.json(400, "{\"error\":\"invalid_grant\"}"));
        assertThatThrownBy(() -> client.tokens(account, READ).token())
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("invalid_grant")
                .hasMessageContaining(HOST)
                .hasMessageNotContaining("first");
    }
}
