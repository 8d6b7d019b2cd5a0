package dev.latchkey.auth.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where what is written and read on the wire begins and ends. */
class WireBoundsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private static Answer answer(int status, Map<String, ?> members) {
        return Answer.of("as.example.com", status, TransportHeaders.empty(), new HashMap<>(members));
    }

    private static Map<String, Object> with(Map<String, ?> members, String name, @Nullable Object value) {
        Map<String, Object> changed = new HashMap<>(members);
        if (value == null) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        return changed;
    }

    @Test
    void everyCharacterOfAFormIsWrittenAsTheJdkDoes() {
        for (char c = 0; c < 0x180; c++) {
            String text = String.valueOf(c);
            String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
            assertThat(Forms.encode(Parameters.of("n", text))).isEqualTo("n=" + encoded);
            assertThat(Forms.encode(Parameters.of("a", "1").with("b" + text, "x" + text)))
                    .isEqualTo("a=1&b" + encoded + "=x" + encoded);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HTTPS://A.example.com:443/x, https://a.example.com",
        "https://a.example.com:80/, https://a.example.com:80",
        "http://a.example.com:80, http://a.example.com",
        "http://a.example.com:443, http://a.example.com:443",
        "https://a.example.com?q, https://a.example.com",
        "https://a.example.com:0/, https://a.example.com:0"
    })
    void anOriginHasNoStandardPort(URI uri, String origin) {
        assertThat(Origin.of(uri)).isEqualTo(origin);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost/, true",
        "http://LOCALHOST:1/, true",
        "http://[::1]/, true",
        "http://127.0.0.1/, true",
        "http://127.255.0.9/, true",
        "http://127.0.0.1.example.com/, false",
        "http://128.0.0.1/, false",
        "http://[::2]/, false",
        "http://localhost.example.com/, false",
        "mailto:a@localhost, false"
    })
    void loopbackIsThisMachineAlone(URI uri, boolean is) {
        assertThat(Loopback.is(uri)).isEqualTo(is);
    }

    @Test
    void aPushedRequestHasAUriAndAnEnd() {
        Map<String, Object> good = Map.of("request_uri", "urn:x:1", "expires_in", 60L);
        PushedRequest pushed = PushedRequest.decode(answer(201, good), NOW);
        assertThat(pushed.requestUri()).isEqualTo("urn:x:1");
        assertThat(pushed.expiresAt()).isEqualTo(NOW.plusSeconds(60));
        assertThat(pushed).hasToString("PushedRequest[expires 2026-11-21T12:01:00Z]");

        String longest = "urn:" + "x".repeat(2044);
        assertThat(PushedRequest.decode(answer(201, with(good, "request_uri", longest)), NOW)
                        .requestUri())
                .isEqualTo(longest);
        assertThat(PushedRequest.decode(answer(201, with(good, "expires_in", 1L)), NOW)
                        .expiresAt())
                .isEqualTo(NOW.plusSeconds(1));
        for (Object wrong : new Object[] {longest + "x", "no uri", "urn:", "1:x", "urn:\u00e4"}) {
            refused("request_uri", () -> PushedRequest.decode(answer(201, with(good, "request_uri", wrong)), NOW));
        }
        refused("request_uri", () -> PushedRequest.decode(answer(201, with(good, "request_uri", null)), NOW));
        refused("expires_in", () -> PushedRequest.decode(answer(201, with(good, "expires_in", null)), NOW));
        refused("expires_in", () -> PushedRequest.decode(answer(201, with(good, "expires_in", 0L)), NOW));
        refused("status", () -> PushedRequest.decode(answer(200, good), NOW));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "5, 5", "300, 300", "301, 301", "600, 600", "100000, 100000"})
    void aDeviceIsPolledAsSeldomAsTheServerSays(long said, long taken) {
        assertThat(DeviceResponses.decode(answer(200, with(device(), "interval", said)), Scopes.of("read"), NOW)
                        .interval())
                .isEqualTo(Duration.ofSeconds(taken));
    }

    @Test
    void aDeviceIsPolledEveryFiveSecondsIfTheServerDoesNotSay() {
        assertThat(DeviceResponses.decode(answer(200, device()), Scopes.of("read"), NOW)
                        .interval())
                .isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void whatADeviceShowsCanBeShown() {
        String longest = "A".repeat(64);
        assertThat(DeviceResponses.decode(answer(200, with(device(), "user_code", longest)), Scopes.of("read"), NOW)
                        .userCode())
                .isEqualTo(longest);
        for (String wrong : List.of(longest + "A", "A\u0007B", "A\u202eB")) {
            refusedDevice("user_code", wrong);
        }
        for (String name : List.of("verification_uri", "verification_uri_complete")) {
            for (String wrong : List.of("no uri", "ftp://as.example.com", "https:opaque", "//as.example.com")) {
                refusedDevice(name, wrong);
            }
        }
        refusedDevice("verification_uri", null);
        refusedDevice("device_code", "a\u00e4");
        refusedDevice("device_code", "a\u001fb");
        refusedDevice("device_code", "a\u007fb");
        refusedDevice("device_code", null);
        refusedDevice("expires_in", null);
    }

    @Test
    void aRevocationIsDoneWith200() {
        assertThat(Revocations.isDone(answer(200, Map.of()))).isTrue();
        for (int status : new int[] {400, 401, 503}) {
            assertThat(Revocations.isDone(answer(status, Map.of()))).isFalse();
        }
        for (int status : new int[] {201, 204, 302, 399}) {
            refused("status", () -> Revocations.isDone(answer(status, Map.of())));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"active", "scope"})
    void anIntrospectionSaysTrueOrFalseAndItsScopes(String name) {
        Map<String, Object> good = Map.of("active", true, "scope", "a b");
        assertThat(Introspections.decode("as.example.com", good).isActive()).isTrue();
        assertThat(Introspections.decode("as.example.com", Map.of("active", false))
                        .isActive())
                .isFalse();
        refused(name, () -> Introspections.decode("as.example.com", with(good, name, 7L)));
        refused(name, () -> Introspections.decode("as.example.com", with(good, name, "\"")));
    }

    private static Map<String, Object> device() {
        return Map.of(
                "device_code",
                "a b~",
                "user_code",
                "ABCD",
                "verification_uri",
                "https://as.example.com/device",
                "expires_in",
                600L);
    }

    private static void refusedDevice(String name, @Nullable Object value) {
        refused(name, () -> DeviceResponses.decode(answer(200, with(device(), name, value)), Scopes.of("read"), NOW));
    }

    private static void refused(String field, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        refused -> assertThat(refused.field()).isEqualTo(field));
    }
}
