package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.PDS;
import static dev.latchkey.auth.atproto.Network.granted;
import static dev.latchkey.auth.atproto.Network.proof;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class XrpcTest {

    private static final String GET = "/xrpc/com.atproto.server.getSession";

    private final Network network = new Network();
    private final AtprotoClient client = network.client();
    private Account alice;

    @BeforeEach
    void signIn() {
        alice = network.signIn(client);
    }

    private XrpcResponse query() throws Exception {
        return client.calls(alice).query("com.atproto.server.getSession", Parameters.NONE);
    }

    private void answers(Answer answer) {
        network.servers.onGet(GET).answers(answer);
    }

    @Test
    void d10_seedDefect6_keepsTheNoncesOfBothServersApartAndAddsNoRequest() throws Exception {
        answers(Answer.json(200, "{\"handle\":\"alice.example.com\"}").header("DPoP-Nonce", "rs-1"));
        // An open endpoint gives none (rule 25), and that changes nothing.
        answers(Answer.json(200, "{}"));
        answers(Answer.json(200, "{}"));
        int before = network.internet.requests().size();

        assertThat(query().json()).containsEntry("handle", "alice.example.com");
        query();
        query();

        assertThat(network.to(GET)).hasSize(3);
        RecordedRequest first = network.to(GET).get(0);
        assertThat(first.uri()).hasToString(PDS + GET);
        assertThat(first.header("Authorization")).contains("DPoP at-1");
        assertThat(first.addressPolicy()).isEqualTo(AddressPolicy.publicOnly());
        assertThat(proof(first))
                .containsEntry("htm", "GET")
                .containsEntry("htu", PDS + GET)
                .containsKey("ath")
                .doesNotContainKey("nonce");
        assertThat(proof(network.to(GET).get(1))).containsEntry("nonce", "rs-1");
        assertThat(proof(network.to(GET).get(2))).containsEntry("nonce", "rs-1");
        assertThat(network.internet.requests()).hasSize(before);
    }

    @Test
    void aCallIsOneRequestAndOneSignature() throws Exception {
        // Before the session's key is made, since what signs is kept with it.
        try (CountedSignatures signatures = CountedSignatures.install()) {
            signIn();
            answers(Answer.json(200, "{}").header("DPoP-Nonce", "rs-1"));
            query();
            int before = signatures.count();
            int requests = network.servers.requests().size();
            int documents = network.internet.requests().size();

            for (int i = 1; i <= 3; i++) {
                answers(Answer.json(200, "{}"));
                query();
                assertThat(signatures.count()).isEqualTo(before + i);
            }
            assertThat(network.servers.requests()).hasSize(requests + 3);
            assertThat(network.internet.requests()).hasSize(documents);
        }
    }

    /** For what is no XRPC: the same token, policy, origin and nonces. */
    @Test
    void theTransportOfAnAccountDoesAllThatItsCallsDo() throws Exception {
        answers(Answer.json(200, "{}").header("DPoP-Nonce", "rs-1"));
        query();
        network.servers.onGet("/xrpc/_health").answers(Answer.of(200, "text/plain", "well"));
        AuthorizedTransport transport = client.transport(alice);

        try (TransportResponse response =
                transport.send(TransportRequest.builder("GET", URI.create(PDS + "/xrpc/_health"))
                        .build())) {
            assertThat(response.body().readAllBytes()).asString().isEqualTo("well");
        }

        RecordedRequest sent = network.last("/xrpc/_health");
        assertThat(sent.header("Authorization")).contains("DPoP at-1");
        assertThat(sent.addressPolicy()).isEqualTo(AddressPolicy.publicOnly());
        assertThat(proof(sent)).containsEntry("nonce", "rs-1").containsKey("ath");
        TransportRequest elsewhere = TransportRequest.builder(
                        "GET", URI.create("https://evil.example.net/xrpc/_health"))
                .build();
        int before = network.servers.requests().size();
        assertThatThrownBy(() -> transport.send(elsewhere))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("https://evil.example.net");
        assertThat(network.servers.requests()).hasSize(before);
        assertThat(client.transport(alice)).isSameAs(transport);
    }

    @Test
    void aDemandedNonceIsGivenOnce() throws Exception {
        answers(Answer.of(401)
                .header("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\"")
                .header("DPoP-Nonce", "rs-1"));
        answers(Answer.json(200, "{}"));
        query();
        assertThat(proof(network.last(GET))).containsEntry("nonce", "rs-1");
        assertThat(proof(network.last(GET)).get("jti"))
                .isNotEqualTo(proof(network.to(GET).get(0)).get("jti"));
    }

    @Test
    void seedDefect7_anotherChallengeIsNoDemandForANonce() {
        answers(Answer.json(401, "{\"error\":\"invalid_dpop_proof\",\"message\":\"replayed\"}")
                .header("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\"")
                .header("DPoP-Nonce", "rs-1"));
        assertThatThrownBy(this::query)
                .isInstanceOfSatisfying(
                        XrpcException.class, e -> assertThat(e.error()).contains("invalid_dpop_proof"));
        assertThat(network.to(GET)).hasSize(1);
    }

    @Test
    void seedDefect7_noDemandForANonceIsOneOfAnotherScheme() {
        answers(Answer.of(401)
                .header("WWW-Authenticate", "Bearer error=\"use_dpop_nonce\"")
                .header("DPoP-Nonce", "rs-1"));
        assertThatThrownBy(this::query).isInstanceOf(XrpcException.class);
        assertThat(network.to(GET)).hasSize(1);
    }

    @Test
    void seedDefect8_afterARefreshTheNewTokenIsSentWithItsOwnProof() throws Exception {
        answers(Answer.of(401).header("WWW-Authenticate", "DPoP error=\"invalid_token\""));
        answers(Answer.json(200, "{}"));
        network.grants(granted(ALICE.toString(), "").replace("at-1", "at-2"));

        query();

        assertThat(network.last(GET).header("Authorization")).contains("DPoP at-2");
        assertThat(proof(network.last(GET)).get("ath"))
                .isNotEqualTo(proof(network.to(GET).get(0)).get("ath"));
        assertThat(network.to("/oauth/token")).hasSize(2);
    }

    /** As a server says of a session that it has ended. */
    @Test
    void whoseSessionHasEndedIsToldSoByTheFirstCall() {
        answers(Answer.of(401).header("WWW-Authenticate", "DPoP error=\"invalid_token\""));
        network.servers.onPost("/oauth/token").answers(Answer.json(400, "{\"error\":\"invalid_grant\"}"));

        assertThatThrownBy(this::query).isInstanceOf(SignInRequiredException.class);

        assertThat(client.accounts()).isEmpty();
        assertThat(network.ended).containsExactly(alice);
        assertThat(network.servers.openResponses()).isZero();
    }

    @Test
    void whoseTokenIsRefusedWhileTheDirectoryIsDownMayTryAgain() throws Exception {
        answers(Answer.of(401).header("WWW-Authenticate", "DPoP error=\"invalid_token\""));
        Answer document = network.internet.web.put("https://plc.directory/" + ALICE, Answer.of(503));
        int before = network.internet.requests().size();

        assertThatThrownBy(this::query)
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("plc.directory");

        assertThat(network.internet.requests()).hasSize(before + 1);
        assertThat(network.to("/oauth/token")).hasSize(1);
        assertThat(client.accounts()).containsExactly(alice);
        network.internet.web.put("https://plc.directory/" + ALICE, document);
        network.grants(granted(ALICE.toString(), "").replace("at-1", "at-2"));
        answers(Answer.json(200, "{}"));
        assertThat(query().status()).isEqualTo(200);
    }

    @Test
    void whoseNewTokenIsRefusedTooHearsTheServer() {
        answers(Answer.of(401).header("WWW-Authenticate", "DPoP error=\"invalid_token\""));
        answers(Answer.json(401, "{\"error\":\"AccountTakedown\"}")
                .header("WWW-Authenticate", "DPoP error=\"invalid_token\""));
        network.grants(granted(ALICE.toString(), "").replace("at-1", "at-2"));

        assertThatThrownBy(this::query)
                .isInstanceOfSatisfying(
                        XrpcException.class, e -> assertThat(e.error()).contains("AccountTakedown"));
        assertThat(network.to(GET)).hasSize(2);
    }

    @Test
    void encodesParametersAndRepeatsThem() throws Exception {
        network.servers.onGet("/xrpc/app.bsky.actor.getProfiles").answers(Answer.json(200, "{}"));
        client.calls(alice)
                .query(
                        "app.bsky.actor.getProfiles",
                        Parameters.of("actors", "did:plc:a").and("actors", "b c&d"));
        assertThat(network.servers
                        .requests()
                        .get(network.servers.requests().size() - 1)
                        .uri()
                        .getRawQuery())
                .isEqualTo("actors=did%3Aplc%3Aa&actors=b%20c%26d");
    }

    @Test
    void aProcedureSendsItsInput() throws Exception {
        network.servers.onPost("/xrpc/com.atproto.repo.createRecord").answers(Answer.json(200, "{\"uri\":\"at://x\"}"));
        client.calls(alice).procedure("com.atproto.repo.createRecord", Map.of("record", Map.of("text", "hello")));
        RecordedRequest request = network.last("/xrpc/com.atproto.repo.createRecord");
        assertThat(request.header("Content-Type")).contains("application/json");
        assertThat(request.body()).isEqualTo("{\"record\":{\"text\":\"hello\"}}");
        assertThat(proof(request)).containsEntry("htm", "POST");
    }

    @Test
    void aRefusalHasItsNameItsTextAndItsStatus() {
        answers(Answer.json(400, "{\"error\":\"RecordNotFound\",\"message\":\"no\\nsuch\"}"));
        assertThatThrownBy(this::query).isInstanceOfSatisfying(XrpcException.class, e -> {
            assertThat(e.status()).isEqualTo(400);
            assertThat(e.error()).contains("RecordNotFound");
            assertThat(e.detail()).contains("no?such");
        });
        answers(Answer.of(502, "text/html", "<h1>bad gateway</h1>"));
        assertThatThrownBy(this::query).isInstanceOfSatisfying(XrpcException.class, e -> {
            assertThat(e.status()).isEqualTo(502);
            assertThat(e.error()).isEmpty();
        });
    }

    @Test
    void headersGoWithEachCallAndNoneSaysWhoAsks() throws Exception {
        answers(Answer.json(200, "{}"));
        answers(Answer.json(200, "{}"));
        Xrpc calls = client.calls(alice);
        Xrpc chat = calls.through("did:web:api.bsky.chat#bsky_chat").header("Atproto-Accept-Labelers", "did:plc:a");
        chat.query("com.atproto.server.getSession", Parameters.NONE);
        assertThat(network.last(GET).header("atproto-proxy")).contains("did:web:api.bsky.chat#bsky_chat");
        assertThat(network.last(GET).header("atproto-accept-labelers")).contains("did:plc:a");
        calls.query("com.atproto.server.getSession", Parameters.NONE);
        assertThat(network.last(GET).header("atproto-proxy")).as("derived").isEmpty();
        for (String name : List.of("Authorization", "DPoP", "Host", "Content-Length", "Cookie", "Content-Type")) {
            assertThatThrownBy(() -> calls.header(name, "x")).as(name).isInstanceOf(IllegalArgumentException.class);
        }
        for (String service :
                List.of("did:web:a.example", "a.example#x", "did:web:a.example#", "did:web:a.b#x y", "")) {
            assertThatThrownBy(() -> calls.through(service)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> calls.header("ATPROTO-proxy", service))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> calls.header("x", "a\r\nb")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aProcedureTakesParametersAndABodyThatIsOpenedWhenItIsSent() throws Exception {
        network.servers.onPost("/xrpc/app.bsky.video.uploadVideo").answers(Answer.json(200, "{}"));
        AtomicInteger opened = new AtomicInteger();
        client.calls(alice)
                .procedure(
                        "app.bsky.video.uploadVideo",
                        Parameters.of("name", "a b"),
                        "video/mp4",
                        RequestBody.once(3, () -> {
                            opened.incrementAndGet();
                            return new ByteArrayInputStream(new byte[] {'f', 'o', 'o'});
                        }));
        RecordedRequest request = network.last("/xrpc/app.bsky.video.uploadVideo");
        assertThat(request.uri().getRawQuery()).isEqualTo("name=a%20b");
        assertThat(request.header("Content-Type")).contains("video/mp4");
        assertThat(request.body()).isEqualTo("foo");
        assertThat(opened).hasValue(1);
    }

    @Test
    void opensAnswersOfAnySize() throws Exception {
        byte[] car = new byte[(16 << 20) + 7];
        AtomicBoolean closed = new AtomicBoolean();
        Xrpc calls = Xrpc.over(
                request -> TransportResponse.of(
                        request.uri().getQuery().contains("none") ? 404 : 200,
                        TransportHeaders.empty(),
                        new ByteArrayInputStream(car),
                        () -> closed.set(true)),
                URI.create(PDS));
        try (TransportResponse repo = calls.open("com.atproto.sync.getRepo", Parameters.of("did", ALICE.toString()))) {
            assertThat(closed).isFalse();
            assertThat(repo.body().readAllBytes()).hasSize(car.length);
        }
        assertThat(closed).isTrue();
        assertThatThrownBy(() -> calls.query("com.atproto.sync.getRepo", Parameters.of("did", "x")))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("longer");
        closed.set(false);
        assertThatThrownBy(() -> calls.open("com.atproto.sync.getRepo", Parameters.of("did", "none")))
                .isInstanceOf(InvalidResponseException.class);
        assertThat(closed).as("a refusal keeps no connection").isTrue();
    }

    @Test
    void callsTakeTheClientsTimeoutOrTheirOwn() throws Exception {
        answers(Answer.json(200, "{}"));
        answers(Answer.json(200, "{}"));
        query();
        assertThat(network.timeouts.get(network.timeouts.size() - 1)).isEqualTo(Network.TIMEOUT);
        client.calls(alice).timeout(Duration.ofMinutes(3)).query("com.atproto.server.getSession", Parameters.NONE);
        assertThat(network.timeouts.get(network.timeouts.size() - 1)).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    void aLongThreadOfPostsCanBeReadOnASmallStack() throws Exception {
        answers(Answer.json(200, "{\"p\":".repeat(512) + "1" + "}".repeat(512)));
        XrpcResponse thread = query();
        CompletableFuture<Map<String, Object>> read = new CompletableFuture<>();
        Thread small = new Thread(
                null,
                () -> {
                    try {
                        read.complete(thread.json());
                    } catch (Throwable e) {
                        read.completeExceptionally(e);
                    }
                },
                "small",
                512 << 10);
        small.start();
        Object at = read.get(10, TimeUnit.SECONDS);
        int depth = 0;
        for (; at instanceof Map; depth++) {
            at = ((Map<?, ?>) at).get("p");
        }
        assertThat(depth).isEqualTo(512);
        answers(Answer.json(200, "{\"p\":".repeat(513) + "1" + "}".repeat(513)));
        assertThatThrownBy(() -> query().json())
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("nests deeper than 512 levels");
    }

    @Test
    void aRefusalSaysWhenToComeAgain() {
        answers(Answer.of(429, "text/plain", "slow").header("Retry-After", "7"));
        assertThatThrownBy(this::query).isInstanceOfSatisfying(XrpcException.class, e -> {
            assertThat(e.isRateLimited()).isTrue();
            assertThat(e.isTemporary()).isTrue();
            assertThat(e.isUnauthorized()).isFalse();
            assertThat(e.retryAfter()).contains(Duration.ofSeconds(7));
            assertThat(e.headers().first("Retry-After")).contains("7");
        });
        answers(Answer.of(429).header("Date", "Sun, 09 Sep 2001 01:46:30 GMT").header("RateLimit-Reset", "1000000000"));
        assertThatThrownBy(this::query)
                .isInstanceOfSatisfying(
                        XrpcException.class, e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(10)));
        answers(Answer.of(503)
                .header("Date", "Sun, 09 Sep 2001 01:46:30 GMT")
                .header("Retry-After", "Sun, 09 Sep 2001 01:46:20 GMT"));
        assertThatThrownBy(this::query)
                .isInstanceOfSatisfying(
                        XrpcException.class, e -> assertThat(e.retryAfter()).contains(Duration.ZERO));
        answers(Answer.of(429).header("RateLimit-Reset", "1000000000").header("Retry-After", "soon"));
        assertThatThrownBy(this::query)
                .isInstanceOfSatisfying(
                        XrpcException.class, e -> assertThat(e.retryAfter()).isEmpty());
    }

    @Test
    void anotherAccountBeginsWithTheNonceThatTheServerGaveToTheFirst() throws Exception {
        answers(Answer.json(200, "{}").header("DPoP-Nonce", "rs-1"));
        answers(Answer.json(200, "{}").header("DPoP-Nonce", "rs-1"));
        query();
        network.pushes().grants(granted(ALICE.toString(), "").replace("at-1", "at-2"));
        var pending = client.authorize(AtprotoRequest.of("alice.example.com").session("phone"));
        Account phone = client.complete(
                        Network.callback(
                                pending, network.last("/oauth/par").form().get("state")),
                        pending.browserBinding())
                .account();
        client.calls(phone).query("com.atproto.server.getSession", Parameters.NONE);
        assertThat(network.last(GET).header("Authorization")).contains("DPoP at-2");
        assertThat(proof(network.last(GET))).containsEntry("nonce", "rs-1");
        assertThat(network.to(GET)).hasSize(2);
    }
}
