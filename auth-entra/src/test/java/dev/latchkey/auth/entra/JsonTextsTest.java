package dev.latchkey.auth.entra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextsTest {

    @Test
    void readsTextsInOrder() {
        assertThat(JsonTexts.read(" {\r\n\"b\" : \"1\",\t\"a\":\"\" } "))
                .containsExactly(entry("b", "1"), entry("a", ""));
        assertThat(JsonTexts.read("{}")).isEmpty();
        assertThat(JsonTexts.read("{ }")).isEmpty();
    }

    @Test
    void undoesEscapes() {
        assertThat(JsonTexts.read("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00é\"}"))
                .containsExactly(entry("a", "\"\\/\b\f\n\r\té\uD83D\uDE00é"));
        assertThat(JsonTexts.read("{\"\\u0061\":\"x\"}")).containsExactly(entry("a", "x"));
    }

    @Test
    void passesOverWhatIsNoText() {
        assertThat(JsonTexts.read("{\"a\":-1.5e+3,\"b\":true,\"c\":null,\"d\":[],\"e\":[ 1 , [\"x\"] , {\"f\":0} ],"
                        + "\"g\":{\"h\":\"inner\"},\"i\":\"x\"}"))
                .containsExactly(entry("i", "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "\"a\"",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":\"",
                "{\"a\":\"x\"",
                "{\"a\":\"x\",}",
                "{,\"a\":\"x\"}",
                "{\"a\":\"x\" \"b\":\"y\"}",
                "{\"a\" \"x\"}",
                "{a:\"x\"}",
                "{'a':'x'}",
                "{\"a\":\"x\"}{}",
                "{\"a\":\"x\"}x",
                "{\"a\":\"x\",\"a\":\"y\"}",
                "{\"a\":\"x\",\"\\u0061\":\"y\"}",
                "{\"a\":1,\"a\":\"y\"}",
                "{\"a\":{\"b\":1,\"b\":2}}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\\",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":NaN}",
                "{\"a\":True}",
                "{\"a\":}",
                "{\"a\":[1,]}",
                "{\"a\":[1}",
                "{\"a\":[[[[[[[[[[]]]]]]]]]]}",
                "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}}",
                "\uFEFF{}",
            })
    void refusesWhatIsNoJsonObject(String json) {
        assertThatThrownBy(() -> JsonTexts.read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Not a JSON object, at index ");
    }
}
