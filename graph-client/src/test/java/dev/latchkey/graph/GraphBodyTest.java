package dev.latchkey.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphBodyTest {

    private final ScriptedGraph script = new ScriptedGraph();

    /** A class of an application. */
    static final class Plain {
        int number;
    }

    private GraphException refusal(Answer answer, Class<?> type) {
        script.answers(answer);
        GraphException failure = catchThrowableOfType(
                GraphException.class,
                () -> script.builder().maxBodyBytes(1000).build().get("/me").as(type));
        assertThat(failure.kind()).isEqualTo(GraphException.Kind.INVALID_RESPONSE);
        assertThat(failure.status()).isEqualTo(200);
        script.transport.verify();
        return failure;
    }

    private static Answer json(byte[] bytes) {
        return Answer.of(200).header("Content-Type", "application/json").body(bytes);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "APPLICATION/JSON; charset=UTF-8",
                "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
                "application/problem+json"
            })
    void readsJson(String type) {
        script.answers(Answer.of(200, type, "{\"id\":\"é\"}"));
        assertThat(script.graph.get("/me").as(User.class).id()).contains("é");
        script.transport.verify();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/html", "text/json", "application/xml", "application/json; charset=iso-8859-1", "xjson"})
    void refusesAnotherContentType(String type) {
        assertThat(refusal(Answer.of(200, type, "{\"id\":\"bodymarker\"}"), User.class))
                .hasMessageContaining("Content-Type")
                .hasMessageNotContaining("bodymarker");
    }

    @Test
    void refusesAnAbsentContentType() {
        assertThat(refusal(Answer.of(200).body("{}".getBytes(StandardCharsets.UTF_8)), User.class))
                .hasMessageContaining("absent");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"id\":\"1\"",
                "{\"id\":\"1\"} x",
                "{'id':'1'}",
                "{\"id\":\"1\",}",
                "{\"id\":\"1\",\"id\":\"2\"}",
                "{\"a\":{\"b\":1,\"b\":2}}",
                "{\"a\":NaN}",
                "// c\n{}",
                "null",
                "[]",
                "<html>"
            })
    void refusesWhatIsNotOneJsonObject(String body) {
        refusal(Answer.json(200, body), User.class);
        refusal(Answer.json(200, body), JsonObject.class);
    }

    @Test
    void refusesAMemberThatOccursTwiceAmongMany() {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < 40; i++) {
            json.append("\"m").append(i).append("\":0,");
        }
        refusal(Answer.json(200, json + "\"m3\":0}"), JsonObject.class);
        refusal(Answer.json(200, json + "\"m39\":0}"), JsonObject.class);
        script.answers(200, json + "\"m40\":{\"m3\":0},\"m41\":[{\"m3\":0},{\"m3\":0}]}");
        assertThat(script.graph.get("/me").json().size()).isEqualTo(42);
    }

    @Test
    void refusesJsonThatIsTooDeep() {
        refusal(Answer.json(200, "{\"a\":" + "[".repeat(400) + "]".repeat(400) + "}"), JsonObject.class);
    }

    @Test
    void namesThePlaceAndNotTheValue() {
        assertThat(refusal(Answer.json(200, "{\"number\":\"valuemarker\"}"), Plain.class))
                .hasMessageContaining("$.number")
                .hasMessageNotContaining("valuemarker")
                .hasNoCause();
        assertThat(refusal(Answer.json(200, "{\"mail\":7}"), User.class)).hasMessageContaining("$.mail");
    }

    @Test
    void fillsAClassOfTheApplication() {
        script.answers(200, "{\"number\":7,\"other\":true}");
        assertThat(script.graph.get("/me").as(Plain.class).number).isEqualTo(7);
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] latin = "{\"id\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(refusal(json(latin), User.class)).hasMessageContaining("not UTF-8");
    }

    @ParameterizedTest
    @CsvSource({"1000,true", "1001,false"})
    void readsUpToItsCap(int size, boolean fits) {
        String body = "{\"id\":\"" + "x".repeat(size - 9) + "\"}";
        assertThat(body).hasSize(size);
        if (fits) {
            script.answers(200, body);
            assertThat(script.builder().maxBodyBytes(1000).build().me().id()).isPresent();
        } else {
            assertThat(refusal(Answer.json(200, body), User.class)).hasMessageContaining("1000 bytes");
        }
    }

    @Test
    void decompressesWithinTheCap() throws IOException {
        byte[] small = gzip("{\"id\":\"1\"}".getBytes(StandardCharsets.UTF_8));
        script.answers(json(small).header("Content-Encoding", "gzip"));
        assertThat(script.graph.me().id()).contains("1");
        assertThat(script.transport.lastRequest().header("accept-encoding")).contains("gzip");

        byte[] bomb = gzip(("{\"id\":\"" + "x".repeat(100_000) + "\"}").getBytes(StandardCharsets.UTF_8));
        assertThat(bomb.length).isLessThan(1000);
        assertThat(refusal(json(bomb).header("Content-Encoding", "gzip"), User.class))
                .hasMessageContaining("1000 bytes");
        refusal(json(Arrays.copyOf(small, small.length - 12)).header("Content-Encoding", "gzip"), User.class);
        refusal(Answer.json(200, "{}").header("Content-Encoding", "gzip"), User.class);
        refusal(Answer.json(200, "{}").header("Content-Encoding", "br"), User.class);
    }

    @Test
    void capsARawAnswerToo() {
        script.answers(Answer.of(200).body(new byte[1001]));
        assertThatThrownBy(() ->
                        script.builder().maxBodyBytes(1000).build().get("/x").response())
                .hasMessageContaining("1000 bytes");
    }

    @Test
    void explainsAnAnswerWithoutContent() {
        script.answers(Answer.of(204));
        assertThatThrownBy(() -> script.graph.get("/me").json())
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("send()");
    }

    @Test
    void tellsABodyThatBreaksOffFromOneThatIsWrong() {
        script.answers(Answer.of(200)
                .header("Content-Type", "application/json")
                .body(() -> new BrokenStream("{\"id\"", Kind.DEADLINE)));
        GraphException failure = catchThrowableOfType(GraphException.class, () -> script.graph.me());
        assertThat(failure.kind()).isEqualTo(GraphException.Kind.NETWORK);
        assertThat(failure).hasMessageContaining("DEADLINE");
        script.transport.verify();
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 307, 308})
    void followsNoRedirect(int status) {
        script.answers(Answer.of(status).header("Location", "https://evil.example/?private"));
        GraphException failure = catchThrowableOfType(
                GraphException.class,
                () -> script.graph.get("/me/drive/items/1/content").response());
        assertThat(failure.kind()).isEqualTo(GraphException.Kind.INVALID_RESPONSE);
        assertThat(failure.headers().first("location")).isPresent();
        assertThat(failure).hasMessageContaining("redirect").hasMessageNotContaining("private");
        script.transport.verify();
    }
}
