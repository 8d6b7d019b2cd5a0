package dev.latchkey.auth.entra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.error.Challenge;
import dev.latchkey.auth.error.ServerError;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EntraErrorTest {

    private static final String HOST = "login.microsoftonline.com";

    @Test
    void keepsWhatMicrosoftsSupportAsksFor() {
        ServerError refused = ServerError.builder("invalid_grant", 400, HOST)
                .members(Map.of(
                        "error_description",
                        "AADSTS50076: Due to a configuration change made by your administrator, you must use"
                                + " multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.",
                        "error_codes",
                        List.of(50076L, 50079L),
                        "timestamp",
                        "2026-01-09 02:02:12Z",
                        "trace_id",
                        "255d1aef-8c98-452f-ac51-23d051240864",
                        "correlation_id",
                        "fb3d2015-bc17-4bb9-bb85-30c5cf1aaaa7",
                        "suberror",
                        "basic_action",
                        "claims",
                        "{\"access_token\":{\"capolids\":{\"essential\":true,\"values\":[\"c1\"]}}}"))
                .correlationId("x-ms-request-id", "255d1aef-8c98-452f-ac51-23d051240864")
                .build();

        EntraError error = EntraError.of(refused);

        assertThat(error.error()).isSameAs(refused);
        assertThat(error.suberror()).hasValue("basic_action");
        assertThat(error.codes()).containsExactly(50076, 50079);
        assertThat(error.timestamp()).hasValue("2026-01-09 02:02:12Z");
        assertThat(error.traceId()).hasValue("255d1aef-8c98-452f-ac51-23d051240864");
        assertThat(error.correlationId()).hasValue("fb3d2015-bc17-4bb9-bb85-30c5cf1aaaa7");
        assertThat(error.requestId()).hasValue("255d1aef-8c98-452f-ac51-23d051240864");
        assertThat(error.claims())
                .hasValue("{\"access_token\":{\"capolids\":{\"essential\":true,\"values\":[\"c1\"]}}}");
        assertThat(error)
                .hasToString(
                        "EntraError[invalid_grant, status 400, from login.microsoftonline.com, suberror basic_action,"
                                + " AADSTS [50076, 50079], correlation fb3d2015-bc17-4bb9-bb85-30c5cf1aaaa7,"
                                + " trace 255d1aef-8c98-452f-ac51-23d051240864]");
    }

    @Test
    void readsTheNumbersOfADescriptionWhereThereAreNoOthers() {
        ServerError refused = ServerError.builder("access_denied", 0, HOST)
                .members(Map.of(
                        "error_description", "AADSTS65004: User declined (see AADSTS9002341, AADSTS65004). AADSTS1"))
                .build();

        assertThat(EntraError.of(refused).codes()).containsExactly(65004, 9002341);
    }

    @Test
    void passesOverNumbersThatAreNone() {
        ServerError refused = ServerError.builder("invalid_grant", 400, HOST)
                .members(Map.of("error_codes", List.of("50076", 1.5, 1e12, 70008L, 70008L)))
                .build();

        assertThat(EntraError.of(refused).codes()).containsExactly(70008);
        assertThat(EntraError.of(ServerError.builder("x", 400, HOST)
                                .members(Map.of("error_codes", "AADSTS1", "error_description", 7L))
                                .build())
                        .codes())
                .isEmpty();
    }

    @Test
    void tellsNothingOfWhatWasNotSaid() {
        EntraError error = EntraError.of(ServerError.builder("server_error", 503, HOST)
                .members(Map.of("suberror", "", "trace_id", 7L))
                .build());

        assertThat(error.suberror()).isEmpty();
        assertThat(error.codes()).isEmpty();
        assertThat(error.correlationId()).isEmpty();
        assertThat(error.traceId()).isEmpty();
        assertThat(error.requestId()).isEmpty();
        assertThat(error.timestamp()).isEmpty();
        assertThat(error.claims()).isEmpty();
        assertThat(error).hasToString("EntraError[server_error, status 503, from login.microsoftonline.com]");
    }

    @Test
    void namesTheRequestsOwnIdentifierWhereTheBodyNamesNone() {
        ServerError refused = ServerError.builder("", 502, HOST)
                .correlationId("client-request-id", "b2f2a6a0-4a4e-4f6e-9d43-6fb0c4ad9b65")
                .build();

        assertThat(EntraError.of(refused).correlationId()).hasValue("b2f2a6a0-4a4e-4f6e-9d43-6fb0c4ad9b65");
    }

    @Test
    void decodesTheClaimsOfAChallenge() {
        String claims = "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1604106651\"}}}";
        String base64 = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNjA0MTA2NjUxIn19fQ==";

        assertThat(EntraError.of(challenged("insufficient_claims", base64)).claims())
                .hasValue(claims);
        assertThat(EntraError.of(challenged("insufficient_claims", base64.replace("=", "")))
                        .claims())
                .hasValue(claims);
        assertThat(EntraError.of(challenged("invalid_token", base64)).claims()).isEmpty();
        assertThat(EntraError.of(challenged("insufficient_claims", "not base64!"))
                        .claims())
                .isEmpty();
    }

    @Test
    void printsNothingThatCouldBeginANewLine() {
        ServerError refused = ServerError.builder("invalid_grant", 400, HOST)
                .members(Map.of("suberror", "x\nINFO all is well", "correlation_id", "y\r\n"))
                .build();

        assertThat(EntraError.of(refused))
                .hasToString("EntraError[invalid_grant, status 400, from login.microsoftonline.com]");
    }

    private static ServerError challenged(String error, String claims) {
        return ServerError.builder("", 401, "graph.microsoft.com")
                .challenges(List.of(
                        Challenge.of("Basic", Map.of()),
                        Challenge.of("Bearer", Map.of("realm", "", "error", error, "claims", claims))))
                .build();
    }
}
