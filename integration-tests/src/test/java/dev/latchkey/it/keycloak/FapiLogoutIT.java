package dev.latchkey.it.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.LogoutRequest;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.jose.JoseIdTokens;
import dev.latchkey.auth.jose.LogoutToken;
import dev.latchkey.auth.jose.LogoutTokens;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.it.Transport;
import dev.latchkey.it.browser.SignInPages;
import dev.latchkey.it.tls.Receiver;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Back-channel logout, delivered by Keycloak to a receiver of ours. */
@WithKeycloak
@ParameterizedClass
@EnumSource(Transport.class)
final class FapiLogoutIT {

    private static final ClientId CLIENT = ClientId.of("dpop-app");

    private final HttpTransport transport;
    private final FapiRealm realm;
    private final Receiver receiver;

    FapiLogoutIT(Transport kind, KeycloakServer keycloak, FapiRealm realm) {
        this.transport = kind.trusting(keycloak.trust());
        this.realm = realm;
        this.receiver = Receiver.start(keycloak.authority().receiver(), 200);
        assertThat(realm.change(
                                CLIENT.value(),
                                Map.of("backchannel.logout.url", receiver.uri().toString()))
                        .statusCode())
                .isEqualTo(204);
    }

    @AfterEach
    void close() {
        realm.change(CLIENT.value(), Map.of("backchannel.logout.url", ""));
        receiver.close();
        transport.close();
    }

    @Test
    void keycloakTellsOfALogoutAndItsTokenIsAcceptedOnce() {
        JoseIdTokens idTokens = JoseIdTokens.create(transport);
        OAuthClient client = realm.dpop(transport).idTokens(idTokens).build();
        LogoutTokens logoutTokens = LogoutTokens.builder(client).build();
        SignInPages pages = realm.pages();
        SignIn signIn = FapiVisit.complete(pages, client, client.authorize(FapiVisit.request()), "bob");

        String page = pages.read(client.logoutUri(LogoutRequest.builder()
                .idTokenHint(signIn.response().idToken().orElseThrow())
                .build()));
        assertThat(page).startsWith("200 ");
        String form = receiver.await().body();
        String told = URLDecoder.decode(form.substring(form.indexOf('=') + 1), StandardCharsets.UTF_8);

        LogoutToken token = logoutTokens.validate(told);
        assertThat(token.subject()).contains(signIn.account().subject());
        assertThat(token.sessionId())
                .isPresent()
                .isEqualTo(signIn.claims().orElseThrow().text("sid"));
        assertThatThrownBy(() -> logoutTokens.validate(told))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("replay");
        OAuthClient other = realm.client("mtls-app", ClientAuthentication.none(), transport)
                .idTokens(idTokens)
                .build();
        assertThatThrownBy(() -> LogoutTokens.builder(other).build().validate(told))
                .isInstanceOf(InvalidResponseException.class);
        assertThat(client.introspect(client.accounts()
                                .revealRefreshToken(signIn.account())
                                .orElseThrow())
                        .isActive())
                .isFalse();
    }
}
