package dev.latchkey.examples.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OptionsTest {

    @Test
    void withoutAnyItIsOnThisMachineAndInMemory() {
        Options options = Options.parse();

        assertThat(options.port).isEqualTo(8080);
        assertThat(options.store).isNull();
        assertThat(options.url).isNull();
        assertThat(options.httpAllowed).isFalse();
    }

    @Test
    void takesAll() {
        Options options = Options.parse(
                "--port 0 --store tokens --url https://app.example.com/ --key key.pem --dangerously-allow-http"
                        .concat(
                                " --plc-directory http://localhost:2582 --handle-service http://localhost:2583/ --dns 127.0.0.1:53")
                        .split(" ", -1));

        assertThat(options.port).isZero();
        assertThat(options.store).isEqualTo(Path.of("tokens"));
        assertThat(options.url).isEqualTo(URI.create("https://app.example.com"));
        assertThat(options.key).isEqualTo(Path.of("key.pem"));
        assertThat(options.httpAllowed).isTrue();
        assertThat(options.plcDirectory).isEqualTo(URI.create("http://localhost:2582"));
        assertThat(options.handleService).isEqualTo(URI.create("http://localhost:2583"));
        assertThat(options.dns).hasToString("/127.0.0.1:53");
    }

    @ParameterizedTest
    @CsvSource({
        "--port, lacks its value",
        "--port 65536, must be a port",
        "--port -1, must be a port",
        "--url http://app.example.com, must be an address",
        "--url https://app.example.com/app, must be an address",
        "--key key.pem, goes with --url",
        "--handle-service localhost:2583, must be an address without a path",
        "--dns localhost:53, must be an address and a port",
        "--dns 127.0.0.1, must be an address and a port",
        "--verbose yes, there is no option --verbose",
    })
    void saysWhatIsWrong(String line, String problem) {
        assertThatThrownBy(() -> Options.parse(line.split(" ", -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }
}
