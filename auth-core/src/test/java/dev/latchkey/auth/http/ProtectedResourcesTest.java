package dev.latchkey.auth.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.Challenge;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.metadata.ProtectedResourceMetadata;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.ScriptedTransport;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9728 on the wire. */
class ProtectedResourcesTest {

    private final ScriptedTransport transport = ScriptedTransport.create();
    private final ProtectedResources resources = ProtectedResources.over(transport);

    private static String document(String resource) {
        return "{\"resource\":\"" + resource
                + "\",\"authorization_servers\":[\"https://as1.example.com\",\"https://as2.example.net\"],"
                + "\"scopes_supported\":[\"profile\",\"email\"],\"dpop_bound_access_tokens_required\":true}";
    }

    @ParameterizedTest
    @CsvSource({
        "https://resource.example.com, https://resource.example.com/.well-known/oauth-protected-resource",
        "https://resource.example.com/, https://resource.example.com/.well-known/oauth-protected-resource",
        "https://resource.example.com/resource1,"
                + " https://resource.example.com/.well-known/oauth-protected-resource/resource1",
        "https://r.example.com:8443/a/b?c=d, https://r.example.com:8443/.well-known/oauth-protected-resource/a/b?c=d"
    })
    void theWellKnownPathGoesBeforeTheResourcesOwn(String resource, String location) {
        transport.answers(200, "application/json", document(resource));

        ProtectedResourceMetadata metadata = resources.fetch(URI.create(resource));

        assertThat(transport.onlyRequest().uri()).isEqualTo(URI.create(location));
        assertThat(metadata.resource()).isEqualTo(resource);
        assertThat(metadata.authorizationServers())
                .containsExactly("https://as1.example.com", "https://as2.example.net");
        assertThat(metadata.scopesSupported()).containsExactly("profile", "email");
        assertThat(metadata.requiresDpop()).isTrue();
    }

    @Test
    void m3_theDocumentMustNameTheResourceThatWasAsked() {
        transport.answers(200, "application/json", document("https://resource.example.com/"));

        assertField("resource", () -> resources.fetch(URI.create("https://resource.example.com")));
    }

    @Test
    void m3_authorizationServersMustBeHttps() {
        for (String server :
                List.of("\"http://as.example.com\"", "\"as.example.com\"", "7", "\"https://as.example.com?x\"")) {
            transport.answers(
                    200,
                    "application/json",
                    "{\"resource\":\"https://r.example.com\",\"authorization_servers\":[" + server + "]}");
            assertField("resource metadata", () -> resources.fetch(URI.create("https://r.example.com")));
        }
    }

    @Test
    void m3_aChallengePointsToTheResourcesOwnOrigin() {
        URI request = URI.create("https://r.example.com/items?page=2");
        transport.answers(200, "application/json", document(request.toString()));
        ProtectedResourceMetadata metadata = resources.fetch(request, challenge("https://R.example.com:443/meta"));
        assertThat(metadata.resource()).isEqualTo(request.toString());
        assertThat(transport.onlyRequest().uri()).isEqualTo(URI.create("https://R.example.com:443/meta"));

        for (String elsewhere : List.of(
                "https://evil.example.com/meta",
                "http://r.example.com/meta",
                "https://r.example.com:444/meta",
                "/meta",
                "::")) {
            assertField("resource_metadata", () -> resources.fetch(request, challenge(elsewhere)));
        }
        assertField("resource_metadata", () -> resources.fetch(request, Challenge.of("Bearer", Map.of())));
        assertThat(transport.requests()).hasSize(1);

        transport.answers(200, "application/json", document("https://r.example.com/other"));
        assertField("resource", () -> resources.fetch(request, challenge("https://r.example.com/meta")));
    }

    @Test
    void whatIsNoDocumentIsSaidSo() {
        URI resource = URI.create("https://r.example.com");
        transport.answers(Answer.of(404));
        assertThatThrownBy(() -> resources.fetch(resource)).isInstanceOf(ConfigurationException.class);
        transport.answers(Answer.of(503));
        assertThatThrownBy(() -> resources.fetch(resource)).isInstanceOf(TemporaryFailureException.class);
        transport.answers(Answer.of(302).header("Location", "https://evil.example.com"));
        assertField("status", () -> resources.fetch(resource));
        transport.answers(200, "text/html", "<html>");
        assertField("content-type", () -> resources.fetch(resource));
        assertThatThrownBy(() -> resources.fetch(URI.create("http://r.example.com")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("https");
        assertThatThrownBy(() -> resources.fetch(URI.create("/relative"))).isInstanceOf(ConfigurationException.class);
        assertThat(transport.requests()).hasSize(4);
    }

    @Test
    void readsEveryChallengeOfAResponse() {
        List<Challenge> challenges = ProtectedResources.challenges(TransportHeaders.builder()
                .add("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\", algs=\"ES256 PS256\", Bearer realm=\"a, b\"")
                .add("WWW-Authenticate", "Negotiate YWJj")
                .build());

        assertThat(challenges).extracting(Challenge::scheme).containsExactly("DPoP", "Bearer", "Negotiate");
        assertThat(challenges.get(1).parameter("realm")).contains("a, b");
    }

    private static Challenge challenge(String location) {
        return Challenge.of("Bearer", Map.of("resource_metadata", location));
    }

    private static void assertField(String field, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo(field));
    }
}
