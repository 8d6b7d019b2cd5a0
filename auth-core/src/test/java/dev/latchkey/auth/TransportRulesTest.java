package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.HOST;
import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.OPENID;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.callback;
import static dev.latchkey.auth.Stage.granted;
import static dev.latchkey.auth.Stage.metadata;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import java.lang.reflect.Method;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class TransportRulesTest {

    private final Stage stage = new Stage();

    private InvalidResponseException refusedToken() {
        return catchThrowableOfType(
                InvalidResponseException.class, () -> stage.client().request(ClientCredentialsGrant.of(READ)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://as.example.com",
                "http://127.0.0.1.example.com",
                "http://127.example.com",
                "http://10.0.0.1"
            })
    void t1_endpointsOffLoopbackMustBeHttpsAlsoWithTheTestSwitch(String issuer) {
        assertThatThrownBy(() -> stage.builder()
                        .server(AuthorizationServer.openId(issuer))
                        .dangerouslyAllowHttp()
                        .build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("issuer")
                .hasMessageContaining(URI.create(issuer).getHost());
        assertThat(stage.transport.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"authorization_endpoint", "token_endpoint"})
    void t1_staticMetadataWithPlainHttpFailsInTheBuilder(String endpoint) {
        AuthorizationServerMetadata server =
                metadata().member(endpoint, "http://as.example.com/x").build();

        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class, () -> stage.builder(server).build());
        assertThat(refused.field()).isEqualTo(endpoint);
        assertThat(refused).hasMessageContaining(HOST);
    }

    @Test
    void t1_plainHttpEndpointsOfDiscoveredMetadataGetNoByte() {
        stage.answers("{\"issuer\":\"https://as.example.com\",\"token_endpoint\":\"http://as.example.com/token\","
                + "\"authorization_endpoint\":\"http://as.example.com/authorize\","
                + "\"device_authorization_endpoint\":\"http://as.example.com/device\"}");
        OAuthClient client = stage.discovering().build();

        assertThatThrownBy(() -> client.request(ClientCredentialsGrant.of(READ)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("token_endpoint")
                .hasMessageContaining(HOST);
        assertThatThrownBy(() -> stage.begin(client, OPENID)).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> client.authorizeDevice(READ))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("device_authorization_endpoint");
        assertThat(stage.transport.requests()).hasSize(1);
        assertThat(stage.records()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"})
    void t1_loopbackMayBePlainHttpWithTheSwitchAndOnlyWithIt(String origin) {
        AuthorizationServerMetadata server = AuthorizationServerMetadata.builder(origin)
                .tokenEndpoint(URI.create(origin + "/token"))
                .build();
        assertThatThrownBy(() -> stage.builder(server).build()).isInstanceOf(ConfigurationException.class);

        stage.answers(granted(""));
        OAuthClient client = stage.builder(server).dangerouslyAllowHttp().build();
        assertThat(client.request(ClientCredentialsGrant.of(READ)).accessToken().reveal())
                .isEqualTo(Stage.ACCESS_TOKEN);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 304, 307, 308})
    void t2_redirectFromTheTokenEndpointIsNotFollowed(int status) {
        stage.answers(Answer.of(status).header("Location", "https://evil.example/token"));

        InvalidResponseException refused = refusedToken();
        assertThat(refused.field()).isEqualTo("status");
        assertThat(refused.host()).isEqualTo(HOST);
        assertThat(refused).hasMessageContaining("redirect").hasMessageNotContaining("evil");
        stage.transport.onlyRequest();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void t2_redirectOfTheMetadataIsNotFollowed(int status) {
        stage.answers(Answer.of(status).header("Location", "https://evil.example/metadata"));
        OAuthClient client = stage.discovering().build();

        assertThatThrownBy(client::metadata)
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("redirect");
        stage.transport.onlyRequest();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void t2_redirectFromTheDeviceEndpointIsNotFollowed(int status) {
        stage.answers(Answer.of(status).header("Location", "https://evil.example/device"));

        assertThatThrownBy(() -> stage.client().authorizeDevice(READ)).isInstanceOf(InvalidResponseException.class);
        stage.transport.onlyRequest();
    }

    @Test
    void t2_aCodeIsNotSentOnToARedirectsTarget() {
        OAuthClient client = stage.client();
        PendingAuthorization pending = stage.begin(client, OPENID);
        stage.answers(Answer.of(307).header("Location", "https://evil.example/token"));

        assertThatThrownBy(() -> client.complete(callback(pending.uri()), pending.browserBinding()))
                .isInstanceOf(InvalidResponseException.class);
        assertThat(stage.transport.onlyRequest().uri()).hasHost(HOST);
        assertThat(stage.records()).isZero();
    }

    @Test
    void t3_everyRequestCarriesTheTotalTimeout() {
        stage.answers(Stage.metadataJson(ISSUER)
                        .replace("}", ",\"device_authorization_endpoint\":\"" + ISSUER + "/device\"}"))
                .answers(granted(""))
                .answers("{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":\"https://as.example.com/d\","
                        + "\"expires_in\":600}");
        OAuthClient client = stage.discovering().timeout(Duration.ofSeconds(7)).build();
        client.request(ClientCredentialsGrant.of(READ));
        client.authorizeDevice(READ);

        assertThat(stage.transport.requests())
                .hasSize(3)
                .extracting(RecordedRequest::timeout)
                // A little less than the whole, so that the request's own end comes before that of whoever waits for
                // it.
                .containsOnly(Duration.ofMillis(6_300));
    }

    @Test
    void t3_lessThanThirtySecondsWithoutASetting() {
        stage.answers(granted(""));
        stage.client().request(ClientCredentialsGrant.of(READ));
        assertThat(stage.transport.onlyRequest().timeout()).isEqualTo(Duration.ofSeconds(29));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "access_token=x",
                "a=b&access_token=x",
                "access%5Ftoken=x",
                "%61ccess_token=x",
                "a=b;access_token=x"
            })
    void t7_aTokenInAQueryIsRefusedBeforeAnythingIsSent(String query) {
        AuthorizedTransport api = AuthorizedTransport.over(
                        stage.transport, TokenSource.of(AccessToken.bearer(Stage.ACCESS_TOKEN)))
                .to(URI.create("https://api.example.com"));

        assertThatThrownBy(
                        () -> api.send(TransportRequest.builder("GET", URI.create("https://api.example.com/?" + query))
                                .build()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("access_token");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void t7_theTokenGoesInAHeaderAndNoRequestHasAQuery() throws Exception {
        stage.answers(granted("")).answers("{}");
        TokenSource tokens = stage.client().clientCredentials(READ);
        AuthorizedTransport.over(stage.transport, tokens)
                .to(URI.create("https://api.example.com"))
                .send(TransportRequest.builder("GET", URI.create("https://api.example.com/me"))
                        .build())
                .close();

        assertThat(stage.transport.requests())
                .allSatisfy(request -> assertThat(request.uri().getRawQuery()).isNull());
        assertThat(stage.transport.lastRequest().header("Authorization")).hasValue("Bearer " + Stage.ACCESS_TOKEN);
        assertThatThrownBy(() -> RequestOptions.NONE.parameter("access_token", "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // They name a certificate that a transport presents, or where it is asked for; the server's is checked all the
    // same.
    private static final Set<String> CERTIFICATES = Set.of(
            "ClientAuthentication.tls",
            "ClientAuthentication.selfSignedTls",
            "AuthorizationServerMetadata.mtlsEndpointAlias");

    @Test
    void t8_noPublicMethodTouchesTlsOrHostnames() throws Exception {
        int seen = 0;
        for (Class<?> type : PublicTypes.all()) {
            for (Method method : type.getMethods()) {
                if (method.getDeclaringClass() == Object.class) {
                    continue;
                }
                seen++;
                if (CERTIFICATES.contains(method.getDeclaringClass().getSimpleName() + "." + method.getName())) {
                    continue;
                }
                assertThat(method.getName().toLowerCase(Locale.ROOT))
                        .as(method.toString())
                        .doesNotContain("hostname", "trustall", "insecure", "selfsigned", "sslcontext", "tls");
                for (Class<?> parameter : method.getParameterTypes()) {
                    assertThat(parameter.getName()).as(method.toString()).doesNotStartWith("javax.net.ssl");
                }
                assertThat(method.getReturnType().getName())
                        .as(method.toString())
                        .doesNotStartWith("javax.net.ssl");
            }
        }
        assertThat(seen).isGreaterThan(200);
        assertThat(Scopes.class).isIn(PublicTypes.all());
    }
}
