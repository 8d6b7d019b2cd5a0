package dev.latchkey.auth.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportRequestTest {

    private static final URI TOKEN = URI.create("https://as.example/token");

    @Test
    void holdsWhatItWasGiven() {
        RequestBody body = RequestBody.of(new byte[] {1});
        TransportRequest request = TransportRequest.builder("POST", TOKEN)
                .header("Accept", "a")
                .header("Accept", "b")
                .addHeader("Accept", "c")
                .body(body)
                .timeout(Duration.ofSeconds(3))
                .build();

        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri()).isEqualTo(TOKEN);
        assertThat(request.headers().all("accept")).containsExactly("b", "c");
        assertThat(request.body()).containsSame(body);
        assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void hasATimeoutEvenIfNobodySaidSo() {
        assertThat(TransportRequest.builder("GET", TOKEN).build().timeout())
                .isEqualTo(TransportRequest.DEFAULT_TIMEOUT);
    }

    @Test
    void derivesARequestThatIsAlikeAndIndependent() {
        TransportRequest request = TransportRequest.builder("POST", TOKEN)
                .header("A", "1")
                .body(RequestBody.of(new byte[0]))
                .timeout(Duration.ofSeconds(3))
                .build();
        TransportRequest derived = request.toBuilder().header("A", "2").build();

        assertThat(request.headers().all("A")).containsExactly("1");
        assertThat(derived.headers().all("A")).containsExactly("2");
        assertThat(derived.body()).isEqualTo(request.body());
        assertThat(derived.timeout()).isEqualTo(request.timeout());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/relative",
                "ftp://as.example/",
                "mailto:a@as.example",
                "https:///token",
                "https://user@as.example/token",
                "https://as.example/token#fragment",
                "https://under_score.example/"
            })
    void refusesAUriThatCannotBeSent(String uri) {
        assertThatThrownBy(() -> TransportRequest.builder("GET", URI.create(uri)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("uri");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET ", "GET\r\n", "G-T", "ÄH"})
    void refusesAMethodThatIsNoWord(String method) {
        assertThatThrownBy(() -> TransportRequest.builder(method, TOKEN)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "Content-Length",
                "Transfer-Encoding",
                "connection",
                "EXPECT",
                "Keep-Alive",
                "Proxy-Connection",
                "TE",
                "Trailer",
                "Upgrade"
            })
    void refusesHeadersThatBelongToTheTransport(String name) {
        TransportRequest.Builder builder = TransportRequest.builder("GET", TOKEN);

        assertThatThrownBy(() -> builder.header(name, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
        assertThatThrownBy(() -> builder.addHeader(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesATimeoutThatIsNotPositive() {
        TransportRequest.Builder builder = TransportRequest.builder("GET", TOKEN);

        assertThatThrownBy(() -> builder.timeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.timeout(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void showsNeitherQueryNorHeadersNorBody() {
        TransportRequest request = TransportRequest.builder("POST", URI.create("https://as.example:8443/a?code=s3cr3t"))
                .header("Authorization", "s3cr3t")
                .body(RequestBody.of("s3cr3t".getBytes(StandardCharsets.UTF_8)))
                .build();

        assertThat(request).hasToString("POST https://as.example:8443/a");
        assertThat(request.body().orElseThrow()).hasToString("RequestBody[6 bytes]");
    }
}
