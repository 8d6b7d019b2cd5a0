package dev.latchkey.auth.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.spi.TransportHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private static Answer answer(
            int status, TransportHeaders headers, @Nullable Map<String, @Nullable Object> members) {
        return Answer.of("as.example.com", status, headers, members);
    }

    private static Answer with(String name, @Nullable Object value) {
        Map<String, @Nullable Object> members = new HashMap<>();
        members.put(name, value);
        return answer(200, TransportHeaders.empty(), members);
    }

    @Test
    void secondsAreANumberOrDigits() {
        assertThat(with("t", null).seconds("t")).isEmpty();
        assertThat(with("t", 0L).seconds("t")).contains(0L);
        assertThat(with("t", "0").seconds("t")).contains(0L);
        assertThat(with("t", "3600").seconds("t")).contains(3600L);
        assertThat(with("t", 1.9).seconds("t")).contains(1L);
        assertThat(with("t", 316_224_000L).seconds("t")).contains(316_224_000L);
    }

    @Test
    void secondsBeyondTenYearsAreTenYears() {
        for (Object longer : new Object[] {
            316_224_001L, 2_147_483_647L, 9223372036854775L, 10_000_000_000_000_000L, "316224001", "9223372036854775"
        }) {
            assertThat(with("expires_in", longer).seconds("expires_in"))
                    .as("%s", longer)
                    .contains(316_224_000L);
        }
    }

    @Test
    void otherSecondsNameTheMember() {
        for (Object wrong : new Object[] {
            -1L,
            10_000_000_000_000_002L,
            Long.MAX_VALUE,
            1e300,
            -1e300,
            Double.NaN,
            "-5",
            "1.5",
            "",
            "9223372036854775807",
            "9".repeat(300),
            "soon",
            true
        }) {
            assertThatThrownBy(() -> with("expires_in", wrong).seconds("expires_in"))
                    .as("%s", wrong)
                    .isInstanceOf(InvalidResponseException.class)
                    .hasMessageContaining("expires_in")
                    .hasMessageContaining("seconds");
        }
    }

    @Test
    void anEmptyTextIsNone() {
        assertThat(with("t", "").text("t")).isEmpty();
        assertThat(with("t", "x").text("t")).contains("x");
        assertThatThrownBy(() -> with("t", "").requiredText("t")).hasMessageContaining("is missing");
        assertThatThrownBy(() -> with("t", 1L).text("t")).hasMessageContaining("must be a text");
    }

    @ParameterizedTest
    @CsvSource({"399, false", "400, true", "401, true", "499, true", "500, false"})
    void d6_onlyARefusalDemandsANonce(int status, boolean demands) {
        assertThat(answer(status, TransportHeaders.empty(), Map.of("error", "use_dpop_nonce"))
                        .demandsNonce())
                .isEqualTo(demands);
        assertThat(answer(status, TransportHeaders.empty(), Map.of("error", "invalid_grant"))
                        .demandsNonce())
                .isFalse();
        assertThat(answer(status, TransportHeaders.empty(), null).demandsNonce())
                .isFalse();
    }

    @Test
    void aBodyThatIsNoJsonIsNamedByItsContentTypeInShort() {
        TransportHeaders headers = TransportHeaders.builder()
                .set("content-type", "text/html; charset=\u00fctf" + "x".repeat(60))
                .build();

        assertThatThrownBy(() -> answer(502, headers, null).members())
                .hasMessageContaining("got text/html; charset=?tf" + "x".repeat(60 - 22) + " with status 502");
        assertThatThrownBy(() -> answer(200, TransportHeaders.empty(), null).members())
                .hasMessageContaining("got none with status 200");
    }

    @ParameterizedTest
    @CsvSource({"1, PT1S", "' 120 ', PT2M", "999999999, PT277777H46M39S", "'Sat, 21 Nov 2026 12:00:01 GMT', PT1S"})
    void retryAfterIsSecondsOrADate(String header, Duration wait) {
        assertThat(RetryAfter.parse(header, NOW)).contains(wait);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                "1000000000",
                "soon",
                "Sat, 21 Nov 2026 12:00:00 GMT",
                "Sat, 21 Nov 2020 12:00:00 GMT"
            })
    void retryAfterThatIsPastOrUnreadableIsNone(String header) {
        assertThat(RetryAfter.parse(header, NOW)).isEmpty();
    }

    @Test
    void anErrorKeepsItsMembersButNoTokenAndEveryRequestId() {
        TransportHeaders headers = TransportHeaders.builder()
                .set("x-ms-request-id", "r1")
                .set("x-correlation-id", "c1")
                .set("x-trace-id", "t1")
                .set("x-other", "o1")
                .set("retry-after", "7")
                .set("www-authenticate", "Bearer error=\"invalid_token\"")
                .build();
        Map<String, @Nullable Object> members = new HashMap<>();
        members.put("error", "invalid\n_grant" + "x".repeat(200));
        members.put("suberror", "consent_required");
        members.put("refresh_token", "rt");
        members.put("nothing", null);

        ServerError error = ErrorResponses.decode(answer(400, headers, members), NOW);

        assertThat(error.code()).isEqualTo("invalid?_grant" + "x".repeat(100 - 14));
        assertThat(error.members()).containsOnlyKeys("error", "suberror");
        assertThat(error.correlationIds())
                .isEqualTo(Map.of("x-ms-request-id", "r1", "x-correlation-id", "c1", "x-trace-id", "t1"));
        assertThat(error.retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(error.challenges()).hasSize(1);
        assertThat(error.status()).isEqualTo(400);
    }
}
