package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.testkit.MutableClock;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9101, FAPI 2.0 Message Signing §5.3.1. */
@Timeout(60)
class RequestObjectsTest {

    private static final long NOW = MutableClock.START.getEpochSecond();
    private static final AuthorizationServerMetadata SERVER = Stage.metadata().build();
    private static final Parameters PARAMETERS = Parameters.of("response_type", "code")
            .with("client_id", "my-app")
            .with("redirect_uri", "https://app.example.com/cb")
            .with("scope", "openid caf\u00e9\"\\")
            .with("state", "s");

    private final SigningKey key =
            SigningKey.pem(TestKeys.pem("ec")).keyId("one").build();
    private final RequestObjects objects = RequestObjects.signedBy(key).clock(MutableClock.create());

    private Jwt signed(Parameters parameters) throws Exception {
        return Jwt.parse(objects.sign(parameters, Stage.CLIENT, SERVER)).verifiedBy(key.publicKey());
    }

    @Test
    void a13_theObjectIsTypedForOneServerAndForAShortTime() throws Exception {
        Jwt object = signed(PARAMETERS);

        assertThat(object.header)
                .containsOnly(
                        Map.entry("typ", "oauth-authz-req+jwt"), Map.entry("alg", "ES256"), Map.entry("kid", "one"));
        assertThat(object.claims)
                .containsOnlyKeys(
                        "iss",
                        "aud",
                        "iat",
                        "nbf",
                        "exp",
                        "jti",
                        "client_id",
                        "response_type",
                        "redirect_uri",
                        "scope",
                        "state")
                .containsEntry("iss", "my-app")
                .containsEntry("client_id", "my-app")
                .containsEntry("aud", "https://as.example.com")
                .containsEntry("nbf", NOW)
                .containsEntry("iat", NOW)
                .containsEntry("exp", NOW + 300)
                .containsEntry("redirect_uri", "https://app.example.com/cb")
                .containsEntry("scope", "openid caf\u00e9\"\\");
        assertThat(objects.algorithm()).isEqualTo("ES256");
    }

    @Test
    void a13_theLifetimeIsAtMostAnHour() throws Exception {
        Jwt longest = Jwt.parse(objects.lifetime(Duration.ofMinutes(60)).sign(PARAMETERS, Stage.CLIENT, SERVER));
        assertThat(longest.claims).containsEntry("exp", NOW + 3600);
        for (Duration bad : List.of(
                Duration.ofMinutes(60).plusNanos(1), Duration.ZERO, Duration.ofMillis(999), Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> objects.lifetime(bad)).isInstanceOf(ConfigurationException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"request", "request_uri", "sub", "iss", "aud", "exp", "nbf", "iat", "jti"})
    void a13_whatMustNotBeInsideIsRefused(String name) {
        ConfigurationException refused =
                catchThrowableOfType(ConfigurationException.class, () -> signed(PARAMETERS.with(name, "5ecret")));
        assertThat(refused.field()).isEqualTo(name);
        assertThat(refused).hasMessageNotContaining("5ecret");
    }

    @Test
    void anotherClientsIdIsRefused() {
        assertThatThrownBy(() -> signed(PARAMETERS.with("client_id", "other")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("client_id");
    }

    @Test
    void everyObjectHasAnIdentifierOfItsOwn() throws Exception {
        Set<Object> ids = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            assertThat(ids.add(signed(PARAMETERS).claims.get("jti"))).isTrue();
        }
    }

    /** RFC 9101 §4: numbers as numbers; OpenID Connect Core §6.1 and RFC 9396 §2: JSON as JSON. */
    @Test
    void parametersKeepTheirJsonTypes() throws Exception {
        Jwt object = signed(PARAMETERS
                .with("max_age", "86400")
                .with("claims", "{\"id_token\":{\"acr\":{\"essential\":true}}}")
                .with("authorization_details", "[{\"type\":\"payment\",\"amount\":\"1.10\"}]")
                .and("resource", "https://a.example.com")
                .and("resource", "https://b.example.com"));

        assertThat(object.claims)
                .containsEntry("max_age", 86400L)
                .containsEntry("claims", Map.of("id_token", Map.of("acr", Map.of("essential", true))))
                .containsEntry("authorization_details", List.of(Map.of("type", "payment", "amount", "1.10")))
                .containsEntry("resource", List.of("https://a.example.com", "https://b.example.com"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "claims | {",
                "claims | {}} ",
                "claims | {},\"sub\":\"my-app\"",
                "claims | {}}{\"x\":{}",
                "claims | \"text\"",
                "claims | {\"a\":1,\"a\":2}",
                "authorization_details | [",
                "authorization_details | nonsense"
            })
    void whatIsNoJsonCannotChangeTheObject(String name, String value) {
        ConfigurationException refused =
                catchThrowableOfType(ConfigurationException.class, () -> signed(PARAMETERS.with(name, value)));
        assertThat(refused.field()).isEqualTo(name);
    }

    @Test
    void aKeyElsewhereThatFailsIsAnIoException() {
        TestKeys.Remote remote = new TestKeys.Remote(key);
        remote.sealed = true;
        assertThatThrownBy(() -> RequestObjects.signedBy(remote).sign(PARAMETERS, Stage.CLIENT, SERVER))
                .isInstanceOf(IOException.class);
        assertThat(objects.toString()).isEqualTo("RequestObjects[ES256]");
    }
}
