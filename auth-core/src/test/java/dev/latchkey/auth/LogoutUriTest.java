package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.LogoutRequest;
import dev.latchkey.auth.authorize.PendingLogout;
import dev.latchkey.auth.authorize.State;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.token.IdToken;
import java.net.URI;
import java.util.List;
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
    void theReturnOfALogoutCarriesItsStateAndNoOther() {
        OAuthClient client = client("https://as.example.com/logout");
        LogoutRequest request = LogoutRequest.builder()
                .idTokenHint(IdToken.of("a.b.c"))
                .postLogoutRedirectUri(URI.create("https://app.example.com/bye"))
                .build();

        PendingLogout first = client.logout(request);
        PendingLogout second = client.logout(request);

        State kept = first.state().orElseThrow();
        assertThat(kept.reveal()).hasSizeGreaterThanOrEqualTo(43);
        assertThat(second.state()).isPresent().isNotEqualTo(first.state());
        assertThat(first.uri())
                .hasToString("https://as.example.com/logout?id_token_hint=a.b.c&client_id=app"
                        + "&post_logout_redirect_uri=https%3A%2F%2Fapp.example.com%2Fbye&state=" + kept.reveal());
        PendingLogout.requireReturn(kept.reveal(), AuthorizationCallback.parse("state=" + kept.reveal()));
        String others = second.state().orElseThrow().reveal();
        for (String query : List.of(
                "",
                "state=",
                "state=%00",
                "State=" + kept.reveal(),
                "state=" + others,
                "state=" + kept.reveal() + "x",
                "state=" + kept.reveal().substring(1),
                "state=" + kept.reveal() + "&state=" + kept.reveal(),
                "state=" + others + "&state=" + kept.reveal())) {
            assertThatThrownBy(() -> PendingLogout.requireReturn(kept.reveal(), AuthorizationCallback.parse(query)))
                    .as(query)
                    .isInstanceOfSatisfying(
                            InvalidResponseException.class,
                            e -> assertThat(e.field()).isEqualTo("state"))
                    .hasMessageNotContainingAny(kept.reveal(), others);
        }
    }

    @Test
    void aBrowserThatBeganNoLogoutIsToldSo() {
        for (String nothing : new String[] {null, ""}) {
            assertThatThrownBy(() -> PendingLogout.requireReturn(nothing, AuthorizationCallback.parse("state=x")))
                    .isInstanceOfSatisfying(
                            InvalidResponseException.class,
                            e -> assertThat(e.field()).isEqualTo("state"));
        }
    }

    @Test
    void aStateOfTheApplicationsOwnIsKeptAndNoneIsMadeWithoutAReturn() {
        OAuthClient client = client("https://as.example.com/logout");

        PendingLogout own = client.logout(LogoutRequest.builder()
                .postLogoutRedirectUri(URI.create("https://app.example.com/bye"))
                .state(State.of("mine"))
                .build());
        PendingLogout away = client.logout(LogoutRequest.builder().build());

        assertThat(own.state()).contains(State.of("mine"));
        assertThat(own.uri().getQuery()).endsWith("&state=mine");
        assertThat(away.state()).isEmpty();
        assertThat(away.uri()).hasToString("https://as.example.com/logout?client_id=app");
        assertThat(away).hasToString("PendingLogout[at as.example.com]");
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
