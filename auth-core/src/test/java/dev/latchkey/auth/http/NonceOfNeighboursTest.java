package dev.latchkey.auth.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenProof;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.auth.token.TokenType;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Many accounts at one resource, whose nonces are good for some minutes (RFC 9449 §9). */
class NonceOfNeighboursTest {

    private static final URI API = URI.create("https://api.example.com");

    private final ScriptedTransport server = ScriptedTransport.create();
    private Duration time = Duration.ofDays(1);
    private final AuthorizedTransport.Origins origins = AuthorizedTransport.over(
                    server,
                    () -> {
                        throw new AssertionError("Each account has its own");
                    },
                    () -> time.toNanos())
            .and(API);
    private final AuthorizedTransport alice = account("alice");
    private final AuthorizedTransport bob = account("bob");

    private AuthorizedTransport account(String name) {
        AccessToken token = AccessToken.of("at-" + name, TokenType.DPOP, null, Scopes.NONE);
        return origins.tokens(tokens(TokenResult.of(token, TokenResult.Origin.MEMORY, true, new Key(name))))
                .build();
    }

    private static TokenSource tokens(TokenResult result) {
        return new TokenSource() {
            @Override
            public AccessToken token() {
                return result.token();
            }

            @Override
            public TokenResult get(TokenOptions options) {
                return result;
            }
        };
    }

    private int requests(AuthorizedTransport account) throws Exception {
        int before = server.requests().size();
        try (TransportResponse response =
                account.send(TransportRequest.builder("GET", API).build())) {
            assertThat(response.status()).isEqualTo(200);
        }
        return server.requests().size() - before;
    }

    /** As the AT Protocol's reference server: it gives the next minute's, and takes those of three minutes. */
    @Test
    void aCallAfterFiveMinutesIsOneRequestIfAnotherAccountHasCalledMeanwhile() throws Exception {
        server.on("any", request -> true).alwaysAnswers(request -> {
            long minute = time.toMinutes();
            long used = Long.parseLong(nonce(request));
            boolean good = used >= minute - 1 && used <= minute + 1;
            return answer(good, String.valueOf(minute + 1));
        });
        assertThat(requests(alice)).isEqualTo(2);
        assertThat(requests(bob)).isEqualTo(1);

        for (int minute = 0; minute < 5; minute++) {
            time = time.plusMinutes(1);
            assertThat(requests(bob)).isEqualTo(1);
        }
        assertThat(requests(alice)).isEqualTo(1);
        assertThat(server.lastRequest().header("Authorization")).hasValue("DPoP at-alice");
    }

    @Test
    void aServerThatGivesEachKeyItsOwnRefusesOneRequestAndNotEachSecond() throws Exception {
        Map<String, String> given = new HashMap<>();
        server.on("any", request -> true).alwaysAnswers(request -> {
            String key = request.header("DPoP").orElseThrow().split(" ", -1)[0];
            boolean good = nonce(request).equals(given.get(key));
            given.put(key, "of-" + key + "-at-" + time.toMinutes());
            return answer(good, given.get(key));
        });
        assertThat(requests(alice) + requests(bob)).isEqualTo(4);

        int refused = 0;
        for (int minute = 0; minute < 20; minute++) {
            time = time.plusMinutes(1);
            refused += requests(minute % 2 == 0 ? alice : bob) - 1;
        }
        assertThat(refused).isEqualTo(1);
    }

    private static String nonce(RecordedRequest request) {
        return request.header("DPoP").orElseThrow().split(" ", -1)[1];
    }

    private static Answer answer(boolean good, String next) {
        Answer answer =
                good ? Answer.of(200) : Answer.of(401).header("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\"");
        return answer.header("DPoP-Nonce", next);
    }

    /** Says in clear text whose it is, and with which nonce. */
    private static final class Key implements TokenProof {

        private final String name;

        Key(String name) {
            this.name = name;
        }

        @Override
        public TokenType tokenType() {
            return TokenType.DPOP;
        }

        @Override
        public TransportHeaders prove(String method, URI uri, @Nullable AccessToken token, @Nullable String nonce) {
            return TransportHeaders.builder()
                    .set("DPoP", name + " " + (nonce == null ? "0" : nonce))
                    .build();
        }

        @Override
        public String thumbprint() {
            return name;
        }
    }
}
