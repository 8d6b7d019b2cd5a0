package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.testkit.Answer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server, or a browser, that says anything: right answers of which a part is replaced, cut or repeated at random, and the
 * same ones in every run. Whatever comes, the end is a result or an {@link OAuthException}, whose message is one line and
 * gives nothing away; and nothing is left open.
 */
@Timeout(60)
class HostileServerTest {

    private static final int ROUNDS = 1_000;
    private static final String SECRET = "5ecret";
    private static final String ONE_LINE = "[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]*";

    /** What a JSON value, a header or a parameter is replaced by. */
    private static final List<String> ODD = List.of(
            "null",
            "true",
            "[]",
            "{}",
            "[null]",
            "{\"a\":{\"a\":[{}]}}",
            "\"\"",
            "\" \"",
            "\"a b\"",
            "-1",
            "-0",
            "0",
            "0.5",
            "1e400",
            "-1e400",
            "9223372036854775807",
            "9223372036854775808",
            "1".repeat(400),
            "NaN",
            "\"-9\"",
            "\"99999999999999999999\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\r\\nX-Injected: 1\"",
            "\"\\u2028\\u202e\\u0085\"",
            "\"" + "x".repeat(5_000) + "\"",
            "\"https://as.example.com\"",
            "\"http://as.example.com/token\"",
            "\"https://user:pw@as.example.com/\"",
            "\"https://as.example.com/#f\"",
            "\"https:as\"",
            "\"//as.example.com\"",
            "\"https://[::1\"",
            "\"javascript:alert(1)\"",
            "\"file:///etc/passwd\"",
            "\"%\"",
            "\"\\nFORGED\":\"",
            "%0d%0aFORGED=",
            "\"é😀\"");

    private static final List<String> HEADERS = List.of(
            "0",
            "-5",
            "99999999999999999999",
            "999999999",
            "Fri, 31 Dec 9999 23:59:59 GMT",
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "Sat, 31 Feb 2026 10:00:00 GMT",
            "tomorrow",
            "",
            " ",
            ",,,",
            "Bearer",
            "Bearer error=\"",
            "Bearer error=\"" + "\\\"".repeat(4_000) + "\"",
            "Bearer a=b, c, d=e,, f==, Basic",
            "=".repeat(9_000),
            "a ".repeat(8_000),
            "\"".repeat(9_000),
            "application/json",
            "application/json; charset=utf-16",
            "text/html",
            "application/json, text/html",
            "json",
            "gzip",
            "br",
            "gzip, gzip",
            "10",
            "-10",
            "é");

    private static final List<String> NAMES = List.of(
            "Content-Type", "Retry-After", "WWW-Authenticate", "Content-Encoding", "Content-Length", "X-Request-Id");

    private Stage stage = new Stage();
    private Random random = new Random(0);

