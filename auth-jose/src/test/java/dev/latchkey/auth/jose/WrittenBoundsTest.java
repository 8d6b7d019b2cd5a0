package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where what is written into JWTs, and how long they may be, begins and ends. */
class WrittenBoundsTest {

    private static final URI API = URI.create("https://api.example.com/a");

    @Test
    void everyCharacterIsWrittenAsTheReaderReadsIt() throws Exception {
        for (char c = 1; c < 0x250; c++) {
            String text = "a" + c + "b";
            byte[] written = new JsonText().member(text, text).bytes();

            assertThat(Json.object(written)).isEqualTo(Map.of(text, text));
            for (byte each : written) {
                assertThat(each).as("ASCII that is seen").isBetween((byte) ' ', (byte) '~');
            }
        }
        assertThat(new JsonText().member("a", "\u1234\uabcd").text()).isEqualTo("{\"a\":\"\\u1234\\uabcd\"}");
        assertThat(new JsonText().member("a", " ~").text()).isEqualTo("{\"a\":\" ~\"}");
    }

    @Test
    void aJwtHasAtMost256KibCharacters() throws Exception {
        String start = Keys.base64("{\"alg\":\"HS256\"}") + "." + Keys.base64("{}") + ".";
        String longest = start + "A".repeat(256 * 1024 - start.length());

        assertThat(CompactJwt.parse(longest).text()).isEqualTo(longest);
        assertThatThrownBy(() -> CompactJwt.parse(longest + "A")).isInstanceOf(JoseFault.class);
    }

    @ParameterizedTest
    @CsvSource({
        "https://A.example.com, https://a.example.com/",
        "https://a.example.com:443/x, https://a.example.com/x",
        "https://a.example.com:80/x, https://a.example.com:80/x",
        "http://a.example.com:80/x, http://a.example.com/x",
        "http://a.example.com:443/x, http://a.example.com:443/x",
        "https://a.example.com:0/x, https://a.example.com:0/x",
        "https://a.example.com/\u00e4/x?q#f, https://a.example.com/%C3%A4/x",
        "https://a.example.com/~a?q, https://a.example.com/~a",
        "https://a.example.com/a/./b/../c/.., https://a.example.com/a/"
    })
    void aProofNamesTheUriWithoutWhatDoesNotCount(URI uri, String named) {
        assertThat(ProofUri.of(uri)).isEqualTo(named);
    }

    @Test
    void aNonceHasAtMost4096VisibleCharacters() throws Exception {
        DpopBinding binding = (DpopBinding) Dpop.create()
                .algorithms("ES256")
                .create(AuthorizationServerMetadata.builder("https://as.example.com")
                        .build());

        for (String legal : new String[] {"!", "~", "a".repeat(4096)}) {
            assertThat(binding.prove("GET", API, null, legal).first("DPoP")).isPresent();
        }
        for (String illegal : new String[] {"", " ", "\u007f", "\"", "\\", "a b", "a".repeat(4097)}) {
            assertThatExceptionOfType(InvalidResponseException.class)
                    .isThrownBy(() -> binding.prove("GET", API, null, illegal));
        }
    }

    @Test
    void aRequestObjectLastsASecondToAnHour() {
        RequestObjects objects = RequestObjects.signedBy(TestKeys.es256());

        for (Duration right : new Duration[] {Duration.ofSeconds(1), Duration.ofHours(1)}) {
            assertThat(objects.lifetime(right)).isNotSameAs(objects);
        }
        for (Duration wrong : new Duration[] {Duration.ZERO, Duration.ofMillis(999), Duration.ofMillis(3_600_001)}) {
            assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> objects.lifetime(wrong));
        }
    }
}
