package dev.latchkey.it.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.BackchannelNotification;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.BackchannelAuthentication;
import dev.latchkey.auth.authorize.ClientNotificationToken;
import dev.latchkey.auth.jose.Dpop;
import dev.latchkey.auth.jose.RequestObjects;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.it.Transport;
import dev.latchkey.it.tls.Receiver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** CIBA by ping with a signed request: the provider calls a receiver of ours. */
@WithProvider
@ParameterizedClass
@EnumSource(Transport.class)
final class CertifiedCibaIT {

    private static final ClientNotificationToken OURS =
            ClientNotificationToken.of("8d67dc78-7faa-4d41-aabd-67707b374255");

    private final CertifiedProvider provider;
    private final HttpTransport transport;
    private final Receiver receiver;

    CertifiedCibaIT(Transport kind, CertifiedProvider provider) {
        this.provider = provider;
        this.transport = kind.trusting(provider.trust());
        this.receiver = Receiver.start(provider.authority().receiver(), 204);
    }

    @AfterEach
    void close() {
        receiver.close();
        transport.close();
    }

    @Test
    void theServerCallsWhenTheUserHasAgreed() {
        Applicant applicant = Applicant.es256(transport);
        OAuthClient client = applicant
                .signing(
                        provider.fapi(),
                        Ciba.metadata(applicant, "ping")
                                .member(
                                        "backchannel_client_notification_endpoint",
                                        receiver.uri().toString())
                                .member("dpop_bound_access_tokens", true))
                .binding(Dpop.create())
                .requestObjects(RequestObjects.signedBy(applicant.key()))
                .security(SecurityProfile.FAPI2)
                .build();

        BackchannelAuthentication begun = client.authenticateBackchannel(
                Ciba.request().notificationToken(OURS).build());
        provider.agree(begun.authReqId().reveal());

        Receiver.Received told = receiver.await();
        BackchannelNotification notification =
                BackchannelNotification.read(told.authorization(), told.body()).requireFrom(OURS);
        assertThat(notification.authReqId()).isEqualTo(begun.authReqId());
        assertThat(client.poll(begun).signIn().orElseThrow().account().subject())
                .isEqualTo("alice");
    }
}
