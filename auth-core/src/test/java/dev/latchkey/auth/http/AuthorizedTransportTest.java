package dev.latchkey.auth.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.auth.token.TokenType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizedTransportTest {

    private static final TokenSource TOKENS = TokenSource.of(AccessToken.bearer("at-5ecret"));
    private static final TokenSource NEVER = () -> {
        throw new AssertionError("Nobody may ask for a token here");
    };

    private final ScriptedTransport transport = ScriptedTransport.create();

    private static TransportRequest get(String uri) {
        return TransportRequest.builder("GET", URI.create(uri)).build();
    }

    @Test
    void theTokenGoesToTheNamedOriginsWithEverythingElseAsItWas() throws Exception {
        transport.answers(Answer.of(200));
        AuthorizedTransport api =
                AuthorizedTransport.over(transport, TOKENS).to(URI.create("https://api.example.com/some/path"));
        TransportRequest request = TransportRequest.builder("PATCH", URI.create("https://API.example.com:443/x?a=b"))
                .header("X-Own", "1")
                .header("Authorization", "Basic old")
                .timeout(Duration.ofSeconds(3))
                .body(RequestBody.of("body".getBytes(StandardCharsets.US_ASCII)))
                .build();
        api.send(request).close();

        assertThat(transport.onlyRequest().method()).isEqualTo("PATCH");
        assertThat(transport.onlyRequest().uri()).isEqualTo(request.uri());
        assertThat(transport.onlyRequest().headers().all("authorization")).containsExactly("Bearer at-5ecret");
        assertThat(transport.onlyRequest().header("x-own")).hasValue("1");
        assertThat(transport.onlyRequest().body()).isEqualTo("body");
        assertThat(transport.onlyRequest().timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(request.headers().first("authorization")).hasValue("Basic old");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "https://api.example.com.evil.example/",
                "https://evil.example/api.example.com",
                "https://sub.api.example.com/",
                "https://api.example.com:8443/",
                "http://api.example.com/",
                "http://api.example.com:443/",
                "https://api.example.com./",
                "https://[::1]/"
            })
    void noOtherOriginGetsTheTokenOrEvenMakesOneBeFetched(String uri) {
        AuthorizedTransport api = AuthorizedTransport.over(transport, NEVER).to(URI.create("https://api.example.com"));
        ConfigurationException refused = catchThrowableOfType(ConfigurationException.class, () -> api.send(get(uri)));
        assertThat(refused.field()).isEqualTo("origin");
        assertThat(transport.requests()).isEmpty();
    }

    @Test
    void aRedirectComesBackAndIsNotFollowed() throws Exception {
        transport.answers(Answer.of(302).header("Location", "https://evil.example/"));
        AuthorizedTransport api = AuthorizedTransport.over(transport, TOKENS).to(URI.create("https://api.example.com"));
        try (TransportResponse response = api.send(get("https://api.example.com/x"))) {
            assertThat(response.status()).isEqualTo(302);
        }
        transport.onlyRequest();
    }

    @Test
    void severalOriginsMayBeNamed() throws Exception {
        transport.answers(Answer.of(200)).answers(Answer.of(200));
        AuthorizedTransport api = AuthorizedTransport.over(transport, TOKENS)
                .and(URI.create("https://a.example"))
                .to(URI.create("https://b.example:8443"));
        api.send(get("https://a.example/x")).close();
        api.send(get("https://b.example:8443/x")).close();
        assertThatThrownBy(() -> api.send(get("https://b.example/x"))).isInstanceOf(ConfigurationException.class);
        assertThat(api.toString()).contains("https://a.example").doesNotContain("at-5ecret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://api.example.com",
                "http://127.0.0.1:8080",
                "ftp://api.example.com",
                "//api.example.com",
                "/x",
                "urn:x",
                "https:///x"
            })
    void anOriginMustBeHttps(String origin) {
        AuthorizedTransport.Origins origins = AuthorizedTransport.over(transport, TOKENS);
        assertThatThrownBy(() -> origins.to(URI.create(origin)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("https");
    }

    @Test
    void plainHttpIsForLoopbackAloneAndLoud() throws Exception {
        AuthorizedTransport.Origins origins = AuthorizedTransport.over(transport, TOKENS);
        for (String origin : new String[] {
            "http://api.example.com",
            "http://127.0.0.1.example.com",
            "http://10.0.0.1",
            "http://0.0.0.0",
            "/x",
            "//localhost",
            "ftp://localhost",
            "http://localhost.evil.example"
        }) {
            assertThatThrownBy(() -> origins.dangerouslyAndLoopbackHttp(URI.create(origin)))
                    .as(origin)
                    .isInstanceOf(ConfigurationException.class);
        }
        transport.answers(Answer.of(200));
        AuthorizedTransport api = origins.dangerouslyAndLoopbackHttp(URI.create("http://127.0.0.1:8080"))
                .build();
        api.send(get("http://127.0.0.1:8080/x")).close();
        assertThatThrownBy(() -> api.send(get("http://127.0.0.1:8081/x"))).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void atLeastOneOriginMustBeNamed() {
        assertThatThrownBy(() -> AuthorizedTransport.over(transport, TOKENS).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("origin");
    }

    @Test
    void aTokenThatNeedsAProofIsNeverSentAsABearerToken() {
        for (TokenType type : new TokenType[] {TokenType.DPOP, TokenType.NOT_APPLICABLE, TokenType.of("mac")}) {
            AuthorizedTransport api = AuthorizedTransport.over(
                            transport, TokenSource.of(AccessToken.of("at-5ecret", type, null, Scopes.NONE)))
                    .to(URI.create("https://api.example.com"));
            assertThatThrownBy(() -> api.send(get("https://api.example.com/x")))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("proof")
                    .hasMessageNotContaining("at-5ecret");
        }
        assertThat(transport.requests()).isEmpty();
    }

    @Test
    void eachRequestAsksForTheTokenAnewAndFailuresPassThrough() throws Exception {
        int[] asked = {0};
        TokenSource counting = () -> {
            if (++asked[0] == 3) {
                throw new SignInRequiredException("gone", null, null);
            }
            return AccessToken.bearer("t" + asked[0]);
        };
        transport.answers(Answer.of(200)).fails(Kind.CONNECT, Delivery.NOT_SENT);
        AuthorizedTransport api =
                AuthorizedTransport.over(transport, counting).to(URI.create("https://api.example.com"));
        api.send(get("https://api.example.com/x")).close();
        TransportException failed =
                catchThrowableOfType(TransportException.class, () -> api.send(get("https://api.example.com/x")));
        assertThat(failed.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThatThrownBy(() -> api.send(get("https://api.example.com/x")))
                .isInstanceOf(SignInRequiredException.class);
        assertThat(transport.requests())
                .extracting(request -> request.header("authorization").orElse(""))
                .containsExactly("Bearer t1", "Bearer t2");
    }

    @Test
    void closingItLeavesTheTransportBeneathOpen() {
        AuthorizedTransport api = AuthorizedTransport.over(transport, TOKENS).to(URI.create("https://api.example.com"));
        api.close();
        assertThat(transport.isClosed()).isFalse();
    }

    /** A source that gives t1 until that is rejected. */
    private static final class Replaceable implements TokenSource {

        final List<String> rejected = new ArrayList<>();

        @Override
        public AccessToken token() {
            return AccessToken.bearer("t" + (rejected.size() + 1));
        }

        @Override
        public void rejected(AccessToken token) {
            rejected.add(token.reveal());
        }
    }

    @Test
    void aTokenThatTheResourceCallsInvalidIsReplacedAndTheRequestSentOnceMore() throws Exception {
        Replaceable tokens = new Replaceable();
        transport
                .answers(Answer.of(401).header("WWW-Authenticate", "Bearer realm=\"x\", error=\"invalid_token\""))
                .answers(Answer.of(200));
        AuthorizedTransport api = AuthorizedTransport.over(transport, tokens).to(URI.create("https://api.example.com"));
        try (TransportResponse response = api.send(get("https://api.example.com/x"))) {
            assertThat(response.status()).isEqualTo(200);
        }
        assertThat(tokens.rejected).containsExactly("t1");
        assertThat(transport.lastRequest().headers().first("authorization")).hasValue("Bearer t2");
        assertThat(transport.requests()).hasSize(2);
        assertThat(transport.openResponses()).isZero();
    }

    @Test
    void aSecondRefusalIsTheAnswer() throws Exception {
        Replaceable tokens = new Replaceable();
        Answer refusal = Answer.of(401).header("WWW-Authenticate", "Bearer error=\"invalid_token\"");
        transport.answers(refusal).answers(refusal);
        AuthorizedTransport api = AuthorizedTransport.over(transport, tokens).to(URI.create("https://api.example.com"));
        try (TransportResponse response = api.send(get("https://api.example.com/x"))) {
            assertThat(response.status()).isEqualTo(401);
        }
        assertThat(transport.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer error=\"insufficient_scope\"", "Bearer", "Basic realm=\"x\""})
    void anotherRefusalIsTheAnswerAtOnce(String challenge) throws Exception {
        Replaceable tokens = new Replaceable();
        transport.answers(Answer.of(401).header("WWW-Authenticate", challenge));
        AuthorizedTransport api = AuthorizedTransport.over(transport, tokens).to(URI.create("https://api.example.com"));
        api.send(get("https://api.example.com/x")).close();
        assertThat(tokens.rejected).isEmpty();
        transport.onlyRequest();
    }

    @Test
    void aBodyThatCannotBeSentAgainIsNotAndATokenThatCannotBeReplacedLeavesTheAnswer() throws Exception {
        Answer refusal = Answer.of(401).header("WWW-Authenticate", "Bearer error=\"invalid_token\"");
        transport.answers(refusal).answers(refusal);
        AuthorizedTransport once =
                AuthorizedTransport.over(transport, new Replaceable()).to(URI.create("https://api.example.com"));
        TransportRequest upload = TransportRequest.builder("POST", URI.create("https://api.example.com/x"))
                .body(RequestBody.once(-1, () -> new ByteArrayInputStream(new byte[] {1})))
                .timeout(Duration.ofSeconds(5))
                .build();
        once.send(upload).close();
        assertThat(transport.requests()).hasSize(1);
        AuthorizedTransport fixed =
                AuthorizedTransport.over(transport, TOKENS).to(URI.create("https://api.example.com"));
        try (TransportResponse response = fixed.send(get("https://api.example.com/x"))) {
            assertThat(response.status()).isEqualTo(401);
        }
        assertThat(transport.requests()).hasSize(2);
    }

    /** A source whose second token needs a look at the transport's connections first. */
    private TokenSource replacingWhile(Runnable look, boolean succeeds) {
        return new TokenSource() {

            private boolean refused;

            @Override
            public AccessToken token() {
                if (!refused) {
                    return AccessToken.bearer("t1");
                }
                look.run();
                if (!succeeds) {
                    throw new SignInRequiredException("gone", null, null);
                }
                return AccessToken.bearer("t2");
            }

            @Override
            public void rejected(AccessToken token) {
                refused = true;
            }
        };
    }

    private static Answer refusal(String body) {
        return Answer.of(401, "text/plain", body).header("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    }

    private static String read(TransportResponse response) throws IOException {
        return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRefusalHoldsNoConnectionWhileTheTokenIsReplaced(boolean succeeds) throws Exception {
        List<Integer> open = new ArrayList<>();
        transport.answers(refusal("expired")).answers(200, "text/plain", "fine");
        AuthorizedTransport api = AuthorizedTransport.over(
                        transport, replacingWhile(() -> open.add(transport.openResponses()), succeeds))
                .to(URI.create("https://api.example.com"));
        try (TransportResponse response = api.send(get("https://api.example.com/x"))) {
            assertThat(response.status()).isEqualTo(succeeds ? 200 : 401);
            assertThat(read(response)).as("whole").isEqualTo(succeeds ? "fine" : "expired");
            assertThat(response.headers().first("content-type")).contains("text/plain");
        }
        assertThat(open).containsExactly(0);
        assertThat(transport.openResponses()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"expired", "long"})
    void whoWantsToKnowIsToldWhyThereIsNoNewToken(String body) {
        transport.answers(refusal(body.equals("long") ? "x".repeat(100_000) : body));
        AuthorizedTransport api = AuthorizedTransport.over(transport, TOKENS)
                .tellingWhyNoNewToken()
                .tokens(replacingWhile(() -> {}, false))
                .and(URI.create("https://other.example.com"))
                .to(URI.create("https://api.example.com"));

        assertThatThrownBy(() -> api.send(get("https://api.example.com/x")))
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("gone");
        assertThat(transport.openResponses()).isZero();
    }

    @Test
    void aRefusalThatIsLongerThanReasonIsNotReadToItsEndAndComesWhole() throws Exception {
        String body = "x".repeat(64 * 1024) + "the rest";
        List<Integer> open = new ArrayList<>();
        transport.answers(refusal(body)).answers(refusal(body)).answers(Answer.of(200));
        AuthorizedTransport failing = AuthorizedTransport.over(
                        transport, replacingWhile(() -> open.add(transport.openResponses()), false))
                .to(URI.create("https://api.example.com"));
        try (TransportResponse response = failing.send(get("https://api.example.com/x"))) {
            assertThat(read(response)).isEqualTo(body);
        }
        assertThat(open).containsExactly(1);
        assertThat(transport.openResponses()).isZero();
        AuthorizedTransport.over(transport, replacingWhile(() -> {}, true))
                .to(URI.create("https://api.example.com"))
                .send(get("https://api.example.com/x"))
                .close();
        assertThat(transport.openResponses()).isZero();
    }

    @Test
    void aRefusalWhoseBodyBreaksOffIsStillReasonEnoughForANewToken() throws Exception {
        Answer broken = refusal("").body(() -> new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Connection reset");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        });
        transport.answers(broken).answers(Answer.of(200)).answers(broken);
        AuthorizedTransport.over(transport, replacingWhile(() -> {}, true))
                .to(URI.create("https://api.example.com"))
                .send(get("https://api.example.com/x"))
                .close();
        assertThat(transport.requests()).hasSize(2);
        AuthorizedTransport failing = AuthorizedTransport.over(transport, replacingWhile(() -> {}, false))
                .to(URI.create("https://api.example.com"));
        try (TransportResponse response = failing.send(get("https://api.example.com/x"))) {
            assertThat(response.status()).isEqualTo(401);
            assertThatThrownBy(() -> read(response)).isInstanceOf(IOException.class);
        }
        assertThat(transport.openResponses()).isZero();
    }

    @Test
    void aSourceThatBreaksLeavesNoConnectionOpen() {
        transport.answers(refusal("x".repeat(100_000)));
        AuthorizedTransport api = AuthorizedTransport.over(
                        transport,
                        replacingWhile(
                                () -> {
                                    throw new IllegalStateException("broken");
                                },
                                true))
                .to(URI.create("https://api.example.com"));
        assertThatThrownBy(() -> api.send(get("https://api.example.com/x"))).isInstanceOf(IllegalStateException.class);
        assertThat(transport.openResponses()).isZero();
    }
}
