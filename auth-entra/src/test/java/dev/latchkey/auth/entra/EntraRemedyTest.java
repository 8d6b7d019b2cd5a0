package dev.latchkey.auth.entra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.error.Challenge;
import dev.latchkey.auth.error.Remedy;
import dev.latchkey.auth.error.ServerError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntraRemedyTest {

    private static final Entra ENTRA = Entra.common();

    @ParameterizedTest
    @CsvSource({
        "invalid_request, 400, FIX_CONFIGURATION",
        "unsupported_grant_type, 400, FIX_CONFIGURATION",
        "unsupported_response_type, 400, FIX_CONFIGURATION",
        "invalid_scope, 400, FIX_CONFIGURATION",
        "invalid_resource, 400, FIX_CONFIGURATION",
        "invalid_target, 400, FIX_CONFIGURATION",
        "invalid_client, 401, FIX_CONFIGURATION",
        "unauthorized_client, 400, FIX_CONFIGURATION",
        "invalid_grant, 400, SIGN_IN",
        "interaction_required, 400, SIGN_IN",
        "login_required, 400, SIGN_IN",
        "consent_required, 400, SIGN_IN",
        "account_selection_required, 400, SIGN_IN",
        "access_denied, 400, STOP",
        "authorization_pending, 400, RETRY",
        "slow_down, 400, RETRY",
        "expired_token, 400, SIGN_IN",
        "authorization_declined, 400, STOP",
        "bad_verification_code, 400, SIGN_IN",
        "temporarily_unavailable, 400, RETRY",
        "server_error, 400, RETRY",
        "insufficient_claims, 401, SIGN_IN",
        "'', 408, RETRY",
        "'', 429, RETRY",
        "'', 500, RETRY",
        "'', 503, RETRY",
        "'', 404, FIX_CONFIGURATION",
    })
    void decidesByErrorAndStatus(String error, int status, Remedy remedy) {
        assertThat(remedy(error, "", status, "refresh_token")).isEqualTo(remedy);
    }

    @ParameterizedTest
    @CsvSource({
        "interaction_required, SIGN_IN",
        "login_required, SIGN_IN",
        "consent_required, SIGN_IN",
        "access_denied, STOP",
        "server_error, RETRY",
        "temporarily_unavailable, RETRY",
        "invalid_request, FIX_CONFIGURATION",
    })
    void decidesByErrorWhenItCameThroughTheBrowser(String error, Remedy remedy) {
        assertThat(remedy(error, "", 0, "")).isEqualTo(remedy);
    }

    @ParameterizedTest
    @CsvSource({
        "basic_action, SIGN_IN",
        "additional_action, SIGN_IN",
        "message_only, SIGN_IN",
        "consent_required, SIGN_IN",
        "user_password_expired, SIGN_IN",
        "client_mismatch, FIX_CONFIGURATION",
        "protection_policy_required, STOP",
        "bad_token, SIGN_IN",
        "token_expired, SIGN_IN",
        "device_authentication_failed, STOP",
        "something_new, SIGN_IN",
    })
    void decidesByTheSuberrorOfAnInvalidGrant(String suberror, Remedy remedy) {
        assertThat(remedy("invalid_grant", suberror, 400, "refresh_token")).isEqualTo(remedy);
    }

    @ParameterizedTest
    @CsvSource({
        "unauthorized_client, protection_policy_required, STOP",
        "interaction_required, device_authentication_failed, STOP",
        "interaction_required, basic_action, SIGN_IN",
        "invalid_client, basic_action, FIX_CONFIGURATION",
    })
    void combinesErrorAndSuberror(String error, String suberror, Remedy remedy) {
        assertThat(remedy(error, suberror, 400, "refresh_token")).isEqualTo(remedy);
    }

    @ParameterizedTest
    @CsvSource({
        "refresh_token, SIGN_IN",
        "urn:ietf:params:oauth:grant-type:jwt-bearer, SIGN_IN",
        "urn:ietf:params:oauth:grant-type:device_code, SIGN_IN",
        "authorization_code, STOP",
        "password, STOP",
        "client_credentials, FIX_CONFIGURATION",
    })
    void showsAnInvalidGrantToWhoeverJustTookPart(String grantType, Remedy remedy) {
        assertThat(remedy("invalid_grant", "", 400, grantType)).isEqualTo(remedy);
    }

    /** Whatever the grant: the server says itself what is missing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "basic_action",
                "additional_action",
                "message_only",
                "consent_required",
                "user_password_expired",
                "bad_token",
                "token_expired"
            })
    void signsInForWhatASuberrorExplains(String suberror) {
        for (String grantType : List.of("authorization_code", "password", "client_credentials")) {
            assertThat(remedy("invalid_grant", suberror, 400, grantType)).isEqualTo(Remedy.SIGN_IN);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void waitsForAServerThatIsInTroubleWhateverItSays(int status) {
        assertThat(remedy("invalid_grant", "bad_token", status, "refresh_token"))
                .isEqualTo(Remedy.RETRY);
    }

    @Test
    void signsInAgainForAClaimsChallenge() {
        ServerError error = ServerError.builder("", 401, "graph.microsoft.com")
                .challenges(List.of(Challenge.of("Bearer", Map.of("error", "insufficient_claims"))))
                .build();

        assertThat(ENTRA.remedy(error, "")).isEqualTo(Remedy.SIGN_IN);
    }

    @Test
    void neverDecidesByNumbersOrDescriptions() {
        Map<String, Object> alarming = Map.of(
                "error_codes",
                List.of(7000215L, 90055L, 65004L),
                "error_description",
                "AADSTS65004: User declined to consent. AADSTS7000215: Invalid client secret.");
        ServerError error = ServerError.builder("invalid_grant", 400, "login.microsoftonline.com")
                .members(alarming)
                .build();

        assertThat(ENTRA.remedy(error, "refresh_token")).isEqualTo(Remedy.SIGN_IN);
    }

    @Test
    void hintsAtTheFirstNumberThatItKnows() {
        ServerError error = ServerError.builder("invalid_grant", 400, "login.microsoftonline.com")
                .members(Map.of("error_codes", List.of(123456L, 50076L, 65001L)))
                .build();

        assertThat(ENTRA.hint(error)).hasValue("AADSTS50076: multi-factor authentication is required");
        assertThat(ENTRA.hint(ServerError.builder("invalid_grant", 400, "login.microsoftonline.com")
                        .members(Map.of("error_description", "AADSTS123456: changed yesterday"))
                        .build()))
                .hasValue("AADSTS123456");
        assertThat(ENTRA.hint(ServerError.builder("invalid_grant", 400, "login.microsoftonline.com")
                        .build()))
                .isEmpty();
    }

    private static Remedy remedy(String error, String suberror, int status, String grantType) {
        Map<String, Object> members = new HashMap<>(Map.of("error", error));
        if (!suberror.isEmpty()) {
            members.put("suberror", suberror);
        }
        return ENTRA.remedy(
                ServerError.builder(error, status, "login.microsoftonline.com")
                        .members(members)
                        .build(),
                grantType);
    }
}
