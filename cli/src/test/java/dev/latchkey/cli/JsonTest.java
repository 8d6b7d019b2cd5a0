package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void indentsAndLeavesNumbersAsTheyAre() throws Json.MalformedJsonException {
        String text = " {\"a\":[1,-2.50e+3,12345678901234567890],\"b\":{},\"c\":[],\"d\":null,\"e\":true,\"f\":\"x\"} ";
        assertThat(Json.pretty(Json.parse(text)))
                .isEqualTo("{\n  \"a\": [\n    1,\n    -2.50e+3,\n    12345678901234567890\n  ],\n  \"b\": {},\n"
                        + "  \"c\": [],\n  \"d\": null,\n  \"e\": true,\n  \"f\": \"x\"\n}");
    }

    @Test
    void givesNoOrdersToTheTerminal() throws Json.MalformedJsonException {
        String text = "\"\\u001b[31m \u009b \u007f \\n \\\" \\\\ \\/ \u00e4 \\u00e4 \\ud83d\\ude00\"";
        assertThat(Json.pretty(Json.parse(text)))
                .isEqualTo("\"\\u001b[31m \\u009b \\u007f \\n \\\" \\\\ / \u00e4 \u00e4 \ud83d\ude00\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{\"a\":}",
                "{\"a\" 1}",
                "{a:1}",
                "01",
                "1.",
                "nul",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "1 2",
                "\"\n\"",
                "[1 2]",
                "+1"
            })
    void refusesWhatIsNotJson(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(Json.MalformedJsonException.class);
    }

    @Test
    void refusesBottomlessNesting() {
        assertThatThrownBy(() -> Json.parse("[".repeat(100_000))).isInstanceOf(Json.MalformedJsonException.class);
    }
}
