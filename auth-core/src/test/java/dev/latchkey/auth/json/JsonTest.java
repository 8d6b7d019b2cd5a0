package dev.latchkey.auth.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable Object value(String json) throws JsonFault {
        return Json.object("{\"v\":" + json + "}").get("v");
    }

    private static String nested(int levels) {
        return "{\"v\":" + "[".repeat(levels - 1) + "]".repeat(levels - 1) + "}";
    }

    @Test
    void everyTypeIsReadAndWritten() throws JsonFault {
        String text =
                "{\"s\":\"\u00e4\",\"t\":true,\"f\":false,\"n\":null,\"l\":-7,\"d\":1.5,\"a\":[1,{\"b\":[]}],\"o\":{}}";

        Map<String, @Nullable Object> members = Json.object(text);

        Map<String, @Nullable Object> expected = new LinkedHashMap<>();
        expected.put("s", "\u00e4");
        expected.put("t", true);
        expected.put("f", false);
        expected.put("n", null);
        expected.put("l", -7L);
        expected.put("d", 1.5);
        expected.put("a", List.of(1L, Map.of("b", List.of())));
        expected.put("o", Map.of());
        assertThat(members).isEqualTo(expected);
        assertThat(new String(Json.write(members), StandardCharsets.UTF_8)).isEqualTo(text);
        assertThatThrownBy(() -> members.put("x", 1L)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void wholeNumbersThatFitAreLongsAndOthersDoubles() throws JsonFault {
        assertThat(value("0")).isEqualTo(0L);
        assertThat(value("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertThat(value("-999999999999999999")).isEqualTo(-999_999_999_999_999_999L);
        assertThat(value("9223372036854775808")).isEqualTo(9.223372036854776E18);
        assertThat(value("99999999999999999999")).isEqualTo(1e20);
        assertThat(value("1.0")).isEqualTo(1.0);
        assertThat(value("1e2")).isEqualTo(100.0);
        assertThat(value("-0.5")).isEqualTo(-0.5);
    }

    @Test
    void numbersBeyondADoubleAreNamedByTheirPath() {
        assertThatThrownBy(() -> Json.object("{\"a\":{\"b\":[1,1e999]}}"))
                .isInstanceOfSatisfying(JsonFault.class, fault -> {
                    assertThat(fault.field()).isEqualTo("a.b[1]");
                    assertThat(fault.problem()).isEqualTo("is out of range");
                });
        assertThatThrownBy(() -> Json.object("{\"a\":-1e999}")).isInstanceOf(JsonFault.class);
    }

    @Test
    void nestingHasABound() throws JsonFault {
        assertThat(Json.object(nested(Json.MAX_DEPTH))).containsOnlyKeys("v");
        assertThatThrownBy(() -> Json.object(nested(Json.MAX_DEPTH + 1)))
                .isInstanceOfSatisfying(
                        JsonFault.class, fault -> assertThat(fault.problem()).contains("deeper than 32 levels"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "1",
                "\"x\"",
                "null",
                "{",
                "{\"a\":1",
                "{\"a\"}",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":TRUE}",
                "{\"a\":1}x",
                "{\"a\":1}{}",
                "{}//",
                "{\"a\":[1,]}",
                "{\"a\":1;\"b\":2}",
                "{\"a\":[1}",
                "{\"a\":\"\n\"}"
            })
    void everythingElseIsRefused(String document) {
        assertThatThrownBy(() -> Json.object(document)).isInstanceOf(JsonFault.class);
        assertThatThrownBy(() -> Json.object(bytes(document))).isInstanceOf(JsonFault.class);
    }

    @Test
    void aMemberThatIsThereTwiceIsNamedIfItCanBeShown() {
        assertThatThrownBy(() -> Json.object("{\"b\":{\"a\":1,\"a\":1}}"))
                .isInstanceOfSatisfying(JsonFault.class, fault -> {
                    assertThat(fault.field()).isEqualTo("a");
                    assertThat(fault.problem()).isEqualTo("is there twice");
                });
        for (String unseen : List.of("\u00e4", "a".repeat(65))) {
            assertThatThrownBy(() -> Json.object("{\"" + unseen + "\":1,\"" + unseen + "\":1}"))
                    .isInstanceOfSatisfying(
                            JsonFault.class, fault -> assertThat(fault.field()).isEqualTo("a member"));
        }
        String longest = "a".repeat(64);
        assertThatThrownBy(() -> Json.object("{\"" + longest + "\":1,\"" + longest + "\":1}"))
                .isInstanceOfSatisfying(
                        JsonFault.class, fault -> assertThat(fault.field()).isEqualTo(longest));
    }

    @Test
    void theMemberThatMayBeRepeatedMustSayTheSame() throws JsonFault {
        assertThat(Json.objectRepeating(bytes("{\"a\":[1],\"b\":2,\"a\":[1]}"), "a"))
                .isEqualTo(Map.of("a", List.of(1L), "b", 2L));
        for (String wrong : List.of("{\"a\":1,\"a\":2}", "{\"b\":1,\"b\":1}", "{\"c\":{\"a\":1,\"a\":1}}")) {
            assertThatThrownBy(() -> Json.objectRepeating(bytes(wrong), "a")).isInstanceOf(JsonFault.class);
        }
    }

    @Test
    void onlyUtf8IsReadAndItsReplacementCharacterIsACharacter() throws JsonFault {
        assertThat(Json.object(bytes("{\"a\":\"\ufffd\"}"))).isEqualTo(Map.of("a", "\ufffd"));
        byte[] latin = "{\"a\":\"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> Json.object(latin))
                .isInstanceOfSatisfying(
                        JsonFault.class, fault -> assertThat(fault.problem()).isEqualTo("is not UTF-8"));
    }

    @Test
    void theBytesOfABufferFromItsPositionOnAreRead() throws JsonFault {
        ByteBuffer buffer = ByteBuffer.wrap(bytes("xx{\"a\":1}yy"), 1, 9).slice();
        buffer.position(1).limit(8);

        assertThat(Json.object(buffer)).isEqualTo(Map.of("a", 1L));
        assertThat(buffer.position()).isEqualTo(1);
    }

    @Test
    void whatIsNoJsonIsNotWritten() {
        assertThat(Json.write(Map.of("a", new BigDecimal("1.50")))).isEqualTo(bytes("{\"a\":1.50}"));
        assertThat(Json.write(Map.of("a", Arrays.asList(1, null)))).isEqualTo(bytes("{\"a\":[1,null]}"));
        assertThatThrownBy(() -> Json.write(Map.of("a", new Object())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Object");
    }
}
