package dev.latchkey.auth.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreValuesTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "..", "a.b", "a b", "a\u0000", "ä", "a'b", "a:b", "a*", "a\\b", "a{b}"})
    void aKeyHasOnlyLettersDigitsAndTwoSymbols(String text) {
        assertThatThrownBy(() -> StoreKey.of(text, "name"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("partition");
        assertThatThrownBy(() -> StoreKey.of("partition", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name");
    }

    @Test
    void aKeyHasAtMost64Characters() {
        assertThat(StoreKey.of("p", "k".repeat(64)).name()).hasSize(64);
        assertThatThrownBy(() -> StoreKey.of("p", "k".repeat(65))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keysAreEqualByBothParts() {
        assertThat(StoreKey.of("a", "b"))
                .isEqualTo(StoreKey.of("a", "b"))
                .hasSameHashCodeAs(StoreKey.of("a", "b"))
                .isNotEqualTo(StoreKey.of("b", "a"))
                .isNotEqualTo(StoreKey.of("a", "B"))
                .hasToString("a/b");
    }

    @Test
    void aRecordKeepsItsBytesToItself() {
        byte[] content = "s3cr3t".getBytes(StandardCharsets.UTF_8);
        StoreRecord record = StoreRecord.of(content, Instant.EPOCH);
        content[0] = 0;
        record.content()[1] = 0;

        assertThat(record.content()).asString(StandardCharsets.UTF_8).isEqualTo("s3cr3t");
        assertThat(record).hasToString("StoreRecord[6 bytes, usable until 1970-01-01T00:00:00Z]");
    }

    @Test
    void foreverIsTheLongestThatARecordIsUsable() {
        assertThat(StoreRecord.of(new byte[0], Instant.MAX).usableUntil()).isEqualTo(StoreRecord.FOREVER);
    }

    @Test
    void versionsAreEqualByTheirText() {
        assertThat(RecordVersion.of("1")).isEqualTo(RecordVersion.of("1")).hasSameHashCodeAs(RecordVersion.of("1"));
        assertThat(RecordVersion.of("1")).isNotEqualTo(RecordVersion.of("2")).isNotEqualTo(RecordVersion.ABSENT);
        assertThat(RecordVersion.ABSENT.value()).isEmpty();
        assertThatThrownBy(() -> RecordVersion.of("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPageKeepsItsKeys() {
        List<StoreKey> keys = new ArrayList<>(List.of(StoreKey.of("a", "b")));
        KeyPage page = KeyPage.of(keys, "cursor");
        keys.clear();

        assertThat(page.keys()).containsExactly(StoreKey.of("a", "b"));
        assertThat(page.next()).contains("cursor");
        assertThat(KeyPage.last(List.of()).next()).isEmpty();
    }
}
