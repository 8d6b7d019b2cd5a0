package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.granted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.credential.ClientAssertion;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class ClientAuthenticationRulesTest {

    private final Stage stage = new Stage();

    private OAuthClient with(ClientAuthentication authentication) {
        return stage.builder().client(ClientId.of("app"), authentication).build();
    }

    @Test
    void k1_aFormIsPostedWithOneWayOfClientAuthentication() {
        ClientSecret secret = ClientSecret.of("5ecret");
        for (ClientAuthentication each : List.of(
                ClientAuthentication.none(),
                ClientAuthentication.secretBasic(secret),
                ClientAuthentication.secretPost(secret))) {
            stage.answers(granted(""));
            with(each).request(ClientCredentialsGrant.of(READ));

            var request = stage.transport.lastRequest();
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.uri()).isEqualTo(URI.create("https://as.example.com/token"));
            assertThat(request.headers().all("content-type")).containsExactly("application/x-www-form-urlencoded");
            assertThat(request.headers().all("accept")).containsExactly("application/json");
            boolean basic = request.header("authorization").isPresent();
            boolean post = request.form().containsKey("client_secret");
            boolean named = request.form().containsKey("client_id");
            assertThat(List.of(each.method(), basic, post, named))
                    .isIn(
                            List.of("none", false, false, true),
                            List.of("client_secret_basic", true, false, false),
                            List.of("client_secret_post", false, true, true));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_id", "client_secret", "client_assertion", "client_assertion_type", "grant_type"})
    void k1_aGrantCannotBringASecondWayOfClientAuthentication(String name) {
        Grant own = new Grant() {
            @Override
            public String grantType() {
                return "urn:example:own";
            }

            @Override
            public Parameters parameters() {
                return Parameters.of(name, "5ecret");
            }
        };
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class, () -> stage.client().request(own));
        assertThat(refused.field()).isEqualTo(name);
        assertThat(refused).hasMessageNotContaining("5ecret");
        assertThatThrownBy(() -> RequestOptions.NONE.parameter(name, "x")).isInstanceOf(IllegalArgumentException.class);
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void k2_idAndSecretAreFormEncodedBeforeBase64() {
        stage.answers(granted(""));
        stage.builder()
                .client(ClientId.of("a:b c+%"), ClientAuthentication.secretBasic(ClientSecret.of("p:w d+%/=é€~*")))
                .build()
                .request(ClientCredentialsGrant.of(READ));

        assertThat(basic()).isEqualTo("a%3Ab+c%2B%25:p%3Aw+d%2B%25%2F%3D%C3%A9%E2%82%AC%7E*");
        assertThat(stage.transport.onlyRequest().body()).isEqualTo("grant_type=client_credentials&scope=api.read");
    }

    @Test
    void k2_theQuirkSendsThemAsTheyAre() {
        stage.answers(granted(""));
        with(ClientAuthentication.secretBasicWithoutFormEncoding(() -> ClientSecret.of("p+w=")))
                .request(ClientCredentialsGrant.of(READ));
        assertThat(basic()).isEqualTo("app:p+w=");
    }

    private String basic() {
        String header = stage.transport.lastRequest().header("authorization").orElseThrow();
        assertThat(header).startsWith("Basic ");
        return new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8);
    }

    @Test
    void anAssertionFromElsewhereIsFetchedForEveryAttemptAndOnlyForThisServer() {
        AtomicInteger made = new AtomicInteger();
        OAuthClient client = with(ClientAuthentication.assertion(
                server -> ClientAssertion.of("assertion-" + made.incrementAndGet() + "-for-" + server.issuer())));

        for (int i = 1; i <= 2; i++) {
            stage.answers(granted(""));
            client.request(ClientCredentialsGrant.of(READ));
            assertThat(stage.transport.lastRequest().form())
                    .containsEntry("client_id", "app")
                    .containsEntry("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                    .containsEntry("client_assertion", "assertion-" + i + "-for-https://as.example.com")
                    .doesNotContainKey("client_secret");
        }
    }

    @Test
    void anAssertionThatCannotBeHadSendsNothing() {
        OAuthClient client = with(ClientAuthentication.assertion(server -> {
            throw new IOException("The platform's metadata service is down");
        }));

        assertThat(catchThrowableOfType(
                                TemporaryFailureException.class, () -> client.request(ClientCredentialsGrant.of(READ)))
                        .safeToRetry())
                .isTrue();
        assertThat(stage.transport.requests()).isEmpty();
    }
}
