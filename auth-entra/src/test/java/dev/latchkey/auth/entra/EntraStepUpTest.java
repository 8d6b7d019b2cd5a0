package dev.latchkey.auth.entra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.authorize.StepUp;
import dev.latchkey.auth.http.ProtectedResources;
import dev.latchkey.auth.spi.TransportHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The challenges of Conditional Access and continuous access evaluation, as Microsoft Graph sends them. */
class EntraStepUpTest {

    private static final String CLAIMS =
            "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1604106651\"},\"n\":{\"value\":\"\u00fc?>~\"}}}";

    private static Optional<StepUp> find(String... headers) {
        TransportHeaders.Builder all = TransportHeaders.builder();
        for (String each : headers) {
            all.add("WWW-Authenticate", each);
        }
        return Entra.common().stepUp(ProtectedResources.challenges(all.build()));
    }

    private static String challenge(String claims) {
        return "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\","
                + " client_id=\"00000003-0000-0000-c000-000000000000\", error=\"insufficient_claims\", claims=\""
                + claims
                + "\"";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void claimsComeInBase64OfEitherAlphabetWithOrWithoutPadding() {
        for (Base64.Encoder each : List.of(
                Base64.getEncoder(),
                Base64.getUrlEncoder(),
                Base64.getEncoder().withoutPadding(),
                Base64.getUrlEncoder().withoutPadding())) {
            assertThat(find(challenge(each.encodeToString(utf8(CLAIMS))))).contains(StepUp.claims(CLAIMS));
        }
    }

    @Test
    void theChallengeIsFoundBesideOthers() {
        assertThat(find("Negotiate", challenge(Base64.getEncoder().encodeToString(utf8(CLAIMS)))))
                .contains(StepUp.claims(CLAIMS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "null", "{}x", "\"text\""})
    void whatIsNoJsonObjectIsNoDemand(String claims) {
        assertThat(find(challenge(Base64.getEncoder().encodeToString(utf8(claims)))))
                .isEmpty();
    }

    @Test
    void whatIsNoBase64OrTooLongIsNoDemand() {
        assertThat(find(challenge("%%%"))).isEmpty();
        assertThat(find(challenge(Base64.getEncoder().encodeToString(utf8("{\"a\":\"" + "x".repeat(16_384) + "\"}")))))
                .isEmpty();
        assertThat(find("Bearer error=\"insufficient_claims\"")).isEmpty();
        assertThat(find("Bearer error=\"invalid_token\", claims=\"e30=\"")).isEmpty();
    }

    @Test
    void theStandardsOwnDemandIsAnsweredAsWell() {
        assertThat(find("Bearer error=\"insufficient_user_authentication\", acr_values=\"c1\""))
                .contains(StepUp.authentication(List.of("c1"), null));
    }
}
