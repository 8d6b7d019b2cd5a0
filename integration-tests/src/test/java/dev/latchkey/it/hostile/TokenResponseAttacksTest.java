package dev.latchkey.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.it.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a hostile token endpoint answers. */
@ParameterizedClass
@EnumSource(Transport.class)
final class TokenResponseAttacksTest extends Victim {

    private static final String GOOD = "\"access_token\":\"at\",\"token_type\":\"Bearer\",\"expires_in\":300";

    private final OAuthClient client = builder().build();

    TokenResponseAttacksTest(Transport kind) {
        super(kind);
    }

    /** Says which field is named when the endpoint answers so, to an application and to a user's sign-in. */
    private void refusedWith(String body, String field) {
        server.json("/token", "200 OK", body);
        InvalidResponseException refused = failsWith(
                InvalidResponseException.class,
                () -> builder().build().clientCredentials(Scopes.of("read")).token());
        assertThat(refused.field()).isEqualTo(field);
        assertThat(refused.host()).isEqualTo("localhost");

        PendingAuthorization pending = begin(client);
        refused(client, pending, honest(pending), field);
        assertThat(client.accounts()).isEmpty();
    }

    @Test
    void anotherTokenTypeThanWasAskedForIsRefused() {
        refusedWith(tokens("x").replace("Bearer", "DPoP"), "token_type");
        refusedWith(tokens("x").replace("Bearer", "N_A"), "token_type");
        refusedWith(tokens("x").replace("Bearer", "Bearer\\u0000"), "token_type");
        refusedWith("{\"access_token\":\"at\"}", "token_type");
    }

    @Test
    void t6_aMemberThatIsThereTwiceIsRefused() {
        refusedWith("{" + GOOD + ",\"access_token\":\"another\"}", "access_token");
        // The same name in another spelling, and deep inside.
        refusedWith("{" + GOOD + ",\"access\\u005ftoken\":\"another\"}", "access_token");
        refusedWith("{" + GOOD + ",\"x\":[{\"y\":{\"z\":1,\"z\":2}}]}", "z");
    }

    @Test
    void t4_whatIsTooLargeIsRefusedWithoutBeingKept() {
        refusedWith("{" + GOOD + ",\"x\":\"" + "a".repeat(1 << 20) + "\"}", "body");
    }

    @Test
    void t6_whatIsTooDeepIsRefused() {
        refusedWith("{" + GOOD + ",\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", "JSON");
        refusedWith("{" + GOOD + ",\"x\":" + "{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000) + "}", "JSON");
    }

    @Test
    void t6_whatIsNotQuiteJsonIsRefused() {
        for (String body : new String[] {
            "",
            "[]",
            "null",
            "{",
            "{" + GOOD,
            "{" + GOOD + "}{}",
            "{" + GOOD + ",}",
            "{'access_token':'at'}",
            "\u00ff{}",
            "{/* */" + GOOD + "}",
            "{" + GOOD + ",\"x\":NaN}",
            ")]}'\n{" + GOOD + "}"
        }) {
            refusedWith(body, "JSON");
        }
    }

    @Test
    void t5_anotherContentTypeIsRefused() {
        for (String type : new String[] {"text/html", "text/json", "application/json-seq", ""}) {
            server.answers("/token", "200 OK", "Content-Type: " + type + "\r\n", "{" + GOOD + "}");
            InvalidResponseException refused = failsWith(
                    InvalidResponseException.class,
                    () -> builder().build().clientCredentials(Scopes.of("read")).token());
            assertThat(refused.field()).isEqualTo("content-type");
        }
    }

    @Test
    void aTokenThatWouldBreakOutOfAHeaderIsRefused() {
        for (String token :
                new String[] {"at\\r\\nX-Admin: 1", "at\\nb", "at\\u0000", "at\\u0085", "caf\\u00e9", "\\u010a"}) {
            refusedWith(tokens("x").replace("\"at\"", "\"" + token + "\""), "access_token");
            refusedWith(tokens("x").replace("\"rt\"", "\"" + token + "\""), "refresh_token");
        }
    }

    @Test
    void membersOfAnotherTypeAreRefused() {
        refusedWith(tokens("x").replace("\"at\"", "{\"a\":1}"), "access_token");
        refusedWith(tokens("x").replace("\"at\"", "null"), "access_token");
        refusedWith(tokens("x").replace("\"Bearer\"", "[\"Bearer\"]"), "token_type");
        refusedWith(tokens("x").replace("300", "-1"), "expires_in");
        refusedWith(tokens("x").replace("300", "1e300"), "expires_in");
        refusedWith(tokens("x").replace("300", "99999999999999999999"), "expires_in");
        refusedWith(tokens("x").replace("300", "\"soon\""), "expires_in");
    }

    @Test
    void anErrorThatRepeatsAnythingIsShownPrintableAndShort() {
        server.json(
                "/token",
                "400 Bad",
                "{\"error\":\"inv\\r\\nX: s" + "y".repeat(10_000) + "\",\"error_description\":\"\\u001b[2J\\r\\n\"}");
        OAuthException failure = failsWith(
                OAuthException.class,
                () -> client.clientCredentials(Scopes.of("read")).token());
        assertThat(failure.getMessage()).hasSizeLessThan(1000).doesNotContain("\u001b");
    }

    @Test
    void anErrorOfDeepJsonIsStillTheErrorOfItsStatus() {
        server.json("/token", "401 No", "{\"error\":" + "[".repeat(100_000));
        OAuthException failure = failsWith(
                OAuthException.class,
                () -> client.clientCredentials(Scopes.of("read")).token());
        assertThat(failure.error().orElseThrow().status()).isEqualTo(401);
    }
}
