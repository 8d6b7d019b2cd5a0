package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Base64UrlTest {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    @Test
    void eachByteHasOneWayToBeWritten() throws JoseFault {
        for (int value = 0; value < 64; value++) {
            char last = ALPHABET.charAt(value);
            onlyIf((value & 0xf) == 0, "A" + last);
            onlyIf((value & 0x3) == 0, "AA" + last);
            onlyIf(true, "AAA" + last);
        }
    }

    private static void onlyIf(boolean right, String text) throws JoseFault {
        if (right) {
            assertThat(Base64Url.decode(text))
                    .as(text)
                    .isEqualTo(Base64.getUrlDecoder().decode(text));
        } else {
            assertThatThrownBy(() -> Base64Url.decode(text)).as(text).isInstanceOf(JoseFault.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"A", "AAAAA", "AA==", "AAA=", "=", "AA+A", "AA/A", "AA A", "AA\nA", "AA\u00e4A", "AA\u0141A"})
    void nothingElseIsRead(String text) {
        assertThatThrownBy(() -> Base64Url.decode(text)).isInstanceOf(JoseFault.class);
    }

    @Test
    void aPartOfTheBytesIsReadByItself() throws JoseFault {
        byte[] ascii = {'=', 'A', 'Q', '='};

        assertThat(Base64Url.decode(ascii, 1, 3)).containsExactly(1);
        assertThat(Base64Url.decode(ascii, 1, 1)).isEmpty();
        assertThat(Base64Url.decode(ascii, 0, 0)).isEmpty();
    }
}
