package dev.latchkey.auth.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParametersTest {

    private static final Parameters TWICE =
            Parameters.of("a", "1").and("b", "1").and("c", "1").and("b", "2");

    private static String written(Parameters parameters) {
        List<String> pairs = new ArrayList<>();
        parameters.forEach((name, value) -> pairs.add(name + "=" + value));
        return String.join("&", pairs);
    }

    @Test
    void keepsTheValuesOfANameTogether() {
        assertThat(written(TWICE)).isEqualTo("a=1&b=1&b=2&c=1");
        assertThat(TWICE.first("b")).hasValue("1");
        assertThat(TWICE.all("b")).containsExactly("1", "2");
        assertThat(TWICE.asMap().keySet()).containsExactly("a", "b", "c");
    }

    @Test
    void replacesAllOfANameWhereTheFirstStood() {
        assertThat(written(TWICE.with("b", "3"))).isEqualTo("a=1&b=3&c=1");
        assertThat(written(TWICE.with("d", "1"))).isEqualTo("a=1&b=1&b=2&c=1&d=1");
        assertThat(written(TWICE)).isEqualTo("a=1&b=1&b=2&c=1");
    }

    @Test
    void takesOverWholeNames() {
        Parameters others = Parameters.of("b", "8").and("b", "9").and("e", "1");

        assertThat(written(TWICE.with(others))).isEqualTo("a=1&b=8&b=9&c=1&e=1");
        assertThat(Parameters.NONE.with(others)).isEqualTo(others);
        assertThat(others.with(Parameters.NONE)).isEqualTo(others);
    }

    @Test
    void hasNothingOfANameThatIsNotThere() {
        assertThat(TWICE.first("z")).isEmpty();
        assertThat(TWICE.all("z")).isEmpty();
        assertThat(Parameters.NONE.asMap()).isEmpty();
    }

    @Test
    void refusesAnEmptyName() {
        assertThatThrownBy(() -> TWICE.with("", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TWICE.and("", "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void printsNoMoreNamesThanALogHasRoomFor() {
        String printed = Parameters.of("a".repeat(5_000), "secret").toString();

        assertThat(printed).hasSizeLessThan(1_100).startsWith("Parameters[aaa").endsWith("a…]");
    }
}
