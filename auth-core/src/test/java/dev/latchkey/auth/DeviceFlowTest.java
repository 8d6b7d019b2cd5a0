package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.HOST;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.refreshable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.authorize.DevicePoll;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class DeviceFlowTest {

    private static final AccountNaming ALICE = AccountNaming.subject("alice");
    private static final String DEVICE = "{\"device_code\":\"dc-5ecret\",\"user_code\":\"WDJB-MJHT\","
            + "\"verification_uri\":\"https://as.example.com/device\",\"expires_in\":900}";

    private final Stage stage = new Stage();
    private final List<Long> pauses = new ArrayList<>();
    private final OAuthClient client = stage.builder()
            .pause(wait -> {
                pauses.add(wait.toSeconds());
                stage.clock.advance(wait);
            })
            .build();

    private DeviceAuthorization begin(String json) {
        stage.answers(json);
        return client.authorizeDevice(READ);
    }

    private void pending(String error) {
        stage.answers(Answer.json(400, "{\"error\":\"" + error + "\"}"));
    }

    @Test
    void theDeviceNamesItselfAndItsScopes() {
        DeviceAuthorization device = begin(DEVICE.replace(
                "}", ",\"verification_uri_complete\":\"https://as.example.com/device?c=WDJB-MJHT\",\"interval\":7}"));
        assertThat(stage.transport.onlyRequest().uri()).isEqualTo(URI.create("https://as.example.com/device"));
        assertThat(stage.transport.onlyRequest().body()).isEqualTo("scope=api.read&client_id=app");
        assertThat(device.userCode()).isEqualTo("WDJB-MJHT");
        assertThat(device.verificationUri()).isEqualTo(URI.create("https://as.example.com/device"));
        assertThat(device.verificationUriComplete()).hasValue(URI.create("https://as.example.com/device?c=WDJB-MJHT"));
        assertThat(device.interval()).isEqualTo(Duration.ofSeconds(7));
        assertThat(device.expiresAt()).isEqualTo(stage.clock.instant().plusSeconds(900));
        assertThat(device.toString()).doesNotContain("dc-5ecret");
    }

    @Test
    void aConfidentialDeviceAuthenticates() {
        stage.answers(DEVICE);
        stage.builder()
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of("s")))
                .build()
                .authorizeDevice(Scopes.NONE);
        assertThat(stage.transport.onlyRequest().body()).isEqualTo("client_id=app&client_secret=s");
    }

    @Test
    void onePollSendsTheDeviceCodeAndTellsTheOutcome() {
        DeviceAuthorization device = begin(DEVICE);
        pending("authorization_pending");
        assertThat(client.poll(device, ALICE)).isEqualTo(DevicePoll.PENDING);
        assertThat(stage.transport.lastRequest().body())
                .isEqualTo(
                        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=dc-5ecret&client_id=app");
        pending("slow_down");
        assertThat(client.poll(device, ALICE)).isEqualTo(DevicePoll.SLOW_DOWN);
        stage.answers(refreshable());
        assertThat(client.poll(device, ALICE).signIn().orElseThrow().account().subject())
                .isEqualTo("alice");
        assertThat(stage.records()).isEqualTo(1);
    }

    @Test
    void k13_slowDownAddsFiveSecondsForGood() {
        DeviceAuthorization device = begin(DEVICE);
        pending("authorization_pending");
        pending("slow_down");
        pending("authorization_pending");
        pending("slow_down");
        pending("authorization_pending");
        stage.answers(refreshable());
        client.await(device, ALICE);
        assertThat(pauses).containsExactly(5L, 5L, 10L, 10L, 15L, 15L);
    }

    @Test
    void k13_pollingEndsAtExpiresIn() {
        DeviceAuthorization device = begin(DEVICE.replace("900", "12"));
        pending("authorization_pending");
        pending("authorization_pending");
        assertThatThrownBy(() -> client.await(device, ALICE))
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("expired")
                .hasMessageNotContaining("dc-5ecret");
        assertThat(pauses).containsExactly(5L, 5L);
        stage.transport.verify();
    }

    @ParameterizedTest
    @CsvSource({"429,''", "503,''", "400,authorization_pending", "400,slow_down", "429,slow_down"})
    void k13_retryAfterIsHonouredWhilePolling(int status, String error) {
        DeviceAuthorization device = begin(DEVICE);
        Answer busy = error.isEmpty() ? Answer.of(status) : Answer.json(status, "{\"error\":\"" + error + "\"}");
        stage.answers(busy.header("Retry-After", "40")).answers(refreshable());
        client.await(device, ALICE);
        assertThat(pauses).containsExactly(5L, 40L);
    }

    @Test
    void k13_aRetryAfterCountsOnce() {
        DeviceAuthorization device = begin(DEVICE);
        stage.answers(Answer.json(400, "{\"error\":\"authorization_pending\"}").header("Retry-After", "40"));
        pending("authorization_pending");
        stage.answers(refreshable());
        client.await(device, ALICE);
        assertThat(pauses).containsExactly(5L, 40L, 5L);
    }

    @Test
    void aNetworkFailureWhilePollingDoesNotEndItAndSlowsItDown() {
        DeviceAuthorization device = begin(DEVICE);
        for (int i = 0; i < 5; i++) {
            stage.transport.fails(Kind.EXCHANGE, Delivery.UNKNOWN);
        }
        stage.answers(refreshable());
        assertThat(client.await(device, ALICE).account().subject()).isEqualTo("alice");
        assertThat(pauses).containsExactly(5L, 10L, 20L, 40L, 40L, 40L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"access_denied"})
    void aRefusalEndsPolling(String error) {
        DeviceAuthorization device = begin(DEVICE);
        pending(error);
        assertThatThrownBy(() -> client.await(device, ALICE)).isInstanceOf(AccessDeniedException.class);
        assertThat(stage.records()).isZero();
    }

    @Test
    void anExpiredCodeEndsPolling() {
        DeviceAuthorization device = begin(DEVICE);
        pending("expired_token");
        assertThatThrownBy(() -> client.await(device, ALICE)).isInstanceOf(SignInRequiredException.class);
    }

    /** Nobody is there any more who could stop it, and a session that came of it would be nobody's. */
    @Test
    void whoWaitsWhileTheClientIsClosedAsksNoMore() {
        DeviceAuthorization device = begin(DEVICE);
        AtomicReference<OAuthClient> closed = new AtomicReference<>();
        OAuthClient waiting = stage.builder()
                .timeout(Duration.ofSeconds(1))
                .pause(wait -> assertThatThrownBy(closed.get()::close).isInstanceOf(TemporaryFailureException.class))
                .build();
        closed.set(waiting);
        int before = stage.transport.requests().size();

        assertThatThrownBy(() -> waiting.async().await(device, ALICE).get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(ConfigurationException.class)
                .hasMessageContaining("closed");

        assertThat(stage.transport.requests()).hasSize(before);
    }

    @Test
    void anInterruptEndsWaitingAndIsKept() {
        DeviceAuthorization device = begin(DEVICE);
        OAuthClient waiting = stage.builder()
                .pause(wait -> {
                    throw new InterruptedException();
                })
                .build();
        TemporaryFailureException failed =
                catchThrowableOfType(TemporaryFailureException.class, () -> waiting.await(device, ALICE));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(failed.safeToRetry()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "device_code|",
                "device_code|1",
                "device_code|\"\"",
                "device_code|\"a\\u0000b\"",
                "device_code|\"a\\nb\"",
                "device_code|\"\\u00e4\"",
                "user_code|",
                "user_code|\"\"",
                "user_code|\"a\\u001b[2Jb\"",
                "user_code|\"a\\u202eb\"",
                "user_code|\"0123456789012345678901234567890123456789012345678901234567890123456789\"",
                "verification_uri|",
                "verification_uri|\"javascript:alert(1)\"",
                "verification_uri|\"file:///etc/passwd\"",
                "verification_uri|\"not a uri\"",
                "verification_uri|\"/relative\"",
                "verification_uri_complete|\"javascript:alert(1)\"",
                "verification_uri_complete|\"data:text/html,x\"",
                "expires_in|",
                "expires_in|-1",
                "expires_in|\"soon\"",
                "expires_in|true",
                "interval|-1",
                "interval|\"x\""
            })
    void aMalformedAuthorizationNamesTheMember(String name, String json) {
        JsonObject device = new Gson().fromJson(DEVICE, JsonObject.class);
        device.remove(name);
        if (json != null) {
            device.add(name, new Gson().fromJson(json, JsonElement.class));
        }
        Throwable refused = catchThrowable(() -> begin(device.toString()));
        assertThat(refused).isInstanceOf(InvalidResponseException.class);
        assertThat(((InvalidResponseException) refused).field()).isEqualTo(name);
        assertThat(((InvalidResponseException) refused).host()).isEqualTo(HOST);
        assertThat(refused).hasMessageNotContaining("dc-5ecret");
    }

    @Test
    void anIntervalIsTheServersAndASecondAtLeast() {
        assertThat(begin(DEVICE.replace("}", ",\"interval\":0}")).interval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(begin(DEVICE.replace("}", ",\"interval\":600}")).interval()).isEqualTo(Duration.ofMinutes(10));
        assertThat(begin(DEVICE).interval()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aServerWithoutADeviceEndpointIsAConfigurationError() {
        OAuthClient without = stage.builder(dev.latchkey.auth.metadata.AuthorizationServerMetadata.builder(Stage.ISSUER)
                        .tokenEndpoint(URI.create(Stage.ISSUER + "/token"))
                        .build())
                .build();
        assertThatThrownBy(() -> without.authorizeDevice(READ))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("device_authorization_endpoint");
    }

    @Test
    void theServersRefusalToBeginIsTyped() {
        stage.answers(Answer.json(400, "{\"error\":\"unauthorized_client\"}"));
        assertThatThrownBy(() -> client.authorizeDevice(READ))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("unauthorized_client");
    }
}
