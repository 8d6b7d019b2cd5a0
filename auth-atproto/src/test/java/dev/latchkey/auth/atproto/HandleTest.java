package dev.latchkey.auth.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandleTest {

    static List<String> valid() {
        return InteropFixtures.lines("handle_syntax_valid.txt");
    }

    static List<String> invalid() {
        return InteropFixtures.lines("handle_syntax_invalid.txt");
    }

    @ParameterizedTest
    @MethodSource("valid")
    void takesWhatTheInteroperabilityTestsCallValid(String text) {
        assertThat(Handle.of(text)).hasToString(text.toLowerCase(Locale.ROOT));
        assertThat(Handle.of("@" + text)).isEqualTo(Handle.of(text)).hasSameHashCodeAs(Handle.of(text));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void refusesWhatTheyCallInvalid(String text) {
        assertThatThrownBy(() -> Handle.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theListsAreWhole() {
        assertThat(valid()).hasSize(59).contains("xn--fiqa61au8b7zsevnm8ak20mc4a87e.xn--fiqs8s");
        assertThat(invalid()).hasSize(47).contains(" john.test", "john.test ");
    }

    /** U+212A is a k in lower case, and U+0130 an i with a dot: neither may turn into somebody else's handle. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u212aelvin.example.com",
                "al\u0130ce.example.com",
                "alice.example.com\n",
                "@@a.example.com",
                "@"
            })
    void refusesWhatOnlyLooksAlike(String text) {
        assertThatThrownBy(() -> Handle.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "LOCAL"})
    void namesUnderReservedDomainsAreNobodys(String domain) {
        assertThat(Handle.of("alice." + domain).canBeSomebodys(false)).isFalse();
        assertThat(Handle.of("alice." + domain).canBeSomebodys(true)).isFalse();
        assertThat(Handle.of("alice." + domain + ".com").canBeSomebodys(false)).isTrue();
    }

    @Test
    void testIsForDevelopmentOnly() {
        assertThat(Handle.of("alice.test").canBeSomebodys(false)).isFalse();
        assertThat(Handle.of("alice.test").canBeSomebodys(true)).isTrue();
    }
}
