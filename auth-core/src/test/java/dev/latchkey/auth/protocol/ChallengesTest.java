package dev.latchkey.auth.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.error.Challenge;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChallengesTest {

    private static List<Challenge> parse(String... headers) {
        return Challenges.parse(List.of(headers));
    }

    @Test
    void severalChallengesInOneHeaderAndInSeveral() {
        assertThat(parse("DPoP algs=\"ES256 PS256\", error=use_dpop_nonce, Bearer realm=\"a\"", "Negotiate"))
                .containsExactly(
                        Challenge.of("DPoP", Map.of("algs", "ES256 PS256", "error", "use_dpop_nonce")),
                        Challenge.of("Bearer", Map.of("realm", "a")),
                        Challenge.of("Negotiate", Map.of()));
    }

    @Test
    void token68IsPassedOver() {
        assertThat(parse("Basic YWxhZGRpbg==, Bearer error=\"invalid_token\""))
                .containsExactly(
                        Challenge.of("Basic", Map.of()), Challenge.of("Bearer", Map.of("error", "invalid_token")));
    }

    @Test
    void aQuotedPairStandsForItsSecondCharacter() {
        assertThat(parse("Bearer realm=\"a \\\"b\\\" \\\\ c\", error=\"x\"")
                        .get(0)
                        .parameters())
                .isEqualTo(Map.of("realm", "a \"b\" \\ c", "error", "x"));
    }

    @Test
    void theFirstOfTwoEqualParametersCountsInWhateverCase() {
        assertThat(parse("Bearer error=\"invalid_token\", error=\"insufficient_scope\", ERROR=\"other\"")
                        .get(0)
                        .parameters())
                .isEqualTo(Map.of("error", "invalid_token"));
    }

    @Test
    void whatCannotBeReadEndsTheHeaderAndNotTheOthers() {
        assertThat(parse("Bearer realm=\"never closed", "\"", "", " , ,", "=", "DPoP error=\"use_dpop_nonce\""))
                .containsExactly(
                        Challenge.of("Bearer", Map.of()), Challenge.of("DPoP", Map.of("error", "use_dpop_nonce")));
    }

    @Test
    void aHeaderOfMoreThan16KibIsNotRead() {
        String fits = "Bearer realm=\"" + "a".repeat(16_384 - 15) + "\"";

        assertThat(fits).hasSize(16_384);
        assertThat(parse(fits)).hasSize(1);
        assertThat(parse(fits.replace("a\"", "aa\""))).isEmpty();
    }
}
