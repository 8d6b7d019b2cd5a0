package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.HOST;
import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.granted;
import static dev.latchkey.auth.Stage.metadataJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.authorize.BackchannelRequest;
import dev.latchkey.auth.authorize.LogoutRequest;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.Gate;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenSource;
import java.lang.reflect.Method;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class MetadataRulesTest {

    private static final String WELL_KNOWN = "/.well-known/oauth-authorization-server";

    private final Stage stage = new Stage();

    @ParameterizedTest
    @ValueSource(
            strings = {"https://evil.example", ISSUER + "/", "https://AS.example.com", "https://as.example.com:443"})
    void m1_theDocumentNamesTheIssuerThatWasAsked(String issuer) {
        for (AuthorizationServer server :
                List.of(AuthorizationServer.oauth(ISSUER), AuthorizationServer.openId(ISSUER))) {
            stage.answers(metadataJson(issuer));
            InvalidResponseException refused = catchThrowableOfType(
                    InvalidResponseException.class,
                    () -> stage.builder().server(server).build().metadata());
            assertThat(refused.field()).isEqualTo("issuer");
            assertThat(refused.host()).isEqualTo(HOST);
        }
    }

    @Test
    void m1_aDocumentWithoutIssuerIsRefused() {
        stage.answers("{\"token_endpoint\":\"https://as.example.com/token\"}");
        assertThatThrownBy(() -> stage.discovering().build().metadata())
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("issuer");
    }

    @ParameterizedTest
    @CsvSource({
        "https://as.example.com,https://as.example.com/.well-known/openid-configuration,https://as.example.com/.well-known/oauth-authorization-server",
        "https://as.example.com/,https://as.example.com/.well-known/openid-configuration,https://as.example.com/.well-known/oauth-authorization-server",
        "https://as.example.com/t1,https://as.example.com/t1/.well-known/openid-configuration,https://as.example.com/.well-known/oauth-authorization-server/t1",
        "https://as.example.com/t1/,https://as.example.com/t1/.well-known/openid-configuration,https://as.example.com/.well-known/oauth-authorization-server/t1",
        "https://as.example.com:8443/a/b%2Fc,https://as.example.com:8443/a/b%2Fc/.well-known/openid-configuration,https://as.example.com:8443/.well-known/oauth-authorization-server/a/b%2Fc",
    })
    void m2_openidAppendsAndRfc8414Inserts(String issuer, String openId, String oauth) {
        stage.answers(metadataJson(issuer)).answers(metadataJson(issuer));
        assertThat(stage.builder()
                        .server(AuthorizationServer.openId(issuer))
                        .build()
                        .metadata()
                        .issuer())
                .isEqualTo(issuer);
        assertThat(stage.transport.lastRequest().uri()).isEqualTo(URI.create(openId));
        stage.builder().server(AuthorizationServer.oauth(issuer)).build().metadata();
        assertThat(stage.transport.lastRequest().uri()).isEqualTo(URI.create(oauth));
        assertThat(stage.transport.requests()).allSatisfy(request -> {
            assertThat(request.method()).isEqualTo("GET");
            assertThat(request.header("accept")).hasValue("application/json");
            assertThat(request.header("authorization")).isEmpty();
            assertThat(request.body()).isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "as.example.com", "https://as.example.com?x=1", "https://as.example.com#f",
                        "https://u:p@as.example.com",
                "not a uri", "", "urn:x", "https:///x"
            })
    void m2_anIssuerThatIsNoPlainAddressIsRefused(String issuer) {
        assertThatThrownBy(() -> AuthorizationServer.openId(issuer)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AuthorizationServer.oauth(issuer)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void m1_aDocumentElsewhereMustNameTheIssuerToo() {
        String issuer = ISSUER + "/oauth2/default";
        URI location = URI.create(issuer + "/.well-known/oauth-authorization-server");
        AuthorizationServer server = AuthorizationServer.at(location, issuer);
        stage.answers(metadataJson(issuer)).answers(metadataJson(ISSUER));

        OAuthClient client = stage.builder().server(server).build();
        assertThat(client.metadata().issuer()).isEqualTo(issuer);
        assertThat(stage.transport.onlyRequest().uri()).isEqualTo(location);
        assertThat(server.discovery().issuer()).contains(issuer);
        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class,
                () -> stage.builder().server(server).build().metadata());
        assertThat(refused.field()).isEqualTo("issuer");
        assertThat(refused.host()).isEqualTo(HOST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/metadata", "urn:x", "https:///x", "https://u@as.example.com/x", "https://as.example.com/#f"})
    void m1_aDocumentElsewhereIsAtAnAddress(String location) {
        assertThatThrownBy(() -> AuthorizationServer.at(URI.create(location), ISSUER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("location must be an absolute URI");
        assertThatThrownBy(() -> AuthorizationServer.at(URI.create(ISSUER + "/m"), "as.example.com"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("issuer");
    }

    @Test
    void m4_endpointsComeFromTheDocumentAndFromNowhereElse() throws Exception {
        stage.answers("{\"issuer\":\"" + ISSUER + "\",\"token_endpoint\":\"https://tokens.example.net/t\"}")
                .answers(granted(""));
        stage.discovering().build().request(ClientCredentialsGrant.of(READ));
        assertThat(stage.transport.lastRequest().uri()).isEqualTo(URI.create("https://tokens.example.net/t"));
        for (Method method : OAuthClientBuilder.class.getMethods()) {
            assertThat(List.of(method.getParameterTypes()))
                    .as(method.toString())
                    .doesNotContain(URI.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"token_endpoint", "authorization_endpoint"})
    void m4_aMissingEndpointIsNotGuessed(String endpoint) {
        stage.answers(metadataJson(ISSUER).replace(endpoint, "x_endpoint"));
        OAuthClient client = stage.discovering().build();
        ConfigurationException refused =
                catchThrowableOfType(ConfigurationException.class, () -> stage.begin(client, Stage.OPENID));
        assertThat(refused.field()).isEqualTo(endpoint);
        assertThat(stage.records()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"/token\"", "\"https:///token\"", "\"https://u:p@as.example.com/token\"",
                        "\"https://as.example.com/#f\"",
                "\"not a uri\"", "1", "[\"https://as.example.com/token\"]", "\"javascript:alert(1)\""
            })
    void m4_aMalformedTokenEndpointMakesTheDocumentUseless(String endpoint) {
        stage.answers("{\"issuer\":\"" + ISSUER + "\",\"token_endpoint\":" + endpoint + "}");
        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class,
                () -> stage.discovering().build().metadata());
        assertThat(refused).hasMessageContaining("token_endpoint").hasMessageContaining(HOST);
    }

    /** A client of a server whose document has one address that is none, and what it says when that one is needed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "authorization_endpoint",
                "device_authorization_endpoint",
                "backchannel_authentication_endpoint",
                "userinfo_endpoint",
                "introspection_endpoint",
                "end_session_endpoint",
                "pushed_authorization_request_endpoint"
            })
    void m4_anotherMalformedEndpointMattersToWhoNeedsItAlone(String endpoint) {
        String bad = "\"urn:kubernetes:programmatic_authorization\"";
        stage.answers(metadataJson(ISSUER)
                        .replaceFirst("\"" + endpoint + "\":\"[^\"]*\",?", "")
                        .replaceFirst("\\{", "{\"" + endpoint + "\":" + bad + ","))
                .answers(granted(""));
        OAuthClient client = stage.discovering().build();

        assertThat(client.request(ClientCredentialsGrant.of(READ)).accessToken().reveal())
                .isEqualTo(Stage.ACCESS_TOKEN);
        ConfigurationException refused =
                catchThrowableOfType(ConfigurationException.class, () -> needing(client, endpoint));
        assertThat(refused.field()).isEqualTo(endpoint);
        assertThat(refused)
                .hasMessageContaining("in the metadata of " + ISSUER + " cannot be used: " + endpoint + " must be an")
                .hasMessageNotContaining("kubernetes");
        assertThat(stage.transport.requests()).as("nothing more was sent").hasSize(2);
        assertThat(stage.records()).isZero();
    }

    private void needing(OAuthClient client, String endpoint) {
        switch (endpoint) {
            case "device_authorization_endpoint":
                client.authorizeDevice(READ);
                break;
            case "backchannel_authentication_endpoint":
                client.authenticateBackchannel(
                        BackchannelRequest.loginHint(Stage.OPENID, "alice").build());
                break;
            case "userinfo_endpoint":
                client.userInfo(TokenSource.of(AccessToken.bearer("t")), "alice");
                break;
            case "introspection_endpoint":
                client.introspect(AccessToken.bearer("t"));
                break;
            case "end_session_endpoint":
                client.logoutUri(LogoutRequest.builder().build());
                break;
            default:
                stage.begin(client, Stage.OPENID);
        }
    }

    @Test
    void anEmptyEndpointIsNone() {
        stage.answers(metadataJson(ISSUER).replaceFirst("\\{", "{\"pushed_authorization_request_endpoint\":\"\","));
        OAuthClient client = stage.discovering().build();

        assertThat(client.metadata().pushedAuthorizationRequestEndpoint()).isEmpty();
        assertThat(client.metadata().problem("pushed_authorization_request_endpoint"))
                .isEmpty();
        assertThat(stage.begin(client, Stage.OPENID).uri().toString()).startsWith("https://as.example.com/authorize?");
    }

    /** As while a server is being set up: it is not believed for a day. */
    @Test
    void m5_aDocumentWithAnAddressThatIsNoneIsAskedForAgainSoon() {
        String right = metadataJson(ISSUER);
        stage.answers(right.replaceFirst("\\{", "{\"revocation_endpoint\":\"https://{{host}}/revoke\","));
        stage.answers(right.replaceFirst("\\{", "{\"revocation_endpoint\":\"https://as.example.com/revoke\","));
        OAuthClient client = stage.discovering().build();
        assertThat(client.metadata().revocationEndpoint()).isEmpty();
        assertThat(client.metadata().isWhole()).isFalse();
        stage.clock.advance(Duration.ofMinutes(1));

        assertThat(client.metadata().revocationEndpoint()).contains(URI.create("https://as.example.com/revoke"));

        assertThat(client.metadata().isWhole()).isTrue();
        stage.clock.advance(Duration.ofHours(23));
        var unused = client.metadata();
        assertThat(stage.transport.requests()).hasSize(2);
    }

    @Test
    void metadataThatSomebodyWroteIsRefusedWhole() {
        assertThatThrownBy(() -> AuthorizationServerMetadata.builder(ISSUER)
                        .member("userinfo_endpoint", "/userinfo")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("userinfo_endpoint must be an absolute URI");
    }

    @Test
    void m5_manyThreadsFetchOnce() throws Exception {
        Gate gate = Gate.closed("metadata");
        stage.transport
                .onGet(WELL_KNOWN)
                .answers(Answer.json(200, metadataJson(ISSUER)).heldAt(gate));
        stage.transport.onPost("/token").alwaysAnswers(Answer.json(200, granted("")));
        OAuthClient client = stage.discovering().build();
        ExecutorService pool = Executors.newFixedThreadPool(64);
        try {
            List<Future<AuthorizationServerMetadata>> all = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                all.add(pool.submit(client::metadata));
            }
            gate.awaitArrival();
            gate.open();
            for (Future<AuthorizationServerMetadata> each : all) {
                assertThat(each.get().issuer()).isEqualTo(ISSUER);
            }
        } finally {
            pool.shutdownNow();
        }
        stage.transport.onlyRequest();
        client.request(ClientCredentialsGrant.of(READ));
        assertThat(stage.transport.requests()).hasSize(2);
    }

    @Test
    void m5_aFailureIsSharedByThoseWhoWaitAndNotRemembered() throws Exception {
        Gate gate = Gate.closed("metadata");
        stage.transport
                .onGet(WELL_KNOWN)
                .answers(Answer.failure(Kind.CONNECT, Delivery.NOT_SENT).heldAt(gate))
                .answers(200, "application/json", metadataJson("https://evil.example"))
                .answers(Answer.of(404))
                .answers(200, "application/json", metadataJson(ISSUER));
        OAuthClient client = stage.discovering().build();
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            Future<?> first = pool.submit(client::metadata);
            gate.awaitArrival();
            gate.open();
            assertThat(catchThrowable(first::get)).hasCauseInstanceOf(TemporaryFailureException.class);
        } finally {
            pool.shutdownNow();
        }
        assertThatThrownBy(client::metadata).isInstanceOf(InvalidResponseException.class);
        assertThatThrownBy(client::metadata).isInstanceOf(ConfigurationException.class);
        assertThat(client.metadata().issuer()).isEqualTo(ISSUER);
        stage.transport.verify();
    }

    @Test
    void m5_metadataIsFetchedAgainAfterADayAndNotBefore() {
        stage.answers(metadataJson(ISSUER)).answers(metadataJson(ISSUER));
        OAuthClient client = stage.discovering().build();
        client.metadata();
        stage.clock.advance(Duration.ofHours(24).minusSeconds(1));
        client.metadata();
        stage.transport.onlyRequest();
        stage.clock.advance(Duration.ofSeconds(1));
        client.metadata();
        assertThat(stage.transport.requests()).hasSize(2);
    }

    @Test
    void buildingAndAskingForASourceDoNoIo() {
        OAuthClient client = stage.discovering().build();
        client.clientCredentials(READ);
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void staticMetadataMakesNoRequest() {
        OAuthClient client = stage.client();
        assertThat(client.metadata()).isEqualTo(Stage.metadata().build());
        stage.begin(client, Stage.OPENID);
        assertThat(stage.transport.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 410})
    void aMissingDocumentIsAConfigurationErrorThatSaysWhere(int status) {
        stage.answers(Answer.of(status, "text/html", "<h1>5ecret</h1>"));
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class, () -> stage.discovering().build().metadata());
        assertThat(refused.field()).isEqualTo("issuer");
        assertThat(refused)
                .hasMessageContaining("https://as.example.com/.well-known/oauth-authorization-server")
                .hasMessageContaining(Integer.toString(status))
                .hasMessageNotContaining("5ecret");
        assertThat(refused.error().orElseThrow().status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void aServerThatIsDownForNowIsTemporaryAndSafeToRetry(int status) {
        stage.answers(Answer.of(status).header("Retry-After", "7").header("X-Request-Id", "r"));
        TemporaryFailureException failed = catchThrowableOfType(
                TemporaryFailureException.class,
                () -> stage.discovering().build().metadata());
        assertThat(failed.safeToRetry()).isTrue();
        assertThat(failed.retryAfter()).hasValue(Duration.ofSeconds(7));
        assertThat(failed.error().orElseThrow().correlationIds()).containsEntry("x-request-id", "r");
        assertThat(failed).hasMessageContaining(HOST);
    }

    @ParameterizedTest
    @CsvSource({"CONNECT,NOT_SENT", "RESOLVE,NOT_SENT", "EXCHANGE,UNKNOWN", "DEADLINE,UNKNOWN", "INTERRUPTED,UNKNOWN"})
    void anUnpluggedServerAtDiscoveryIsSafeToRetrySinceNothingElseWasSent(Kind kind, Delivery delivery) {
        stage.transport.fails(kind, delivery);
        TemporaryFailureException failed = catchThrowableOfType(
                TemporaryFailureException.class,
                () -> stage.discovering().build().request(ClientCredentialsGrant.of(READ)));
        assertThat(failed.safeToRetry()).isTrue();
    }

    @Test
    void theSameDocumentServesTheAuthorizationAndItsCode() {
        assertThat(Discovery.rfc8414(ISSUER).accepts(ISSUER)).isTrue();
        assertThat(Discovery.rfc8414(ISSUER).accepts(ISSUER + "/")).isFalse();
        assertThat(Discovery.known(Stage.metadata().build()).location()).isEmpty();
    }

    @Test
    void membersAreTypedAndUnknownOnesVisible() {
        stage.answers(
                metadataJson(ISSUER)
                        .replace(
                                "}",
                                ",\"code_challenge_methods_supported\":[\"S256\",1],\"x\":{\"y\":[true,null]},\"n\":null,"
                                        + "\"authorization_response_iss_parameter_supported\":true,\"jwks_uri\":\"https://as.example.com/k\"}"));
        AuthorizationServerMetadata server = stage.discovering().build().metadata();
        assertThat(server.codeChallengeMethodsSupported()).containsExactly("S256");
        assertThat(server.authorizationResponseIssParameterSupported()).isTrue();
        assertThat(server.jwksUri()).hasValue(URI.create("https://as.example.com/k"));
        assertThat(server.member("x")).isPresent();
        assertThat(server.member("n")).isEmpty();
        assertThat(server.userinfoEndpoint()).isEmpty();
    }
}
