package dev.latchkey.auth.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DidTest {

    static List<String> valid() {
        return InteropFixtures.lines("did_syntax_valid.txt");
    }

    static List<String> invalid() {
        return InteropFixtures.lines("did_syntax_invalid.txt");
    }

    @ParameterizedTest
    @MethodSource("valid")
    void takesWhatTheInteroperabilityTestsCallValid(String text) {
        assertThat(Did.of(text)).hasToString(text).isEqualTo(Did.of(text)).hasSameHashCodeAs(Did.of(text));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void refusesWhatTheyCallInvalid(String text) {
        assertThatThrownBy(() -> Did.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tellsTheMethod() {
        assertThat(Did.of("did:plc:7iza6de2dwap2sbkpav7c6c6").method()).isEqualTo("plc");
        assertThat(Did.of("did:method::::val").method()).isEqualTo("method");
    }

    @Test
    void theListsAreWhole() {
        assertThat(valid()).hasSize(24);
        assertThat(invalid()).hasSize(17);
    }
}
