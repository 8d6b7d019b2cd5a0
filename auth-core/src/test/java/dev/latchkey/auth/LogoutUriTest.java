package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.LogoutRequest;
import dev.latchkey.auth.authorize.State;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.token.IdToken;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OpenID Connect RP-Initiated Logout §2. */
@Timeout(20)
class LogoutUriTest {

    private final Stage stage = new Stage();

    private OAuthClient client(String endpoint) {
        return stage.builder(Stage.metadata()
                        .member("end_session_endpoint", endpoint)
                        .build())
                .build();
    }

    @Test
    void sendsTheBrowserToEndTheSessionAndBack() {
        LogoutRequest request = LogoutRequest.builder()
                .idTokenHint(IdToken.of("a.b.c"))
                .logoutHint("alice")
                .postLogoutRedirectUri(URI.create("https://app.example.com/bye?x=1"))
                .state(State.of("s-5ecret"))
                .build();

        assertThat(client("https://as.example.com/logout?t=1").logoutUri(request))
                .hasToString("https://as.example.com/logout?t=1&id_token_hint=a.b.c&logout_hint=alice&client_id=app"
                        + "&post_logout_redirect_uri=https%3A%2F%2Fapp.example.com%2Fbye%3Fx%3D1&state=s-5ecret");
        assertThat(client("https://as.example.com/logout")
                        .logoutUri(LogoutRequest.builder().build()))
                .hasToString("https://as.example.com/logout?client_id=app");
        assertThat(request.toString()).doesNotContain("5ecret", "a.b.c");
    }

    @Test
    void aServerThatOffersNoneOrNotOverHttpsIsSaidSo() {
        LogoutRequest request = LogoutRequest.builder().build();

        assertThatThrownBy(() -> stage.client().logoutUri(request))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("end_session_endpoint");
        assertThatThrownBy(() -> client("http://as.example.com/logout").logoutUri(request))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("https");
        assertThatThrownBy(() -> LogoutRequest.builder().postLogoutRedirectUri(URI.create("/bye")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
