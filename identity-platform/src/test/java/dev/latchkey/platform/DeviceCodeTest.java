package dev.latchkey.platform;

import static dev.latchkey.platform.Http.form;
import static dev.latchkey.platform.Http.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.User;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeviceCodeTest {
    private static final String ADA = "ada@contoso.example";
    private static final String PASSWORD = "correct horse";

    private final MutableTime clock = new MutableTime();
    private IdentityPlatform platform;
    private Http http;

    @BeforeEach
    void start() {
        platform = IdentityPlatform.builder()
                .clock(clock)
                .user(User.of(ADA, PASSWORD, "Ada Lovelace"))
                .client(Client.publicClient("tv"))
                .start();
        http = new Http(platform);
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private JsonObject begin(String target) {
        return json(http.post(target, form("client_id", "tv", "scope", "openid User.Read")));
    }

    private HttpResponse<String> poll(String target, JsonObject device) {
        clock.advance(Duration.ofSeconds(5));
        return pollAtOnce(target, device);
    }

    private HttpResponse<String> pollAtOnce(String target, JsonObject device) {
        return http.post(
                target,
                form(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:device_code",
                        "client_id",
                        "tv",
                        "device_code",
                        device.get("device_code").getAsString()));
    }

    private static String error(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(400);
        return json(response).get("error").getAsString();
    }

    @Test
    void aPersonApprovesAtTheDevicePage() {
        JsonObject device = begin("/device_authorization");
        String userCode = device.get("user_code").getAsString();
        assertThat(userCode).matches("[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}");
        assertThat(device.get("verification_uri").getAsString()).isEqualTo(platform.baseUri() + "/device");
        assertThat(device.get("verification_uri_complete").getAsString())
                .isEqualTo(platform.baseUri() + "/device?user_code=" + userCode);
        assertThat(device.get("expires_in").getAsInt()).isEqualTo(900);
        assertThat(device.get("interval").getAsInt()).isEqualTo(5);
        assertThat(error(poll("/token", device))).isEqualTo("authorization_pending");

        String page = platform.browser()
                .device(
                        URI.create(device.get("verification_uri").getAsString()),
                        userCode.toLowerCase(java.util.Locale.ROOT),
                        Answers.accepting(ADA, PASSWORD));

        assertThat(page).contains("Your device is connected");
        HttpResponse<String> granted = poll("/token", device);
        assertThat(granted.statusCode()).isEqualTo(200);
        assertThat(json(granted).keySet()).contains("access_token", "id_token");
        assertThat(error(poll("/token", device))).isEqualTo("invalid_grant");
    }

    @Test
    void aPersonDeclinesAtTheDevicePage() {
        JsonObject device = begin("/device_authorization");

        platform.browser()
                .device(
                        URI.create(device.get("verification_uri_complete").getAsString()),
                        device.get("user_code").getAsString(),
                        Answers.declining(ADA, PASSWORD));

        assertThat(error(poll("/token", device))).isEqualTo("access_denied");
    }

    @Test
    void aWrongUserCodeIsSaidToBeUnknown() {
        assertThat(platform.browser().device(http.uri("/device"), "WRNG-CODE", Answers.accepting(ADA, PASSWORD)))
                .contains("That code is not known");
    }

    @Test
    void approvesAndDeniesWithoutABrowser() {
        JsonObject approved = begin("/device_authorization");
        platform.devices().approve(platform.devices().latestUserCode().orElseThrow(), ADA);
        JsonObject denied = begin("/device_authorization");
        platform.devices().deny(denied.get("user_code").getAsString());

        assertThat(poll("/token", approved).statusCode()).isEqualTo(200);
        assertThat(error(poll("/token", denied))).isEqualTo("access_denied");
    }

    @Test
    void everySlowDownAddsFiveSeconds() {
        JsonObject device = begin("/device_authorization");
        assertThat(error(pollAtOnce("/token", device))).isEqualTo("authorization_pending");
        assertThat(error(pollAtOnce("/token", device))).isEqualTo("slow_down");
        assertThat(error(poll("/token", device))).isEqualTo("slow_down");
        clock.advance(Duration.ofSeconds(10));
        assertThat(error(poll("/token", device))).isEqualTo("authorization_pending");
    }

    @Test
    void expiredCodesSaySo() {
        JsonObject device = begin("/device_authorization");
        clock.advance(Duration.ofMinutes(15));

        assertThat(error(poll("/token", device))).isEqualTo("expired_token");
    }

    @Test
    void microsoftsPathAnswersInItsOwnWords() {
        JsonObject device = begin("/organizations/oauth2/v2.0/devicecode");
        assertThat(device.has("verification_uri_complete")).isFalse();
        assertThat(device.get("message").getAsString())
                .isEqualTo("To sign in, use a web browser to open the page " + platform.baseUri()
                        + "/device and enter the code "
                        + device.get("user_code").getAsString() + " to authenticate.");

        String token = "/organizations/oauth2/v2.0/token";
        HttpResponse<String> pending = poll(token, device);
        assertThat(error(pending)).isEqualTo("authorization_pending");
        assertThat(json(pending).get("error_codes").toString()).isEqualTo("[70016]");

        platform.devices().deny(device.get("user_code").getAsString());
        assertThat(error(poll(token, device))).isEqualTo("authorization_declined");
    }
}
