package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.StepUp;
import dev.latchkey.auth.error.Challenge;
import dev.latchkey.auth.http.ProtectedResources;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.ServerProfile;
import dev.latchkey.auth.spi.TransportHeaders;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RFC 9470: what a resource demands beyond a token, and how the user is asked for it. */
@Timeout(20)
class StepUpTest {

    private final Stage stage = new Stage();
    private final ServerProfile profile =
            AuthorizationServer.of(Stage.metadata().build());

    private StepUp find(String header) {
        return profile.stepUp(ProtectedResources.challenges(TransportHeaders.builder()
                        .add("WWW-Authenticate", header)
                        .build()))
                .orElse(null);
    }

    @Test
    void readsTheExamplesOfTheSpecification() {
        assertThat(find("Bearer error=\"insufficient_user_authentication\","
                        + " error_description=\"A different authentication level is required\", acr_values=\"myACR\""))
                .isEqualTo(StepUp.authentication(List.of("myACR"), null));
        assertThat(find("Bearer error=\"insufficient_user_authentication\","
                        + " error_description=\"More recent authentication is required\", max_age=\"5\""))
                .isEqualTo(StepUp.authentication(List.of(), Duration.ofSeconds(5)));
        assertThat(find("DPoP algs=\"ES256\", error=\"insufficient_user_authentication\", acr_values=\"a b\","
                        + " max_age=0"))
                .isEqualTo(StepUp.authentication(List.of("a", "b"), Duration.ZERO));
    }

    @Test
    void anythingElseIsNoDemand() {
        assertThat(find("Bearer error=\"invalid_token\", acr_values=\"a\"")).isNull();
        assertThat(profile.stepUp(List.of(Challenge.of("Basic", Map.of())))).isEmpty();
        assertThat(find("Bearer error=\"insufficient_user_authentication\", max_age=\"-1\""))
                .isEqualTo(StepUp.authentication(List.of(), null));
    }

    @Test
    void theUserIsAskedForIt() {
        URI uri = stage.client()
                .authorize(AuthorizationRequest.builder(Stage.REDIRECT, Stage.OPENID)
                        .stepUp(StepUp.authentication(List.of("gold", "silver"), Duration.ofMinutes(1)))
                        .build())
                .uri();

        assertThat(Stage.query(uri)).containsEntry("acr_values", "gold silver").containsEntry("max_age", "60");
    }
}
