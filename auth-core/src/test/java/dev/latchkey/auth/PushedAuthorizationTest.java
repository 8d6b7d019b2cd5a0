package dev.latchkey.auth;

import static dev.latchkey.auth.Fapi.REQUEST_URI;
import static dev.latchkey.auth.Fapi.pushed;
import static dev.latchkey.auth.Fapi.pushes;
import static dev.latchkey.auth.Fapi.request;
import static dev.latchkey.auth.Stage.CODE;
import static dev.latchkey.auth.Stage.HOST;
import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.callbackOf;
import static dev.latchkey.auth.Stage.refreshable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.authorize.CarriedAuthorization;
import dev.latchkey.auth.authorize.CodeVerifier;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.ServerQuirk;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class PushedAuthorizationTest {

    private final Stage stage = new Stage();

    private OAuthClientBuilder builder() {
        return stage.builder(Fapi.metadata().build())
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of("s3cret")));
    }

    @Test
    void a12_whereTheServerOffersItTheRequestIsPushedAndTheBrowserCarriesAReferenceOnly() {
        pushes(stage);
        PendingAuthorization pending = builder().build().authorize(request());

        assertThat(pending.uri())
                .hasToString("https://as.example.com/authorize?client_id=app&request_uri="
                        + "urn%3Aietf%3Aparams%3Aoauth" + "%3Arequest_uri%3A6esc_11ACC5bwc014ltc14eY22c");
        RecordedRequest push = stage.transport.onlyRequest();
        assertThat(push.method()).isEqualTo("POST");
        assertThat(push.uri()).hasToString(ISSUER + "/par");
        assertThat(push.header("content-type")).hasValue("application/x-www-form-urlencoded");
        assertThat(push.body())
                .matches(
                        "response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp\\.example\\.com%2Fcb&scope=api\\.read"
                                + "&state=[A-Za-z0-9_-]{43}&code_challenge=[A-Za-z0-9_-]{43}&code_challenge_method=S256"
                                + "&client_secret=s3cret");
        assertThat(push.form()).containsEntry("state", pending.state().reveal());
    }

    @Test
    void a12_thePushedAuthorizationIsCompletedLikeAnyOther() {
        pushes(stage);
        OAuthClient client = builder().build();
        PendingAuthorization pending = client.authorize(request());
        stage.answers(refreshable());
        client.complete(
                callbackOf("code", CODE, "state", pending.state().reveal(), "iss", ISSUER), pending.browserBinding());

        Map<String, String> token = stage.tokenRequests().get(0).form();
        assertThat(token).containsEntry("code", CODE).doesNotContainKey("request_uri");
        assertThat(pushed(stage).get(0).form().get("code_challenge"))
                .isEqualTo(CodeVerifier.of(token.get("code_verifier")).challenge());
    }

    @Test
    void a12_aCarriedAuthorizationIsPushedToo() {
        pushes(stage);
        CarriedAuthorization carried = builder().build().authorizeCarried(request());
        assertThat(carried.uri()).hasParameter("request_uri", REQUEST_URI).hasNoParameter("state");
        assertThat(carried.uriExpiresAt()).isEqualTo(stage.clock.instant().plusSeconds(60));
    }

    @Test
    void a12_everyAuthorizationPushesARequestOfItsOwn() {
        AtomicInteger count = new AtomicInteger();
        stage.transport
                .onPost("/par")
                .alwaysAnswers(push -> Answer.json(
                        201, "{\"request_uri\":\"urn:example:" + count.incrementAndGet() + "\",\"expires_in\":60}"));
        OAuthClient client = builder().build();
        assertThat(client.authorize(request()).uri()).hasParameter("request_uri", "urn:example:1");
        assertThat(client.authorize(request()).uri()).hasParameter("request_uri", "urn:example:2");
        assertThat(pushed(stage)).extracting(push -> push.form().get("state")).doesNotHaveDuplicates();
    }

    @Test
    void a12_theReferenceIsGoodUntilItExpiresAndTheAuthorizationLongerThanThat() {
        pushes(stage);
        PendingAuthorization pending = builder().build().authorize(request());
        assertThat(pending.uriExpiresAt()).isEqualTo(stage.clock.instant().plusSeconds(60));
        assertThat(pending.expiresAt()).isEqualTo(stage.clock.instant().plus(Duration.ofMinutes(10)));
    }

    @Test
    void a12_aReferenceThatExpiredOnItsWayIsNotUsed() {
        stage.transport.onPost("/par").alwaysAnswers(push -> {
            stage.clock.advance(Duration.ofSeconds(60));
            return Answer.json(201, "{\"request_uri\":\"" + REQUEST_URI + "\",\"expires_in\":60}");
        });
        TemporaryFailureException late = catchThrowableOfType(
                TemporaryFailureException.class, () -> builder().build().authorize(request()));
        assertThat(late).hasMessageContaining(HOST).hasMessageContaining("expired");
        assertThat(late.safeToRetry()).isTrue();
        assertThat(stage.records()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 204})
    void a12_anotherStatusThan201IsRefused(int status) {
        stage.transport
                .onPost("/par")
                .answers(status, "application/json", "{\"request_uri\":\"" + REQUEST_URI + "\",\"expires_in\":60}");
        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class, () -> builder().build().authorize(request()));
        assertThat(refused.field()).isEqualTo("status");
        assertThat(refused).hasMessageContaining(status + " and must be 201");
        assertThat(stage.records()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "request_uri | {\"expires_in\":60}",
                "request_uri | {\"request_uri\":\"\",\"expires_in\":60}",
                "request_uri | {\"request_uri\":\"no uri\",\"expires_in\":60}",
                "request_uri | {\"request_uri\":\"urn:x:a\\nb\",\"expires_in\":60}",
                "request_uri | {\"request_uri\":7,\"expires_in\":60}",
                "expires_in | {\"request_uri\":\"urn:x:a\"}",
                "expires_in | {\"request_uri\":\"urn:x:a\",\"expires_in\":0}",
                "expires_in | {\"request_uri\":\"urn:x:a\",\"expires_in\":-1}",
                "expires_in | {\"request_uri\":\"urn:x:a\",\"expires_in\":\"soon\"}",
            })
    void a12_anAnswerThatIsNotWholeIsRefusedByTheNameOfItsMember(String field, String json) {
        stage.transport.onPost("/par").answers(201, "application/json", json);
        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class, () -> builder().build().authorize(request()));
        assertThat(refused.field()).isEqualTo(field);
        assertThat(refused.host()).isEqualTo(HOST);
        assertThat(stage.records()).isZero();
    }

    @Test
    void a12_aFailureIsAFailureAndTheRequestGoesNoOtherWay() {
        stage.transport
                .onPost("/par")
                .answers(400, "application/json", "{\"error\":\"invalid_request\"}")
                .answers(401, "application/json", "{\"error\":\"invalid_client\"}")
                .answers(404, "text/html", "<html>")
                .answers(405, "text/html", "<html>")
                .answers(503, "text/html", "<html>")
                .answers(307, "text/html", "<html>")
                .fails(TransportException.Kind.CONNECT, TransportException.Delivery.NOT_SENT)
                .fails(TransportException.Kind.DEADLINE, TransportException.Delivery.UNKNOWN);
        OAuthClient client = builder().build();
        for (Class<? extends OAuthException> expected : List.of(
                ConfigurationException.class,
                ConfigurationException.class,
                ConfigurationException.class,
                ConfigurationException.class,
                TemporaryFailureException.class,
                InvalidResponseException.class,
                TemporaryFailureException.class,
                TemporaryFailureException.class)) {
            assertThatThrownBy(() -> client.authorize(request())).isExactlyInstanceOf(expected);
        }
        assertThat(stage.transport.requests())
                .hasSize(8)
                .allMatch(sent -> sent.path().equals("/par"));
        assertThat(stage.records()).isZero();
    }

    @Test
    void a12_aPushThatMayHaveArrivedDoesNoHarm() {
        stage.transport.onPost("/par").fails(TransportException.Kind.DEADLINE, TransportException.Delivery.UNKNOWN);
        TemporaryFailureException failure = catchThrowableOfType(
                TemporaryFailureException.class, () -> builder().build().authorize(request()));
        assertThat(failure.safeToRetry()).isTrue();
        assertThat(failure).hasMessageContaining(HOST);
    }

    @Test
    void a12_aServerThatRequiresPushingWithoutSayingWhereIsRefusedHere() {
        OAuthClient client = stage.builder(Stage.metadata()
                        .member("require_pushed_authorization_requests", true)
                        .build())
                .build();
        ConfigurationException refused =
                catchThrowableOfType(ConfigurationException.class, () -> client.authorize(request()));
        assertThat(refused.field()).isEqualTo("pushed_authorization_request_endpoint");
        assertThat(refused).hasMessageContaining("RFC 9126 §5");
        assertThat(stage.transport.requests()).isEmpty();
        assertThat(stage.records()).isZero();
    }

    @Test
    void quirkPushedAuthorizationRequestsUnusableGoesThroughTheBrowser() {
        OAuthClient client = builder()
                .server(AuthorizationServer.of(Fapi.metadata().build())
                        .quirk(ServerQuirk.PUSHED_AUTHORIZATION_REQUESTS_UNUSABLE))
                .build();
        assertThat(client.authorize(request()).uri())
                .hasParameter("code_challenge_method", "S256")
                .hasNoParameter("request_uri");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void a12_theQuirkDoesNotHelpWhereTheServerRequiresPushing() {
        AuthorizationServerMetadata metadata = Fapi.metadata()
                .member("require_pushed_authorization_requests", true)
                .build();
        OAuthClient client = builder()
                .server(AuthorizationServer.of(metadata).quirk(ServerQuirk.PUSHED_AUTHORIZATION_REQUESTS_UNUSABLE))
                .build();
        assertThatThrownBy(() -> client.authorize(request()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("pushed_authorization_request_endpoint");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void t1_anEndpointForPushingWithoutTlsIsRefused() {
        OAuthClient client = stage.builder(Stage.metadata()
                        .pushedAuthorizationRequestEndpoint(URI.create("http://as.example.com/par"))
                        .build())
                .build();
        assertThatThrownBy(() -> client.authorize(request()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("pushed_authorization_request_endpoint");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void k3_everyPushBringsAnAssertionOfItsOwn() {
        pushes(stage);
        pushes(stage);
        OAuthClient client = builder()
                .client(ClientId.of("app"), new Fapi.Assertion("private_key_jwt", "PS256"))
                .build();
        client.authorize(request());
        client.authorize(request());
        assertThat(pushed(stage))
                .extracting(push ->
                        Fapi.part(push.form().get("client_assertion"), 1).get("jti"))
                .containsExactly("jti-1", "jti-2");
    }

    @Test
    void d9_theSessionsKeyProvesItselfOnThePushAndTheCodeIsRedeemedWithTheSame() {
        pushes(stage);
        OAuthClient client = builder().binding(new FakeBinding.Factory("fake")).build();
        PendingAuthorization pending = client.authorize(request());
        stage.answers(refreshable().replace("Bearer", "DPoP"));
        client.complete(
                callbackOf("code", CODE, "state", pending.state().reveal(), "iss", ISSUER), pending.browserBinding());

        assertThat(pushed(stage).get(0).header("dpop")).hasValue("key-1 POST https://as.example.com/par");
        assertThat(pushed(stage).get(0).form()).doesNotContainKey("dpop_jkt");
        assertThat(stage.tokenRequests().get(0).header("dpop")).hasValue("key-1 POST https://as.example.com/token");
    }

    @Test
    void d9_withoutPushingTheRequestNamesTheKeysThumbprint() {
        OAuthClient client = stage.builder(Stage.metadata().build())
                .binding(new FakeBinding.Factory("fake"))
                .build();
        assertThat(client.authorize(request()).uri()).hasParameter("dpop_jkt", "thumbprint of key-1");
        assertThat(stage.client().authorize(request()).uri()).hasNoParameter("dpop_jkt");
    }

    @Test
    void aFailedPushLeavesNothingInTheStoreAndASuccessfulOneIsCapped() {
        stage.transport.onPost("/par").answers(500, "text/html", "");
        pushes(stage);
        OAuthClient client = builder().build();
        assertThatThrownBy(() -> client.authorize(request())).isInstanceOf(TemporaryFailureException.class);
        assertThat(stage.records()).isZero();
        client.authorize(request());
        assertThat(stage.records()).isEqualTo(1);
    }

    @Test
    void aStoreThatCannotBeWrittenKeepsTheRequestFromBeingPushed() {
        FailingStore full = new FailingStore(stage.store);
        full.writesBeforeFailing = 0;
        OAuthClient client = builder().store(full).build();
        assertThatThrownBy(() -> client.authorize(request()))
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("nothing was sent");
        assertThat(stage.transport.requests()).isEmpty();
    }
}
