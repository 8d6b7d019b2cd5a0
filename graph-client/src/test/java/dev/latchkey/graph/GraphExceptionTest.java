package dev.latchkey.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.error.Remedy;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphExceptionTest {

    private final ScriptedGraph script = new ScriptedGraph();

    private GraphException get(Answer answer) {
        script.answers(answer);
        GraphException failure = catchThrowableOfType(
                GraphException.class,
                () -> script.graph.get("/me").query("q", "private").json());
        script.transport.verify();
        return failure;
    }

    private GraphException get(int status, String json) {
        return get(Answer.json(status, json));
    }

    @Test
    void keepsWhatGraphSaid() {
        GraphException failure = get(Answer.json(
                        404,
                        "{\"error\":{\"code\":\"Request_ResourceNotFound\",\"message\":\"Resource 'x' does not exist.\",\"innerError\":"
                                + "{\"date\":\"2021-12-09T03:37:08\",\"request-id\":\"inner\",\"client-request-id\":\"c\"}}}")
                .header("request-id", "r-1")
                .header("Date", "Sat, 21 Nov 2026 09:00:00 GMT")
                .header("x-ms-ags-diagnostic", "{\"ServerInfo\":{}}"));

        assertThat(failure.kind()).isEqualTo(GraphException.Kind.REFUSED);
        assertThat(failure.status()).isEqualTo(404);
        assertThat(failure.isNotFound()).isTrue();
        assertThat(failure.code()).isEqualTo("Request_ResourceNotFound");
        assertThat(failure.description()).contains("Resource 'x' does not exist.");
        assertThat(failure.requestId()).contains("r-1");
        assertThat(failure.clientRequestId()).contains(ScriptedGraph.id(1));
        assertThat(failure.date()).contains("Sat, 21 Nov 2026 09:00:00 GMT");
        assertThat(failure.diagnostic()).contains("{\"ServerInfo\":{}}");
        assertThat(failure.body()).startsWith("{\"error\":");
        assertThat(failure.host()).isEqualTo("graph.microsoft.com");
        assertThat(failure)
                .hasMessage("GET at graph.microsoft.com: 404 Request_ResourceNotFound \"Resource 'x' does not exist.\""
                        + " (request-id r-1, client-request-id " + ScriptedGraph.id(1) + ")");
    }

    @Test
    void takesIdsAndDateFromTheErrorWhereNoHeaderHasThem() {
        GraphException failure = get(
                503,
                "{\"error\":{\"code\":\"x\",\"innererror\":{\"date\":\"2021-12-09T03:37:08\",\"request-id\":\"inner\"}}}");
        assertThat(failure.requestId()).contains("inner");
        assertThat(failure.date()).contains("2021-12-09T03:37:08");
    }

    @Test
    void walksToTheInnermostCode() {
        GraphException failure = get(
                403,
                "{\"error\":{\"code\":\"accessDenied\",\"innererror\":{\"code\":\"\",\"InnerError\":"
                        + "{\"code\":\"insufficientScope\",\"innerError\":{\"code\":42,\"innerError\":\"odd\"}}}}}");
        assertThat(failure.code()).isEqualTo("accessDenied");
        assertThat(failure.codes()).containsExactly("accessDenied", "insufficientScope", "42");
        assertThat(failure.hasCode("InsufficientScope")).isTrue();
        assertThat(failure.hasCode("other")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"text\"",
                "12",
                "{}",
                "{",
                "{\"message\":\"gateway\"}",
                "{\"error\":null}",
                "{\"error\":[]}",
                "{\"error\":{}}",
                "{\"error\":{\"code\":null,\"message\":null,\"innerError\":null}}",
                "{\"error\":{\"code\":{},\"message\":[],\"innerError\":[]}}",
                "{\"error\":{\"code\":\"\",\"code\":\"\"}}",
                "<html><body>502 Bad Gateway</body></html>",
                "\u0000\u0001\ufeff",
                "NaN"
            })
    void survivesAnyBody(String body) {
        for (String type : new String[] {"application/json", "text/html", "nonsense"}) {
            GraphException failure = get(Answer.of(502, type, body));
            assertThat(failure.status()).isEqualTo(502);
            assertThat(failure.code()).isEmpty();
            assertThat(failure.body()).isEqualTo(body);
            assertThat(failure.remedy()).isEqualTo(Remedy.RETRY);
            assertThat(failure.getMessage()).startsWith("GET at graph.microsoft.com: 502 refused");
            assertThat(failure.toString()).isNotEmpty();
        }
    }

    @Test
    void survivesDeepAndHugeBodies() {
        String deep = String.join("", Collections.nCopies(20_000, "{\"error\":"));
        assertThat(get(500, deep).status()).isEqualTo(500);
        String inner = String.join("", Collections.nCopies(100, "{\"code\":\"x\",\"innerError\":"));
        assertThat(get(500, "{\"error\":" + inner + "{}" + String.join("", Collections.nCopies(101, "}")))
                        .codes())
                .hasSize(32);
        assertThat(get(Answer.of(500).body(new byte[1024 * 1024])).body()).hasSize(256 * 1024);
    }

    @Test
    void keepsTheStatusWhenTheBodyBreaksOff() {
        GraphException failure =
                get(Answer.of(429).header("Retry-After", "7").body(() -> new BrokenStream("xxx", Kind.EXCHANGE)));
        assertThat(failure.isThrottled()).isTrue();
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(failure.body()).isEqualTo("xxx");
    }

    @Test
    void readsTheErrorsOfOthersToo() {
        GraphException oauth = get(401, "{\"error\":\"invalid_token\",\"error_description\":\"expired\"}");
        assertThat(oauth.code()).isEqualTo("invalid_token");
        assertThat(oauth.description()).contains("expired");
        GraphException sharePoint =
                get(404, "{\"odata.error\":{\"code\":\"-1, X\",\"message\":{\"lang\":\"en\",\"value\":\"gone\"}}}");
        assertThat(sharePoint.code()).isEqualTo("-1, X");
        assertThat(sharePoint.description()).contains("gone");
    }

    @ParameterizedTest
    @CsvSource({
        "400,STOP",
        "401,SIGN_IN",
        "403,FIX_CONFIGURATION",
        "404,STOP",
        "409,STOP",
        "412,STOP",
        "423,RETRY",
        "429,RETRY",
        "500,RETRY",
        "501,STOP",
        "503,RETRY",
        "504,RETRY",
        "507,STOP",
        "509,RETRY"
    })
    void saysWhatToDo(int status, Remedy remedy) {
        GraphException failure = get(status, "{}");
        assertThat(failure.remedy()).isEqualTo(remedy);
        assertThat(failure.isUnauthorized()).isEqualTo(status == 401);
        assertThat(failure.isForbidden()).isEqualTo(status == 403);
        assertThat(failure.isConflict()).isEqualTo(status == 409);
        assertThat(failure.isPreconditionFailed()).isEqualTo(status == 412);
        assertThat(failure.isGone()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"429,true", "503,false"})
    void mayRepeatAPostThatWasThrottledButNotOneThatFailed(int status, boolean safe) {
        script.answers(status, "{}");
        GraphException failure = catchThrowableOfType(
                GraphException.class, () -> script.graph.request("POST", "/me").send());
        assertThat(failure.safeToRetry()).isEqualTo(safe);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "120|PT2M",
                "1.5|PT2S",
                "Sat, 21 Nov 2026 09:01:00 GMT|PT1M",
                "Sat, 21 Nov 2026 08:00:00 GMT|",
                "0|",
                "-5|",
                "soon|",
                "99999999999999999999|"
            })
    void keepsRetryAfter(String value, Duration expected) {
        GraphException failure = get(
                Answer.json(429, "{}").header("Retry-After", value).header("Date", "Sat, 21 Nov 2026 09:00:00 GMT"));
        assertThat(failure.retryAfter().orElse(null)).isEqualTo(expected);
        assertThat(failure.headers().first("retry-after")).contains(value);
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECT,NOT_SENT,GET,true,RETRY",
        "CONNECT,NOT_SENT,POST,true,RETRY",
        "EXCHANGE,UNKNOWN,GET,true,RETRY",
        "EXCHANGE,UNKNOWN,POST,false,RETRY",
        "DEADLINE,UNKNOWN,PATCH,false,RETRY",
        "TLS,NOT_SENT,POST,true,FIX_CONFIGURATION",
        "INTERRUPTED,UNKNOWN,DELETE,false,STOP"
    })
    void tellsWhetherAFailedRequestMayHaveArrived(
            Kind kind, Delivery delivery, String method, boolean safe, Remedy remedy) {
        script.transport.fails(kind, delivery);
        GraphException failure = catchThrowableOfType(
                GraphException.class,
                () -> script.graph.request(method, "/me").query("q", "private").send());
        assertThat(failure.kind()).isEqualTo(GraphException.Kind.NETWORK);
        assertThat(failure.delivery()).isEqualTo(delivery);
        assertThat(failure.safeToRetry()).isEqualTo(safe);
        assertThat(failure.remedy()).isEqualTo(remedy);
        assertThat(failure.status()).isZero();
        assertThat(failure.clientRequestId()).contains(ScriptedGraph.id(1));
        assertThat(failure)
                .hasCauseInstanceOf(TransportException.class)
                .hasMessageContaining(delivery == Delivery.NOT_SENT ? "nothing was sent" : "may have arrived")
                .hasMessageNotContaining("private");
    }

    @Test
    void s1NamesNoTokenBodyOrQuery() {
        String jwt = "ey" + "A".repeat(60) + "." + "b".repeat(60) + "." + "C".repeat(60);
        GraphException failure = get(
                400,
                "{\"error\":{\"code\":\"c\",\"message\":\"bad\\r\\nforged: line " + jwt + "\",\"x\":\"bodymarker\"}}");
        assertThat(failure.getMessage())
                .contains("bad forged: line […]")
                .doesNotContain(jwt.substring(2, 40), "bodymarker", "private", ScriptedGraph.TOKEN, "\n");
        assertThat(failure.description().orElseThrow()).contains(jwt);
    }

    @Test
    void shortensLongWordsInTheMessageAndKeepsTheIds() {
        GraphException failure = get(400, "{\"error\":{\"code\":\"c\",\"message\":\"" + "word ".repeat(2000) + "\"}}");
        assertThat(failure.getMessage()).hasSizeLessThan(1100).contains(" c \"word", ScriptedGraph.id(1));
    }

    @Test
    void isReadableAfterSerialization() throws Exception {
        GraphException failure =
                get(Answer.json(429, "{\"error\":{\"code\":\"c\"}}").header("Retry-After", "5"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(failure);
        }
        assertThat(bytes.toString(StandardCharsets.ISO_8859_1)).doesNotContain(ScriptedGraph.TOKEN);
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            GraphException copy = (GraphException) in.readObject();
            assertThat(copy.code()).isEqualTo("c");
            assertThat(copy.retryAfter()).contains(Duration.ofSeconds(5));
            assertThat(copy.headers().names()).isEmpty();
        }
    }
}
