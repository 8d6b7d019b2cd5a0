package dev.latchkey.it.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.authorize.DevicePoll;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.it.Transport;
import dev.latchkey.it.browser.Browser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The device flow, approved on Keycloak's own page in a real browser. */
@WithKeycloak
@ParameterizedClass
@EnumSource(Transport.class)
final class DeviceIT {

    private final HttpTransport transport;
    private final Realm realm;

    DeviceIT(Transport kind, KeycloakServer keycloak) {
        this.transport = kind.trusting(keycloak.trust());
        this.realm = new Realm(keycloak, transport);
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void signsInOnAnotherDevice(Browser browser) {
        OAuthClient client = realm.withoutSecret("tv").client();
        DeviceAuthorization device = client.authorizeDevice(Realm.OPENID);
        assertThat(client.poll(device, AccountNaming.byServer())).isSameAs(DevicePoll.PENDING);
        // Keycloak takes two polls within the interval for one too many.
        assertThat(client.poll(device, AccountNaming.byServer())).isSameAs(DevicePoll.SLOW_DOWN);

        browser.approveDevice(device.verificationUri(), device.userCode(), "bob", "bob-password");
        SignIn signIn = client.await(device);

        assertThat(signIn.account().username()).contains("bob");
        assertThat(client.tokens(signIn.account(), Realm.OPENID).token())
                .isEqualTo(signIn.response().accessToken());
    }

    @Test
    void isToldThatTheUserRefused(Browser browser) {
        OAuthClient client = realm.withoutSecret("tv").client();
        DeviceAuthorization device = client.authorizeDevice(Realm.OPENID);

        browser.refuseDevice(device.verificationUri(), device.userCode(), "bob", "bob-password");

        assertThatThrownBy(() -> client.await(device)).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void stopsWaitingWhenTheCodeWillHaveExpired() {
        OAuthClient client = realm.withoutSecret("hurried-tv").client();
        DeviceAuthorization device = client.authorizeDevice(Realm.OPENID);

        assertThatThrownBy(() -> client.await(device)).isInstanceOf(SignInRequiredException.class);
    }

    @Test
    @Timeout(30)
    void isToldThatTheCodeHasExpired() {
        OAuthClient client = realm.withoutSecret("hurried-tv").client();
        DeviceAuthorization device = client.authorizeDevice(Realm.OPENID);

        assertThatThrownBy(() -> pollOnAndOn(client, device))
                .isInstanceOf(SignInRequiredException.class)
                .satisfies(e -> assertThat(((OAuthException) e).error())
                        .hasValueSatisfying(error -> assertThat(error.code()).isEqualTo("expired_token")));
    }

    private static void pollOnAndOn(OAuthClient client, DeviceAuthorization device) {
        DevicePoll poll;
        do {
            poll = client.poll(device, AccountNaming.byServer());
        } while (poll.signIn().isEmpty());
    }

    @Test
    void saysThatTheClientHasNoDeviceFlow() {
        OAuthClient client = realm.withoutSecret("public").client();

        assertThatThrownBy(() -> client.authorizeDevice(Realm.OPENID)).isInstanceOf(ConfigurationException.class);
    }
}
