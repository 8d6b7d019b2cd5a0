package dev.latchkey.auth;

import static dev.latchkey.auth.Fapi.part;
import static dev.latchkey.auth.Fapi.pushed;
import static dev.latchkey.auth.Fapi.pushes;
import static dev.latchkey.auth.Fapi.request;
import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.OPENID;
import static dev.latchkey.auth.Stage.REDIRECT;
import static dev.latchkey.auth.Stage.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.Prompt;
import dev.latchkey.auth.authorize.ResponseMode;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.token.AuthorizationDetail;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Authorization requests as signed objects (JAR, RFC 9101): the core's part; what the object says of itself is the signer's. */
@Timeout(20)
class SignedRequestTest {

    private final Stage stage = new Stage();
    private final Fapi.Signer signer = new Fapi.Signer("PS256");

    private OAuthClient client(AuthorizationServerMetadata.Builder server) {
        return stage.builder(server.build()).requestObjects(signer).build();
    }

    @Test
    void a13_theObjectHoldsEveryParameterAndNoRequestOfItsOwn() {
        pushes(stage);
        AuthorizationRequest everything = AuthorizationRequest.builder(REDIRECT, OPENID)
                .prompt(Prompt.LOGIN)
                .loginHint("alice")
                .maxAge(Duration.ofMinutes(5))
                .acrValues("gold", "silver")
                .claims("{\"id_token\":{\"auth_time\":{\"essential\":true}}}")
                .responseMode(ResponseMode.FORM_POST)
                .options(RequestOptions.NONE
                        .resource(URI.create("https://api.example.com"))
                        .authorizationDetail(AuthorizationDetail.builder("a").build())
                        .parameter("ui_locales", "de"))
                .build();
        client(Fapi.metadata()).authorize(everything);

        Map<String, String> form = pushed(stage).get(0).form();
        assertThat(form).containsOnlyKeys("client_id", "request").containsEntry("client_id", "app");
        Map<String, Object> object = part(form.get("request"), 1);
        assertThat(object)
                .containsOnlyKeys(
                        "iss",
                        "aud",
                        "nbf",
                        "exp",
                        "response_type",
                        "client_id",
                        "redirect_uri",
                        "scope",
                        "state",
                        "nonce",
                        "code_challenge",
                        "code_challenge_method",
                        "response_mode",
                        "prompt",
                        "login_hint",
                        "max_age",
                        "acr_values",
                        "claims",
                        "resource",
                        "authorization_details",
                        "ui_locales")
                .containsEntry("aud", ISSUER)
                .containsEntry("response_type", "code")
                .containsEntry("response_mode", "form_post")
                .containsEntry("prompt", "login")
                .containsEntry("max_age", "300")
                .containsEntry("acr_values", "gold silver")
                .containsEntry("authorization_details", "[{\"type\":\"a\"}]");
    }

    @Test
    void a13_throughTheBrowserClientAndTypeStandBesideTheObject() {
        URI uri = client(Stage.metadata()).authorize(request()).uri();
        assertThat(query(uri))
                .containsOnlyKeys("client_id", "response_type", "request")
                .containsEntry("response_type", "code");
        assertThat(part(query(uri).get("request"), 1))
                .containsEntry("scope", "api.read")
                .containsEntry("response_type", "code");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void a13_anOpenIdProviderSeesTypeAndScopeBesideTheObjectToo() {
        Map<String, String> query =
                query(stage.begin(client(Stage.metadata()), OPENID).uri());
        assertThat(query)
                .containsOnlyKeys("client_id", "response_type", "scope", "request")
                .containsEntry("response_type", "code")
                .containsEntry("scope", "openid api.read");
        assertThat(part(query.get("request"), 1)).containsKeys("nonce", "state", "scope", "response_type");
    }

    @Test
    void a13_theKeysThumbprintIsSignedWithTheRest() {
        OAuthClient client = stage.builder(Stage.metadata().build())
                .requestObjects(signer)
                .binding(new FakeBinding.Factory("fake"))
                .build();
        Map<String, String> query = query(client.authorize(request()).uri());
        assertThat(query).doesNotContainKey("dpop_jkt");
        assertThat(part(query.get("request"), 1)).containsEntry("dpop_jkt", "thumbprint of key-1");
    }

    @Test
    void a13_aPushBringsTheClientsAuthenticationBesideTheObject() {
        pushes(stage);
        OAuthClient client = Fapi.builder(stage, SecurityProfile.OAUTH2_1)
                .server(AuthorizationServer.of(Fapi.metadata().build()))
                .build();
        client.authorize(request());
        assertThat(pushed(stage).get(0).form())
                .containsOnlyKeys("client_id", "request", "client_assertion_type", "client_assertion");
        assertThat(part(pushed(stage).get(0).form().get("request"), 1)).doesNotContainKey("client_assertion");
    }

    @Test
    void a13_nobodyCanBringARequestObjectOfTheirOwn() {
        for (String name : List.of("request", "request_uri")) {
            assertThatThrownBy(() -> RequestOptions.NONE.parameter(name, "x"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a13_aServerThatRequiresSignaturesGetsNoRequestWithoutOne() {
        for (AuthorizationServerMetadata.Builder server : List.of(Fapi.metadata(), Stage.metadata())) {
            OAuthClient unsigned = stage.builder(
                            server.member("require_signed_request_object", true).build())
                    .build();
            ConfigurationException refused =
                    catchThrowableOfType(ConfigurationException.class, () -> unsigned.authorize(request()));
            assertThat(refused.field()).isEqualTo("requestObjects");
            assertThat(refused).hasMessageContaining("RFC 9101 §10.5").hasMessageContaining(ISSUER);
        }
        assertThat(stage.transport.requests()).isEmpty();
        assertThat(stage.records()).isZero();
    }

    @Test
    void a13_anAlgorithmThatTheServerDoesNotSupportIsRefusedHere() {
        OAuthClient client = client(
                Fapi.metadata().member("request_object_signing_alg_values_supported", List.of("ES256", "RS256")));
        ConfigurationException refused =
                catchThrowableOfType(ConfigurationException.class, () -> client.authorize(request()));
        assertThat(refused.field()).isEqualTo("requestObjects");
        assertThat(refused).hasMessageContaining("PS256").hasMessageContaining("[ES256, RS256]");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void aKeyThatCannotBeHadNowSendsNothing() {
        signer.broken = true;
        TemporaryFailureException failure = catchThrowableOfType(
                TemporaryFailureException.class, () -> client(Fapi.metadata()).authorize(request()));
        assertThat(failure.safeToRetry()).isTrue();
        assertThat(failure).hasMessageContaining("nothing was sent");
        assertThat(stage.transport.requests()).isEmpty();
        assertThat(stage.records()).isZero();
    }
}
