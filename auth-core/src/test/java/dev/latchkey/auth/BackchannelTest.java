package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.BackchannelAuthentication;
import dev.latchkey.auth.authorize.BackchannelRequest;
import dev.latchkey.auth.authorize.ClientNotificationToken;
import dev.latchkey.auth.authorize.DevicePoll;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.AuthReqId;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.token.IdToken;
import dev.latchkey.auth.token.Scopes;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CIBA Core on the wire, by polling and by notification. */
@Timeout(20)
class BackchannelTest {

    private static final String STARTED =
            "{\"auth_req_id\":\"1c266114-a1be-4252-8ad1-04986c5b9ac1\",\"expires_in\":120}";
    private static final ClientNotificationToken TOKEN =
            ClientNotificationToken.of("8d67dc78-7faa-4d41-aabd-67707b374255");

    private final Stage stage = new Stage();
    private final List<Long> pauses = new ArrayList<>();
    private final OAuthClient client = client(
            "backchannel_authentication_endpoint",
            Stage.ISSUER + "/bc",
            "backchannel_token_delivery_modes_supported",
            List.of("poll", "ping"));

    private OAuthClient client(Object... members) {
        var metadata = Stage.metadata();
        for (int i = 0; i < members.length; i += 2) {
            metadata.member((String) members[i], members[i + 1]);
        }
        return stage.builder(metadata.build())
                .pause(wait -> {
                    pauses.add(wait.toSeconds());
                    stage.clock.advance(wait);
                })
                .build();
    }

    private static BackchannelRequest request() {
        return BackchannelRequest.loginHint(Stage.OPENID, "alice@example.com").build();
    }

    private BackchannelAuthentication begin(BackchannelRequest request) {
        stage.answers(STARTED);
        return client.authenticateBackchannel(request);
    }

    private void refuses(String error) {
        stage.answers(Answer.json(400, "{\"error\":\"" + error + "\"}"));
    }

    private void grants(Map<String, Object> claims) {
        stage.answers(Stage.withIdToken(Stage.jwt(claims)));
    }

