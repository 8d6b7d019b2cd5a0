package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {

    @Test
    void coloursOnlyATerminalThatWantsIt() {
        Map<String, String> terminal = Map.of("LATCHKEY_STDOUT_IS_TERMINAL", "1", "TERM", "xterm");
        assertThat(Terminal.wantsColour(terminal)).isTrue();
        assertThat(Terminal.wantsColour(Map.of("TERM", "xterm"))).isFalse();
        assertThat(Terminal.wantsColour(Map.of("LATCHKEY_STDOUT_IS_TERMINAL", "1", "TERM", "dumb")))
                .isFalse();
        assertThat(Terminal.wantsColour(Map.of("LATCHKEY_STDOUT_IS_TERMINAL", "1", "NO_COLOR", "1")))
                .isFalse();
        assertThat(Terminal.wantsColour(Map.of("LATCHKEY_STDOUT_IS_TERMINAL", "1", "NO_COLOR", "")))
                .isTrue();
    }

    @Test
    void cleansTextOfServers() {
        assertThat(Terminal.clean("a\u001b]0;title\u0007b\r\nc\u202ed\u009b31m"))
                .isEqualTo("a ]0;title b  cd 31m");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0.000000058S, 58 ns",
        "PT0.0000123S, 12.3 µs",
        "PT0.0123S, 12.3 ms",
        "PT1.5S, 1.5 s",
        "PT9S, 9 s",
        "PT30.4S, 30 s",
        "PT59M58S, 59 min 58 s",
        "PT1H, 1 h",
        "PT1H59S, 1 h",
        "PT25H, 1 d 1 h",
        "PT-1S, 0 s",
    })
    void writesDurationsForPeople(Duration duration, String text) {
        assertThat(Durations.text(duration)).isEqualTo(text);
    }
}
