package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenIntrospection;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 7662 and RFC 9701 on the wire. */
@Timeout(20)
class IntrospectionTest {

    private static final String SIGNED = "application/token-introspection+jwt";

    private final Stage stage = new Stage();

    private OAuthClientBuilder builder() {
        AuthorizationServerMetadata server = Stage.metadata()
                .member("introspection_endpoint", Stage.ISSUER + "/introspect")
                .build();
        return stage.builder(server)
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of("s3cret")));
    }

    private TokenIntrospection introspect(String answer) {
        stage.answers(answer);
        return builder().build().introspect(AccessToken.bearer("2YotnFZFEjr1zCsicMWpAA"));
    }

    @Test
    void asksWithTheClientsAuthentication() {
        TokenIntrospection known = introspect(
                "{\"active\":true,\"client_id\":\"l238j323ds-23ij4\",\"scope\":\"read write\","
                        + "\"sub\":\"Z5O3upPC88QrAjx00dis\",\"exp\":1419356238,\"cnf\":{\"jkt\":\"abc\"},\"extension_field\":\"x\"}");

        assertThat(stage.transport.onlyRequest().uri()).isEqualTo(URI.create("https://as.example.com/introspect"));
        assertThat(stage.transport.onlyRequest().header("Accept")).contains("application/json");
        assertThat(stage.transport.onlyRequest().body())
                .isEqualTo(
                        "token=2YotnFZFEjr1zCsicMWpAA&token_type_hint=access_token&client_id=app&client_secret=s3cret");
        assertThat(known.isActive()).isTrue();
        assertThat(known.scopes()).isEqualTo(Scopes.of("read", "write"));
        assertThat(known.subject()).contains("Z5O3upPC88QrAjx00dis");
        assertThat(known.clientId()).contains("l238j323ds-23ij4");
        assertThat(known.expiresAt()).contains(Instant.ofEpochSecond(1419356238));
        assertThat(known.confirmation()).containsExactly(Map.entry("jkt", "abc"));
        assertThat(known.text("extension_field")).contains("x");
    }

    @Test
    void saysWhatKindOfTokenItIs() {
        stage.answers("{\"active\":false}");
        builder().build().introspect(RefreshToken.of("r"));

        assertThat(stage.transport.onlyRequest().body()).startsWith("token=r&token_type_hint=refresh_token&");
    }

    @Test
    void ofATokenThatIsNotActiveNothingIsKnown() {
        TokenIntrospection known = introspect("{\"active\":false,\"sub\":\"alice\",\"scope\":\"read\"}");

        assertThat(known.isActive()).isFalse();
        assertThat(known.members()).isEmpty();
        assertThat(known.scopes()).isEqualTo(Scopes.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|active",
                "{\"active\":\"true\"}|active",
                "{\"active\":1}|active",
                "{\"active\":true,\"scope\":7}|scope",
                "{\"active\":true,\"active\":true}|active",
                "[]|JSON"
            })
    void anAnswerThatSaysNothingIsNone(String json, String field) {
        assertField(() -> introspect(json), field);
    }

    @Test
    void aSignedAnswerIsAskedForAndVerified() {
        Map<String, Object> claims = claims();
        OAuthClient client = client(claims);
        stage.answers(Answer.of(200, SIGNED, "signed.INTROSPECTION"));

        TokenIntrospection known = client.introspect(AccessToken.bearer("a"));

        assertThat(stage.transport.onlyRequest().header("Accept")).contains(SIGNED);
        assertThat(known.isActive()).isTrue();
        assertThat(known.subject()).contains("alice");
    }

    @Test
    void aSignedAnswerOfSomebodyElseIsRefused() {
        assertSigned(claims -> claims.put("iss", "https://other.example.com"), "iss");
        assertSigned(claims -> claims.remove("iss"), "iss");
        assertSigned(claims -> claims.put("aud", "other"), "aud");
        assertSigned(claims -> claims.put("aud", List.of("other")), "aud");
        assertSigned(claims -> claims.remove("iat"), "iat");
        assertSigned(claims -> claims.put("iat", stage.clock.instant().getEpochSecond() + 61), "iat");
        assertSigned(claims -> claims.remove("token_introspection"), "token_introspection");
        assertSigned(claims -> claims.put("token_introspection", Map.of()), "active");
    }

    @Test
    void whereASignatureIsRequiredNothingElseWillDo() {
        OAuthClient client = client(claims());
        stage.answers("{\"active\":true}");
        assertField(() -> client.introspect(AccessToken.bearer("a")), "content-type");
        stage.answers(Answer.of(200, SIGNED, "forged"));
        assertField(() -> client.introspect(AccessToken.bearer("a")), "signature");
    }

    @Test
    void aSignedAnswerNeedsAVerifier() {
        stage.answers(Answer.of(200, SIGNED, "signed.INTROSPECTION"));
        OAuthClient claimsOnly = builder().build();

        assertThatThrownBy(() -> claimsOnly.introspect(AccessToken.bearer("a")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("INTROSPECTION");
    }

    private void assertSigned(Consumer<Map<String, Object>> change, String field) {
        Map<String, Object> claims = claims();
        change.accept(claims);
        OAuthClient client = client(claims);
        stage.answers(Answer.of(200, SIGNED, "signed.INTROSPECTION"));
        assertField(() -> client.introspect(AccessToken.bearer("a")), field);
    }

    private OAuthClient client(Map<String, Object> claims) {
        return builder()
                .idTokens(new FakeVerifier(claims, SignedResponse.INTROSPECTION))
                .build();
    }

    private Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", Stage.ISSUER);
        claims.put("aud", "app");
        claims.put("iat", stage.clock.instant().getEpochSecond());
        claims.put("token_introspection", Map.of("active", true, "sub", "alice"));
        return claims;
    }

    private static void assertField(Runnable call, String field) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo(field));
    }
}