    @Test
    void asksForAUser() {
        BackchannelAuthentication begun = begin(BackchannelRequest.loginHint(Stage.OPENID, "alice@example.com")
                .notificationToken(TOKEN)
                .acrValues("gold", "silver")
                .bindingMessage("W4SCT")
                .userCode("1234")
                .requestedExpiry(Duration.ofMinutes(2))
                .build());

        assertThat(stage.transport.onlyRequest().uri()).isEqualTo(URI.create("https://as.example.com/bc"));
        assertThat(stage.transport.onlyRequest().body())
                .isEqualTo("scope=openid+api.read&client_notification_token=8d67dc78-7faa-4d41-aabd-67707b374255"
                        + "&acr_values=gold+silver&login_hint=alice%40example.com&binding_message=W4SCT&user_code=1234"
                        + "&requested_expiry=120&client_id=app");
        assertThat(begun.authReqId()).isEqualTo(AuthReqId.of("1c266114-a1be-4252-8ad1-04986c5b9ac1"));
        assertThat(begun.interval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(begun.expiresAt()).isEqualTo(stage.clock.instant().plusSeconds(120));
        assertThat(begun.toString()).doesNotContain("1c266114");
    }

    @Test
    void namesTheUserByOneHintAlone() {
        begin(BackchannelRequest.idTokenHint(Stage.OPENID, IdToken.of("a.b.c")).build());
        assertThat(stage.transport.lastRequest().body())
                .isEqualTo("scope=openid+api.read&id_token_hint=a.b.c&client_id=app");
        begin(BackchannelRequest.loginHintToken(Stage.OPENID, "t").build());
        assertThat(stage.transport.lastRequest().body())
                .isEqualTo("scope=openid+api.read&login_hint_token=t&client_id=app");
        assertThatThrownBy(() -> BackchannelRequest.loginHint(Scopes.of("api.read"), "x"))
                .hasMessageContaining("openid");
    }

    @Test
    void pollsUntilTheUserHasDecided() {
        BackchannelAuthentication begun = begin(request());
        refuses("authorization_pending");
        refuses("slow_down");
        grants(stage.claims());

        SignIn signIn = client.await(begun);

        assertThat(signIn.account().subject()).isEqualTo("alice");
        assertThat(pauses).containsExactly(5L, 5L, 10L);
        assertThat(stage.transport.lastRequest().body())
                .isEqualTo("grant_type=urn%3Aopenid%3Aparams%3Agrant-type%3Aciba"
                        + "&auth_req_id=1c266114-a1be-4252-8ad1-04986c5b9ac1&client_id=app");
        assertThat(client.tokens(signIn.account(), Stage.OPENID).token().reveal())
                .isEqualTo(Stage.ACCESS_TOKEN);
    }

    @Test
    void neverPollsMoreOftenThanTheServerAllows() {
        stage.answers(
                "{\"auth_req_id\":\"1c266114-a1be-4252-8ad1-04986c5b9ac1\",\"expires_in\":1500,\"interval\":600}");
        BackchannelAuthentication begun = client.authenticateBackchannel(request());
        refuses("authorization_pending");
        Map<String, Object> claims = stage.claims();
        claims.put("exp", stage.clock.instant().plusSeconds(1500).getEpochSecond());
        grants(claims);

        assertThat(client.await(begun).account().subject()).isEqualTo("alice");
        assertThat(pauses).containsExactly(600L, 600L);
    }

    @Test
    void onePollTellsTheOutcome() {
        BackchannelAuthentication begun = begin(request());
        refuses("authorization_pending");
        assertThat(client.poll(begun)).isSameAs(DevicePoll.PENDING);
        refuses("access_denied");
        assertThatThrownBy(() -> client.poll(begun)).isInstanceOf(AccessDeniedException.class);
        refuses("expired_token");
        assertThatThrownBy(() -> client.poll(begun)).isInstanceOf(SignInRequiredException.class);
        grants(stage.claims());
        assertThat(client.poll(begun).signIn()).isPresent();
    }

    @Test
    void k13_pollingEndsWithTheAuthentication() {
        BackchannelAuthentication begun = begin(request());
        for (int i = 0; i < 23; i++) {
            refuses("authorization_pending");
        }

        assertThatThrownBy(() -> client.await(begun)).isInstanceOf(SignInRequiredException.class);
        assertThat(stage.transport.requests()).hasSize(24);
    }

    @Test
    void aCodeThatWasUsedIsNotPolledWithAgain() {
        OAuthClient keyless = stage.builder(Stage.metadata()
                        .member("backchannel_authentication_endpoint", Stage.ISSUER + "/bc")
                        .build())
                .idTokens((token, server, asking) -> {
                    throw new IOException("The keys are out of reach");
                })
                .pause(stage.clock::advance)
                .build();
        stage.answers(STARTED);
        BackchannelAuthentication begun = keyless.authenticateBackchannel(request());
        grants(stage.claims());

        assertThatThrownBy(() -> keyless.await(begun)).isInstanceOf(TemporaryFailureException.class);
        assertThat(stage.transport.requests()).hasSize(2);
    }

    @Test
    void theIdTokenIsCheckedAsEver() {
        BackchannelAuthentication begun = begin(BackchannelRequest.loginHint(Stage.OPENID, "alice")
                .acrValues("gold")
                .build());
        Map<String, Object> claims = stage.claims();
        grants(claims);
        assertThatThrownBy(() -> client.poll(begun))
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo("acr"));
        claims.put("acr", "gold");
        claims.put("aud", "another-app");
        grants(claims);
        assertThatThrownBy(() -> client.poll(begun))
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo("aud"));
    }

    @Test
    void anIdTokenOfAnotherAuthenticationRequestIsRefused() {
        String claim = "urn:openid:params:jwt:claim:auth_req_id";
        BackchannelAuthentication begun = begin(request());
        Map<String, Object> claims = stage.claims();
        claims.put(claim, "of-another");
        grants(claims);

        assertThatThrownBy(() -> client.poll(begun))
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo(claim));

        claims.put(claim, begun.authReqId().reveal());
        grants(claims);
        assertThat(client.poll(begun).signIn()).isPresent();
    }

    @Test
    void whereTheServerTakesSignedRequestsTheObjectIsAllThatIsSent() {
        var metadata = Stage.metadata()
                .member("backchannel_authentication_endpoint", Stage.ISSUER + "/bc")
                .member("backchannel_authentication_request_signing_alg_values_supported", List.of("PS256"))
                .build();
        stage.answers(STARTED);

        stage.builder(metadata).requestObjects(new Fapi.Signer("PS256")).build().authenticateBackchannel(request());

        Map<String, String> form = stage.transport.onlyRequest().form();
        assertThat(form).containsOnlyKeys("request", "client_id");
        assertThat(Fapi.part(form.get("request"), 1))
                .containsEntry("iss", "app")
                .containsEntry("aud", Stage.ISSUER)
                .containsEntry("scope", "openid api.read")
                .containsEntry("login_hint", "alice@example.com");
        OAuthClient other =
                stage.builder(metadata).requestObjects(new Fapi.Signer("ES256")).build();
        assertThatThrownBy(() -> other.authenticateBackchannel(request()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("[PS256]");
        assertThat(stage.transport.requests()).hasSize(1);
    }

    @Test
    void aServerThatDoesNotSayThatItTakesThemGetsParameters() {
        var metadata = Stage.metadata()
                .member("backchannel_authentication_endpoint", Stage.ISSUER + "/bc")
                .build();
        stage.answers(STARTED);

        stage.builder(metadata).requestObjects(new Fapi.Signer("PS256")).build().authenticateBackchannel(request());

        assertThat(stage.transport.onlyRequest().form()).containsKey("login_hint");
    }

    @Test
    void messageSigningSignsThemWhateverTheServerSays() {
        Fapi.publish(
                stage,
                Fapi.metadata()
                        .member("backchannel_authentication_endpoint", Stage.ISSUER + "/bc")
                        .build());
        stage.answers(STARTED);

        Fapi.builder(stage, SecurityProfile.FAPI2_MESSAGE_SIGNING).build().authenticateBackchannel(request());

        List<RecordedRequest> requests = stage.transport.requests();
        assertThat(requests.get(requests.size() - 1).form())
                .containsKey("request")
                .doesNotContainKey("login_hint");
    }

    @Test
    void anIdentifierOfCharactersThatNobodyCanSendIsRefused() {
        for (String wrong : List.of("1c\\u0007", "1c\\u007f", "1c\\u00e9")) {
            stage.answers("{\"auth_req_id\":\"" + wrong + "\",\"expires_in\":120}");

            assertThatThrownBy(() -> client.authenticateBackchannel(request()))
                    .isInstanceOfSatisfying(
                            InvalidResponseException.class,
                            e -> assertThat(e.field()).isEqualTo("auth_req_id"));
        }
        stage.answers("{\"auth_req_id\":\" ~\",\"expires_in\":120}");
        assertThat(client.authenticateBackchannel(request()).authReqId().reveal())
                .isEqualTo(" ~");
    }

    @Test
    void aModeThatTheServerDoesNotOfferIsRefusedHere() {
        OAuthClient polling = client(
                "backchannel_authentication_endpoint",
                Stage.ISSUER + "/bc",
                "backchannel_token_delivery_modes_supported",
                List.of("poll"));

        assertThatThrownBy(() -> polling.authenticateBackchannel(BackchannelRequest.loginHint(Stage.OPENID, "alice")
                        .notificationToken(TOKEN)
                        .build()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ping");
        assertThatThrownBy(() -> stage.client().authenticateBackchannel(request()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("backchannel_authentication_endpoint");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void aNotificationIsBelievedWithItsTokenAlone() {
        String body = "{\"auth_req_id\":\"1c266114-a1be-4252-8ad1-04986c5b9ac1\"}";
        BackchannelNotification notification =
                BackchannelNotification.read("bearer 8d67dc78-7faa-4d41-aabd-67707b374255", body);

        assertThat(notification.requireFrom(TOKEN).authReqId())
                .isEqualTo(AuthReqId.of("1c266114-a1be-4252-8ad1-04986c5b9ac1"));
        assertThat(notification.toString()).doesNotContain("1c266114", "8d67dc78");
        refused(
                () -> BackchannelNotification.read("Bearer 8d67dc78-7faa-4d41-aabd-67707b374256", body)
                        .requireFrom(TOKEN),
                "authorization");
        refused(() -> BackchannelNotification.read(null, body), "authorization");
        refused(() -> BackchannelNotification.read("Basic eDp5", body), "authorization");
        refused(() -> BackchannelNotification.read("Bearer x", "{}"), "auth_req_id");
        refused(() -> BackchannelNotification.read("Bearer x", "{\"auth_req_id\":7}"), "auth_req_id");
        refused(() -> BackchannelNotification.read("Bearer x", "<html>"), "JSON");
        refused(
                () -> BackchannelNotification.read("Bearer x", "{\"auth_req_id\":\"a\",\"auth_req_id\":\"b\"}"),
                "auth_req_id");
    }

    private static void refused(Runnable call, String field) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo(field));
    }
}
