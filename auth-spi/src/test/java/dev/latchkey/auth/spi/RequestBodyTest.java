package dev.latchkey.auth.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RequestBodyTest {

    @Test
    void copiesBytesInMemory() throws IOException {
        byte[] bytes = {1, 2, 3};
        RequestBody body = RequestBody.of(bytes);
        bytes[0] = 9;

        assertThat(body.open().readAllBytes()).containsExactly(1, 2, 3);
        assertThat(body.open().readAllBytes()).containsExactly(1, 2, 3);
        assertThat(body.length()).isEqualTo(3);
        assertThat(body.isRepeatable()).isTrue();
    }

    @Test
    void saysWhetherItCanBeOpenedAgain() {
        RequestBody.Source source = () -> new ByteArrayInputStream(new byte[2]);

        assertThat(RequestBody.repeatable(2, source).isRepeatable()).isTrue();
        assertThat(RequestBody.once(2, source).isRepeatable()).isFalse();
        assertThat(RequestBody.once(RequestBody.UNKNOWN_LENGTH, source)).hasToString("RequestBody[length unknown]");
    }

    @Test
    void refusesALengthBelowUnknown() {
        assertThatThrownBy(() -> RequestBody.once(-2, () -> new ByteArrayInputStream(new byte[0])))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
