package dev.latchkey.auth.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportResponseTest {

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 404, 599})
    void isMadeForEveryFinalStatus(int status) {
        assertThat(response(status, () -> {}).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 100, 199, 600, 999})
    void isNotMadeForAnotherStatus(int status) {
        assertThatThrownBy(() -> response(status, () -> {})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closesWhatItWasMadeWith() {
        AtomicInteger closed = new AtomicInteger();
        try (TransportResponse response = response(200, closed::incrementAndGet)) {
            assertThat(closed).hasValue(0);
            assertThat(response).hasToString("TransportResponse[200 [set-cookie]]");
        }
        assertThat(closed).hasValue(1);
    }

    private static TransportResponse response(int status, Runnable onClose) {
        TransportHeaders headers =
                TransportHeaders.builder().add("Set-Cookie", "s3cr3t").build();
        return TransportResponse.of(status, headers, InputStream.nullInputStream(), onClose);
    }
}
