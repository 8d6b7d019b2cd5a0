package dev.latchkey.it.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.BackchannelNotification;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.BackchannelAuthentication;
import dev.latchkey.auth.authorize.BackchannelRequest;
import dev.latchkey.auth.authorize.ClientNotificationToken;
import dev.latchkey.auth.authorize.DevicePoll;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.jose.Dpop;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenType;
import dev.latchkey.it.Transport;
import dev.latchkey.it.keycloak.AuthenticationChannel.Asked;
import dev.latchkey.it.tls.Receiver;
import dev.latchkey.it.tls.Receiver.Received;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** CIBA with signed requests and by ping, under Keycloak's {@code fapi-ciba}: it calls a receiver of ours. */
@WithKeycloak
@ParameterizedClass
@EnumSource(Transport.class)
final class FapiCibaIT {

    private static final String MODE = "ciba.backchannel.token.delivery.mode";
    private static final String ENDPOINT = "ciba.backchannel.client.notification.endpoint";
    private static final ClientNotificationToken OURS =
            ClientNotificationToken.of("8d67dc78-7faa-4d41-aabd-67707b374255");

    private final HttpTransport transport;
    private final KeycloakServer keycloak;
    private final FapiRealm realm;
    private final OAuthClient client;
    private final Receiver receiver;

    FapiCibaIT(Transport kind, KeycloakServer keycloak, FapiRealm realm) {
        this.transport = kind.trusting(keycloak.trust());
        this.keycloak = keycloak;
        this.realm = realm;
        this.client = realm.ciba(transport).build();
        this.receiver = Receiver.start(keycloak.authority().receiver(), 204);
    }

    @BeforeEach
    void registerForPings() {
        register("ping", receiver.uri().toString());
    }

    @AfterEach
    void close() {
        register("poll", "");
        client.close();
        receiver.close();
        transport.close();
    }

    private void register(String mode, String endpoint) {
        var answer = realm.change("ciba-app", Map.of(MODE, mode, ENDPOINT, endpoint));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    }

    private static BackchannelRequest request() {
        return BackchannelRequest.loginHint(FapiRealm.OPENID, "alice")
                .bindingMessage("W4SCT")
                .notificationToken(OURS)
                .build();
    }

    @Test
    void keycloakCallsWhenTheUserHasAgreedAndOnePollIsEnough() {
        BackchannelAuthentication begun = client.authenticateBackchannel(request());
        Asked asked = keycloak.authenticationChannel().next();
        assertThat(asked.question().get("binding_message").getAsString()).isEqualTo("W4SCT");
        realm.answer(asked, "SUCCEED");

        Received told = receiver.await();
        BackchannelNotification notification =
                BackchannelNotification.read(told.authorization(), told.body()).requireFrom(OURS);
        assertThat(notification.authReqId()).isEqualTo(begun.authReqId());
        assertThatThrownBy(() ->
                        notification.requireFrom(ClientNotificationToken.of("8d67dc78-7faa-4d41-aabd-67707b374256")))
                .isInstanceOf(InvalidResponseException.class);
        DevicePoll polled = client.poll(begun);

        SignIn signIn = polled.signIn().orElseThrow();
        assertThat(signIn.account().username()).contains("alice");
        assertThat(client.tokens(signIn.account(), FapiRealm.OPENID)
                        .get(TokenOptions.NONE)
                        .token()
                        .type())
                .isEqualTo(TokenType.DPOP);
    }

    @Test
    void keycloakCallsWhenTheUserHasRefusedToo() {
        BackchannelAuthentication begun = client.authenticateBackchannel(request());
        realm.answer(keycloak.authenticationChannel().next(), "UNAUTHORIZED");

        Received told = receiver.await();
        assertThat(BackchannelNotification.read(told.authorization(), told.body())
                        .requireFrom(OURS)
                        .authReqId())
                .isEqualTo(begun.authReqId());
        assertThatThrownBy(() -> client.poll(begun)).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void keycloakRefusesARequestThatIsNotSigned() {
        OAuthClient unsigned = realm.client("ciba-app", realm.privateKeyJwt(), transport)
                .binding(Dpop.create())
                .security(SecurityProfile.FAPI2)
                .build();

        assertThatThrownBy(() -> unsigned.authenticateBackchannel(request()))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.error().orElseThrow().code()).startsWith("invalid_request"));
    }
}
