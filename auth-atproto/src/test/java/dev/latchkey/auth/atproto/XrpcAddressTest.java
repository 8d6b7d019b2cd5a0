package dev.latchkey.auth.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.ScriptedTransport;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server of calls whose transport somebody brings along. */
class XrpcAddressTest {

    private final ScriptedTransport transport = ScriptedTransport.create();

    @ParameterizedTest
    @CsvSource({
        "https://x.org, https://x.org",
        "https://x.org/, https://x.org",
        "HTTPS://X.org:443/, https://x.org",
        "https://x.org:8443/, https://x.org:8443",
        "http://10.0.0.1:2583/, http://10.0.0.1:2583",
        "http://[::1]:2583/, http://[::1]:2583",
    })
    void isAnOrigin(URI given, String origin) throws Exception {
        transport.onGet("/xrpc/a.b.c").answers(Answer.json(200, "{}"));
        Xrpc calls = Xrpc.over(transport, given);

        calls.query("a.b.c", Parameters.NONE);

        assertThat(calls.server()).hasToString(origin);
        assertThat(transport.requests())
                .singleElement()
                .satisfies(sent -> assertThat(sent.uri()).hasToString(origin + "/xrpc/a.b.c"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://x.org/path, must have no path",
        "https://x.org//, must have no path",
        "https://x.org?q=1, must have no query",
        "https://x.org/#f, must have no fragment",
        "https://me@x.org, must have no user information",
        "https://x.org:0, must have no port 0",
        "https://x.org:65536, must have no port 65536",
        "x.org, 'must be absolute, with the scheme https'",
        "//x.org/, 'must be absolute, with the scheme https'",
        "ftp://x.org, 'must be absolute, with the scheme https'",
        "localhost:2583, 'must be absolute, with the scheme https'",
        "https:x.org, names no host",
        "https://under_score.org, names no host",
    })
    void isNothingElse(URI given, String why) {
        assertThatThrownBy(() -> Xrpc.over(transport, given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("server " + why)
                .hasMessageEndingWith("; it is an origin, such as https://pds.example.com");
    }
}
