package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.HOST;
import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.REDIRECT;
import static dev.latchkey.auth.Stage.callback;
import static dev.latchkey.auth.Stage.callbackOf;
import static dev.latchkey.auth.Stage.metadata;
import static dev.latchkey.auth.Stage.query;
import static dev.latchkey.auth.Stage.refreshable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationCode;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.CarriedAuthorization;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.ExtensionGrant;
import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import java.lang.reflect.Method;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class CallbackRulesTest {

    private final Stage stage = new Stage();
    private final OAuthClient client = stage.client();

    private AuthorizationRequest plain() {
        return AuthorizationRequest.builder(REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build();
    }

    private InvalidResponseException refused(PendingAuthorization pending, AuthorizationCallback callback) {
        return catchThrowableOfType(
                InvalidResponseException.class, () -> client.complete(callback, pending.browserBinding()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "https://as.example.com/",
                "https://AS.example.com",
                "https://as.example.com:443",
                ""
            })
    void a4_anotherIssuerInTheCallbackIsRefusedBeforeTheCodeIsSent(String iss) {
        PendingAuthorization pending = client.authorize(plain());

        InvalidResponseException refused = refused(pending, callback(pending.uri(), "iss", iss));
        assertThat(refused.field()).isEqualTo("iss");
        assertThat(refused.host()).isEqualTo(HOST);
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void a4_aMissingIssuerIsRefusedWhereTheServerPromisesIt() {
        OAuthClient strict = stage.builder(metadata()
                        .member("authorization_response_iss_parameter_supported", true)
                        .build())
                .build();
        PendingAuthorization pending = strict.authorize(plain());
        assertThatThrownBy(() -> strict.complete(callback(pending.uri()), pending.browserBinding()))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("iss");
        assertThat(stage.transport.requests()).isEmpty();

        PendingAuthorization next = strict.authorize(plain());
        stage.answers(refreshable());
        strict.complete(callback(next.uri(), "iss", ISSUER), next.browserBinding());
    }

    @Test
    void a4_anErrorOfAnotherIssuerIsNotSurfaced() {
        PendingAuthorization pending = client.authorize(plain());
        String state = query(pending.uri()).get("state");

        InvalidResponseException refused =
                refused(pending, callbackOf("error", "access_denied", "state", state, "iss", "https://evil.example"));
        assertThat(refused.field()).isEqualTo("iss");
        assertThat(refused.error()).isEmpty();
        assertThat(refused).hasMessageNotContaining("access_denied");
    }

    @Test
    void a4_theIssuerIsThatOfTheAuthorizationAndNotOfToday() {
        stage.transport
                .onGet("/.well-known/oauth-authorization-server")
                .answers(200, "application/json", Stage.metadataJson(ISSUER));
        OAuthClient discovering = stage.discovering().build();
        PendingAuthorization pending = discovering.authorize(plain());
        stage.answers(refreshable());

        discovering.complete(callback(pending.uri(), "iss", ISSUER), pending.browserBinding());
        assertThat(stage.tokenRequests()).hasSize(1);
    }

    @Test
    void a5_anIssuerThatWasNotAdvertisedIsComparedAllTheSame() {
        PendingAuthorization right = client.authorize(plain());
        stage.answers(refreshable());
        client.complete(callback(right.uri(), "iss", ISSUER), right.browserBinding());

        PendingAuthorization wrong = client.authorize(plain());
        assertThat(refused(wrong, callback(wrong.uri(), "iss", "https://evil.example"))
                        .field())
                .isEqualTo("iss");
    }

    @Test
    void a6_theCodeGoesToTheTokenEndpointOfTheMetadataThatTheBrowserWasSentWith() {
        String moved = Stage.metadataJson(ISSUER).replace("/token", "/moved");
        stage.transport
                .onGet("/.well-known/oauth-authorization-server")
                .answers(200, "application/json", Stage.metadataJson(ISSUER))
                .answers(200, "application/json", moved);
        stage.clock.advance(Duration.ZERO);
        OAuthClient discovering = stage.discovering().build();
        discovering.metadata();
        stage.clock.advance(Duration.ofHours(24).minusMinutes(1));
        PendingAuthorization pending = discovering.authorize(plain());
        stage.clock.advance(Duration.ofMinutes(2));
        assertThat(discovering.metadata().tokenEndpoint()).hasValue(URI.create(ISSUER + "/moved"));

        stage.answers(refreshable());
        discovering.complete(callback(pending.uri()), pending.browserBinding());
        assertThat(stage.transport.lastRequest().uri()).isEqualTo(URI.create(ISSUER + "/token"));
    }

    @Test
    void a6_aClientOfAnotherServerDoesNotCompleteOverASharedStore() {
        AuthorizationServerMetadata evil = AuthorizationServerMetadata.builder("https://evil.example")
                .authorizationEndpoint(URI.create("https://evil.example/authorize"))
                .tokenEndpoint(URI.create("https://evil.example/token"))
                .build();
        OAuthClient atEvil = stage.builder(evil).build();
        OAuthClient atGood = stage.builder()
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of("5ecret")))
                .build();
        PendingAuthorization pending = atEvil.authorize(plain());

        assertThatThrownBy(() -> atGood.complete(callback(pending.uri()), pending.browserBinding()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("client");
        assertThat(stage.transport.requests()).isEmpty();
        assertThat(stage.records()).isEqualTo(1);
    }

    @Test
    void a6_aClientOfAnotherServerDoesNotCompleteWhatWasCarried() {
        AuthorizationServerMetadata evil = AuthorizationServerMetadata.builder("https://evil.example")
                .authorizationEndpoint(URI.create("https://evil.example/authorize"))
                .tokenEndpoint(URI.create("https://evil.example/token"))
                .build();
        CarriedAuthorization carried = stage.builder(evil).build().authorizeCarried(plain());

        assertThatThrownBy(() -> client.complete(callback(carried.uri()), carried.transaction()))
                .isInstanceOf(ConfigurationException.class);
        assertThat(stage.transport.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"code", "state", "iss", "error"})
    void a7_aParameterThatIsThereTwiceIsRefusedAndChangesNothing(String name) {
        PendingAuthorization pending = client.authorize(plain());
        String once = "code=" + Stage.CODE + "&state=" + query(pending.uri()).get("state");
        AuthorizationCallback twice = AuthorizationCallback.parse(
                name.equals("code") || name.equals("state")
                        ? once + "&" + name + "=x"
                        : once + "&" + name + "=x&" + name + "=x");

        InvalidResponseException refused = refused(pending, twice);
        assertThat(refused.field()).isEqualTo(name);
        assertThat(stage.transport.requests()).isEmpty();

        stage.answers(refreshable());
        client.complete(callback(pending.uri()), pending.browserBinding());
    }

    @Test
    void a7_twiceInAFrameworksMapIsTwice() {
        PendingAuthorization pending = client.authorize(plain());
        String state = query(pending.uri()).get("state");
        AuthorizationCallback twice = AuthorizationCallback.of(
                Map.of("code", new String[] {Stage.CODE, "other"}, "state", new String[] {state}));
        assertThat(refused(pending, twice).field()).isEqualTo("code");
    }

    @Test
    void a8_theRedirectUriOfTheTokenRequestIsTheStoredOne() {
        URI odd = URI.create("https://app.example.com/cb?tenant=a%20b&x=1");
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(odd, READ)
                .account(AccountNaming.subject("alice"))
                .build());
        assertThat(query(pending.uri())).containsEntry("redirect_uri", odd.toString());
        stage.answers(refreshable());

        client.complete(callback(pending.uri(), "redirect_uri", "https://evil.example/cb"), pending.browserBinding());
        assertThat(stage.transport.onlyRequest().form()).containsEntry("redirect_uri", odd.toString());
    }

    @Test
    void a9_aCodeIsRedeemedByCompleteAndInNoOtherWay() throws Exception {
        assertThatThrownBy(() -> ExtensionGrant.of("authorization_code", Parameters.of("code", "c")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RequestOptions.NONE.parameter("code", "c"))
                .isInstanceOf(IllegalArgumentException.class);
        Grant ownGrant = new Grant() {
            @Override
            public String grantType() {
                return "authorization_code";
            }

            @Override
            public Parameters parameters() {
                return Parameters.of("code", "c").with("redirect_uri", REDIRECT.toString());
            }
        };
        assertThatThrownBy(() -> client.request(ownGrant))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("grant_type");
        assertThat(stage.transport.requests()).isEmpty();

        for (Class<?> type : PublicTypes.all()) {
            for (Method method : type.getMethods()) {
                boolean takesCode = Arrays.asList(method.getParameterTypes()).contains(AuthorizationCode.class);
                assertThat(takesCode).as(method.toString()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"response", "id_token", "access_token", "token"})
    void a10_whatWasNotAskedForInTheFrontChannelIsRefused(String name) {
        PendingAuthorization pending = client.authorize(plain());

        InvalidResponseException refused = refused(pending, callback(pending.uri(), name, "5ecret"));
        assertThat(refused.field()).isEqualTo(name);
        assertThat(refused).hasMessageNotContaining("5ecret");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void a10_onlyCodesInQueryOrFormAreAskedFor() {
        assertThat(query(client.authorize(plain()).uri()))
                .containsEntry("response_type", "code")
                .doesNotContainKey("response_mode");
        for (String name : new String[] {"response_type", "response_mode", "request", "request_uri"}) {
            assertThatThrownBy(() -> RequestOptions.NONE.parameter(name, "x"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a11_noAddressOfACallbackLeadsAnywhere() throws Exception {
        for (Method method : AuthorizationCallback.class.getMethods()) {
            assertThat(method.getReturnType()).as(method.toString()).isNotEqualTo(URI.class);
        }
        PendingAuthorization pending = client.authorize(plain());
        assertThat(pending.uri()).hasHost(HOST).hasScheme("https").hasPath("/authorize");
        stage.answers(refreshable());
        client.complete(
                callback(
                        pending.uri(),
                        "redirect",
                        "https://evil.example",
                        "next",
                        "https://evil.example",
                        "token_endpoint",
                        "https://evil.example/token"),
                pending.browserBinding());
        assertThat(stage.transport.onlyRequest().uri()).hasHost(HOST);
    }

    @Test
    void aServersRefusalThroughTheBrowserKeepsWhatItSaid() {
        PendingAuthorization pending = client.authorize(plain());
        String state = query(pending.uri()).get("state");

        AccessDeniedException refused = catchThrowableOfType(
                AccessDeniedException.class,
                () -> client.complete(
                        callbackOf(
                                "error",
                                "access_denied",
                                "error_description",
                                "The user said no",
                                "error_uri",
                                "https://as.example.com/why",
                                "state",
                                state),
                        pending.browserBinding()));
        assertThat(refused.error().orElseThrow().code()).isEqualTo("access_denied");
        assertThat(refused.error().orElseThrow().description()).hasValue("The user said no");
        assertThat(refused.error().orElseThrow().uri()).hasValue(URI.create("https://as.example.com/why"));
        assertThat(refused.error().orElseThrow().members()).doesNotContainKey("state");
        assertThat(refused).hasMessageContaining(HOST).hasMessageNotContaining(state);
        assertThat(stage.transport.requests()).isEmpty();
        assertThat(stage.records()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"login_required", "interaction_required", "consent_required", "account_selection_required"})
    void aRefusalOfASilentSignInAsksForTheUser(String code) {
        PendingAuthorization pending = client.authorize(plain());
        String state = query(pending.uri()).get("state");
        assertThatThrownBy(() -> client.complete(callbackOf("error", code, "state", state), pending.browserBinding()))
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining(code);
    }

    @Test
    void aServerOfTheSameNameAtTheOtherLocationIsTheSameServer() {
        stage.transport
                .onGet("/.well-known/openid-configuration")
                .answers(200, "application/json", Stage.metadataJson(ISSUER));
        OAuthClient one =
                stage.builder().server(AuthorizationServer.openId(ISSUER)).build();
        PendingAuthorization pending = one.authorize(plain());
        stage.answers(refreshable());

        OAuthClient otherNode = stage.discovering().build();
        otherNode.complete(callback(pending.uri()), pending.browserBinding());
        assertThat(stage.tokenRequests()).hasSize(1);
    }
}
