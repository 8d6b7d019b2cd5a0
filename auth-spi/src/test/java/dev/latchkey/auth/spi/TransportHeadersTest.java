package dev.latchkey.auth.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportHeadersTest {

    @Test
    void findsANameInAnyCase() {
        TransportHeaders headers =
                TransportHeaders.builder().add("DPoP-Nonce", "n1").build();

        assertThat(headers.first("dpop-nonce")).contains("n1");
        assertThat(headers.first("DPOP-NONCE")).contains("n1");
        assertThat(headers.names()).containsExactly("dpop-nonce");
    }

    @Test
    void foldsCaseAlikeInEveryLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            assertThat(TransportHeaders.builder()
                            .add("WWW-AUTHENTICATE", "x")
                            .build()
                            .first("www-authenticate"))
                    .contains("x");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void keepsRepeatedValuesInOrder() {
        TransportHeaders headers = TransportHeaders.builder()
                .add("Set-Cookie", "a")
                .add("X", "1")
                .add("set-cookie", "b")
                .build();

        assertThat(headers.all("Set-Cookie")).containsExactly("a", "b");
        assertThat(headers.names()).containsExactly("set-cookie", "x");
        assertThat(headers.all("absent")).isEmpty();
        assertThat(headers.first("absent")).isEmpty();
    }

    @Test
    void setReplacesAndRemoveForgets() {
        TransportHeaders headers = TransportHeaders.builder()
                .add("A", "1")
                .add("A", "2")
                .set("a", "3")
                .add("B", "4")
                .remove("b")
                .build();

        assertThat(headers.asMap()).containsOnlyKeys("a");
        assertThat(headers.all("A")).containsExactly("3");
    }

    @Test
    void whatWasBuiltStaysAsItIsWhenTheBuilderGoesOn() {
        TransportHeaders.Builder builder =
                TransportHeaders.builder().add("a", "1").add("b", "1").add("b", "2");
        TransportHeaders first = builder.build();
        TransportHeaders second =
                builder.add("a", "2").add("b", "3").add("c", "1").build();
        builder.remove("a").set("b", "4");

        assertThat(first.asMap()).isEqualTo(Map.of("a", List.of("1"), "b", List.of("1", "2")));
        assertThat(second.asMap())
                .isEqualTo(Map.of("a", List.of("1", "2"), "b", List.of("1", "2", "3"), "c", List.of("1")));
        assertThat(builder.build().asMap()).isEqualTo(Map.of("b", List.of("4"), "c", List.of("1")));
    }

    @Test
    void derivingLeavesTheOriginalAlone() {
        TransportHeaders original = TransportHeaders.builder().add("A", "1").build();
        TransportHeaders.Builder builder = original.toBuilder().add("A", "2");
        TransportHeaders derived = builder.build();
        builder.add("A", "3");

        assertThat(original.all("A")).containsExactly("1");
        assertThat(derived.all("A")).containsExactly("1", "2");
        assertThatThrownBy(() -> derived.asMap().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> derived.all("A").clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX-Smuggled: b", "a\nb", "a\rb", "a\u0000b", "a\u007f", "\u0001"})
    void refusesAValueThatCouldSmuggle(String value) {
        assertThatThrownBy(() -> TransportHeaders.builder().add("Authorization", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("authorization")
                .hasMessageNotContaining("Smuggled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a:", "a\r\n", "ä", "a/b", "(a)", "a\u0000"})
    void refusesANameThatIsNoToken(String name) {
        assertThatThrownBy(() -> TransportHeaders.builder().add(name, "v"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TransportHeaders.builder().set(name, "v"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void acceptsWhatHttpAllows() {
        TransportHeaders headers = TransportHeaders.builder()
                .add("X!#$%&'*+-.^_`|~9", "tab\tand é")
                .add("Empty", "")
                .build();

        assertThat(headers.first("x!#$%&'*+-.^_`|~9")).contains("tab\tand é");
        assertThat(headers.first("empty")).contains("");
    }

    @Test
    void showsNoValue() {
        assertThat(TransportHeaders.builder()
                        .add("Authorization", "Bearer s3cr3t")
                        .build())
                .hasToString("TransportHeaders[authorization]");
    }
}