    @ParameterizedTest
    @ValueSource(strings = {"token", "refusal", "idToken", "metadata", "device", "poll", "callback"})
    void theEndIsAResultOrATypedErrorThatGivesNothingAway(String what) {
        int failed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            stage = new Stage();
            random = new Random(31L * round + what.hashCode());
            try {
                exchange(what);
            } catch (OAuthException e) {
                failed++;
                assertHarmless(e, what + " " + round);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(what + " " + round, e);
            }
            assertThat(stage.transport.openResponses()).as("%s %s", what, round).isZero();
        }
        // Much of what is bent is refused; if all were, the right answers would not be right.
        assertThat(failed).isBetween(ROUNDS / 10, what.equals("refusal") ? ROUNDS : ROUNDS - ROUNDS / 50);
    }

    private void exchange(String what) {
        switch (what) {
            case "token":
                stage.answers(bent(200, Stage.granted(",\"refresh_token\":\"rt-5ecret\",\"scope\":\"api.read\"")));
                assertPrintable(stage.client().request(ClientCredentialsGrant.of(Stage.READ)));
                break;
            case "refusal":
                stage.answers(bent(
                        400 + random.nextInt(200),
                        "{\"error\":\"invalid_grant\",\"error_description\":\"no\",\"error_uri\":\"https://as.example.com/e\","
                                + "\"access_token\":\"at-5ecret\"}"));
                stage.client().clientCredentials(Stage.READ).token();
                break;
            case "idToken":
                signIn();
                break;
            case "metadata":
                stage.answers(bent(200, Stage.metadataJson(Stage.ISSUER)));
                stage.answers(Stage.granted(""));
                stage.discovering().build().clientCredentials(Stage.READ).token();
                break;
            case "device":
                stage.answers(bent(200, device()));
                assertPrintable(stage.client().authorizeDevice(Stage.READ));
                break;
            case "poll":
                stage.answers(device());
                OAuthClient client = stage.client();
                DeviceAuthorization device = client.authorizeDevice(Stage.READ);
                stage.answers(bent(400, "{\"error\":\"slow_down\",\"interval\":7}"));
                client.poll(device, AccountNaming.subject("alice"));
                break;
            default:
                callback();
        }
    }

    private static String device() {
        return "{\"device_code\":\"dc-5ecret\",\"user_code\":\"ABCD\",\"verification_uri\":\"https://as.example.com/d\","
                + "\"verification_uri_complete\":\"https://as.example.com/d?c=ABCD\",\"expires_in\":600,\"interval\":5}";
    }

    private void signIn() {
        OAuthClient client = stage.client();
        PendingAuthorization pending = stage.begin(client, Stage.OPENID);
        String claims =
                "{\"iss\":\"https://as.example.com\",\"sub\":\"alice\",\"preferred_username\":\"alice@example.com\",\"aud\":\"app\",\"exp\":"
                        + (stage.clock.instant().getEpochSecond() + 300) + ",\"iat\":"
                        + stage.clock.instant().getEpochSecond() + ",\"nonce\":\""
                        + Stage.query(pending.uri()).get("nonce") + "\"}";
        String header = "{\"alg\":\"RS256\",\"kid\":\"k\"}";
        boolean bendHeader = random.nextInt(4) == 0;
        String jwt = Stage.jwt(bendHeader ? bent(header) : header, bendHeader ? claims : bent(claims));
        stage.answers(Stage.withIdToken(random.nextInt(8) == 0 ? bent(jwt).replaceAll("[\"\\\\\\p{Cntrl}]", "") : jwt));
        assertPrintable(client.complete(Stage.callback(pending.uri()), pending.browserBinding()));
    }

    private void callback() {
        OAuthClient client = stage.client();
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(Stage.REDIRECT, Stage.READ)
                .account(AccountNaming.subject("alice"))
                .build());
        String query = "code=5ecret&state=" + Stage.query(pending.uri()).get("state")
                + "&iss=https%3A%2F%2Fas.example.com&session_state=x";
        stage.answers(Stage.granted(""));
        try {
            AuthorizationCallback callback = AuthorizationCallback.parse(bent(query));
            assertPrintable(callback);
            assertPrintable(client.complete(callback, pending.browserBinding()));
        } catch (IllegalArgumentException e) {
            assertThat(trace(e)).doesNotContain(SECRET);
        }
    }

    private Answer bent(int status, String json) {
        byte[] body = bent(json).getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(12) == 0 && body.length > 0) {
            body[random.nextInt(body.length)] = (byte) random.nextInt(256);
        }
        boolean otherStatus = random.nextInt(12) == 0;
        Answer answer = Answer.json(otherStatus ? 200 + random.nextInt(400) : status, "{}")
                .body(body);
        return random.nextInt(4) == 0 ? answer.header(pick(NAMES), pick(HEADERS)) : answer;
    }

    /** Replaces a value, repeats a member, cuts, or inserts; sometimes nothing. */
    private String bent(String text) {
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + 1 + random.nextInt(8));
        switch (random.nextInt(8)) {
            case 0:
                return text.substring(0, at);
            case 1:
                return text.substring(0, at) + pick(ODD) + text.substring(at);
            case 2:
                return text.substring(0, at) + text.substring(end);
            case 3:
                return text.substring(0, end) + text.substring(at);
            case 4:
                return text;
            case 5:
                return text.startsWith("{") ? "{\"a\\nFORGED\":1," + text.substring(1) : "a%0aFORGED=1&" + text;
            default:
                return withOddValue(text);
        }
    }

    private String withOddValue(String text) {
        String[] parts = text.split("(?<=\":)(?=[\"0-9])|(?<==)", -1);
        if (parts.length < 2) {
            return text + pick(ODD);
        }
        int which = 1 + random.nextInt(parts.length - 1);
        boolean query = !text.startsWith("{");
        parts[which] = query
                ? pick(ODD).replace("\"", "") + parts[which].replaceFirst("^[^&]*", "")
                : pick(ODD) + parts[which].replaceFirst("^(\"[^\"]*\"|[0-9]+)", "");
        return String.join("", parts);
    }

    private String pick(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static void assertHarmless(OAuthException e, String round) {
        assertThat(e.getMessage()).as(round).doesNotContain(SECRET).matches(ONE_LINE);
        assertThat(e.getMessage().length()).as(round).isLessThan(1_000);
        assertThat(trace(e)).as(round).doesNotContain(SECRET);
        assertThat(e.error().map(ServerError::toString).orElse("")).as(round).doesNotContain(SECRET);
    }

    private static void assertPrintable(Object value) {
        assertThat(value.toString()).matches(ONE_LINE).doesNotContain("rt-5ecret", "at-5ecret", "dc-5ecret");
    }

    private static String trace(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }
}
