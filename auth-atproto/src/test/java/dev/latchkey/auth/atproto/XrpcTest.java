package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.PDS;
import static dev.latchkey.auth.atproto.Network.granted;
import static dev.latchkey.auth.atproto.Network.proof;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import java.util.Map;
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
    void seedDefect6_keepsTheNoncesOfBothServersApartAndAddsNoRequest() throws Exception {
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
}
