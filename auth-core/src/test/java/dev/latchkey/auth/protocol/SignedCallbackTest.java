package dev.latchkey.auth.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.error.InvalidResponseException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The claims of a signed answer (JARM §2.4), to the second. */
class SignedCallbackTest {

    private static final String ISSUER = "https://as.example.com";
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final long SECONDS = NOW.getEpochSecond();

    private final Map<String, Object> claims =
            new LinkedHashMap<>(Map.of("iss", ISSUER, "aud", "app", "exp", SECONDS + 60, "code", "c", "state", "s"));

    private AuthorizationCallback signed() {
        return Callbacks.signed(claims, ISSUER, "app", NOW, Duration.ofSeconds(30), "as.example.com");
    }

    private void with(String name, @Nullable Object value) {
        if (value == null) {
            claims.remove(name);
        } else {
            claims.put(name, value);
        }
    }

    private void refused(String name, @Nullable Object value) {
        Object before = claims.get(name);
        with(name, value);
        assertThatThrownBy(this::signed)
                .as("%s %s", name, value)
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        refused -> assertThat(refused.field()).isEqualTo(name));
        with(name, before);
    }

    private void accepted(String name, @Nullable Object value) {
        Object before = claims.get(name);
        with(name, value);
        assertThat(signed().parameters().asMap()).as("%s %s", name, value).containsEntry("code", List.of("c"));
        with(name, before);
    }

    @Test
    void theParametersAreThoseOfTheAnswerAndNotOfTheJwt() {
        with("iat", SECONDS);
        with("nbf", SECONDS);
        with("jti", "j");
        with("extra", 7L);

        assertThat(signed().parameters().asMap())
                .containsOnlyKeys("iss", "code", "state", "extra")
                .containsEntry("extra", List.of("7"))
                .containsEntry("iss", List.of(ISSUER));
    }

    @Test
    void issuerAndAudienceAreThisServersAndThisClients() {
        refused("iss", null);
        refused("iss", ISSUER + "/");
        refused("aud", null);
        refused("aud", "other");
        refused("aud", List.of("other"));
        refused("aud", 7L);
        accepted("aud", List.of("other", "app"));
    }

    @Test
    void itExpiresToTheSecond() {
        accepted("exp", SECONDS - 29);
        accepted("exp", SECONDS - 29 + 0.5);
        refused("exp", SECONDS - 30);
        refused("exp", null);
        refused("exp", "soon");
    }

    @Test
    void itBeginsToTheSecond() {
        for (String name : List.of("iat", "nbf")) {
            accepted(name, SECONDS + 30);
            refused(name, SECONDS + 31);
            refused(name, String.valueOf(SECONDS));
            accepted(name, -100_000_000_000L);
            refused(name, -100_000_000_001L);
        }
        accepted("exp", 100_000_000_000L);
        refused("exp", 100_000_000_001L);
        refused("exp", Double.NaN);
    }

    @Test
    void whatMattersIsAText() {
        for (String name : List.of("code", "state", "error", "error_description", "error_uri", "response")) {
            refused(name, 7L);
            refused(name, List.of("c"));
        }
    }
}
