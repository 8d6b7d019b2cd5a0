package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.AS;
import static dev.latchkey.auth.atproto.Network.assertion;
import static dev.latchkey.auth.atproto.Network.granted;
import static dev.latchkey.auth.atproto.Network.header;
import static dev.latchkey.auth.atproto.Network.proof;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.Gate;
import dev.latchkey.auth.testkit.RecordedRequest;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sign-in is a session of its own at these servers: the one that it replaces here would live on there, for two years. */
@Timeout(20)
class ReplacedSessionTest {

    private final Network network = new Network();
    private final AtprotoClient client = network.client();

    private static String tokens(int number) {
        return granted(ALICE.toString(), "").replace("at-1", "at-" + number).replace("rt-1", "rt-" + number);
    }

    private Account signIn(int number) {
        network.pushes().grants(tokens(number));
        return network.complete(client, "alice.example.com");
    }

    private List<String> revoked() {
        return network.to("/oauth/revoke").stream()
                .map(request -> request.form().get("token"))
                .collect(Collectors.toList());
    }

    private static Object key(RecordedRequest request) {
        return header(request.header("DPoP").orElseThrow()).get("jwk");
    }

    /** Closing waits for what goes on in the background. */
    private void settle() {
        client.close();
    }

    @Test
    void isRevokedWithItsOwnKeyWhenTheNewOneIsKept() {
        signIn(1);
        network.revokes();

        Account alice = signIn(2);
        settle();

        RecordedRequest revocation = network.last("/oauth/revoke");
        assertThat(revoked()).containsExactly("rt-1");
        assertThat(revocation.form())
                .containsEntry("token_type_hint", "refresh_token")
                .containsEntry("client_id", Network.CLIENT_ID);
        assertThat(assertion(revocation)).containsEntry("aud", AS);
        assertThat(key(revocation))
                .isEqualTo(key(network.to("/oauth/token").get(0)))
                .isNotEqualTo(key(network.to("/oauth/token").get(1)));
        assertThat(proof(revocation)).containsKey("nonce").doesNotContainKey("ath");
        assertThat(network.notRevoked).isEmpty();
        assertThat(network.client().tokens(alice).token().reveal()).isEqualTo("at-2");
    }

    @Test
    void comesWithTheClientKeyThatItBeganWith() {
        signIn(1);
        network.revokes();
        AtprotoClient rotated = network.client(Network.metadata(ClientKeys.of(Network.key("key-2"), Network.KEY)));
        network.pushes().grants(tokens(2));
        network.complete(rotated, "alice.example.com");
        rotated.close();
        assertThat(header(network.last("/oauth/revoke").form().get("client_assertion")))
                .containsEntry("kid", "key-1");
    }

    @Test
    void nobodyWhoSignsInWaitsForIt() throws Exception {
        signIn(1);
        Gate gate = Gate.closed("the revocation endpoint");
        network.servers
                .onPost("/oauth/revoke")
                .answers(Answer.json(200, "{}").header("DPoP-Nonce", "as-9").heldAt(gate));

        Account alice = signIn(2);

        gate.awaitArrival();
        assertThat(client.tokens(alice).token().reveal()).isEqualTo("at-2");
        gate.open();
        settle();
        assertThat(network.notRevoked).isEmpty();
    }

    @Test
    void whatTheServerMakesOfItIsToldAndNotThrown() {
        signIn(1);
        network.servers.onPost("/oauth/revoke").answers(Answer.json(503, "{}"));

        signIn(2);
        settle();

        assertThat(network.notRevoked).hasSize(1).first().isInstanceOf(TemporaryFailureException.class);
    }

    @Test
    void isLeftAloneWhereTheServerGaveItsTokensAgain() {
        signIn(1);
        signIn(1);
        settle();
        assertThat(revoked()).isEmpty();
    }

    @Test
    void otherSessionsOfTheAccountAreNone() {
        signIn(1);
        network.pushes().grants(tokens(2));
        var pending = client.authorize(AtprotoRequest.of("alice.example.com").session("phone"));
        client.complete(
                Network.callback(pending, network.last("/oauth/par").form().get("state")), pending.browserBinding());
        settle();
        assertThat(revoked()).isEmpty();
    }

    /** A server that is slow to revoke costs so many threads and no more; what is left out is told. */
    @Test
    void soManyAtOnceAndNoMore() {
        signIn(0);
        Gate gate = Gate.closed("the revocation endpoint");
        network.servers
                .onPost("/oauth/revoke")
                .alwaysAnswers(request ->
                        Answer.json(200, "{}").header("DPoP-Nonce", "as-9").heldAt(gate));
        for (int i = 1; i <= 16; i++) {
            signIn(i);
        }
        assertThat(network.notRevoked).isEmpty();
        signIn(17);
        assertThat(network.notRevoked).hasSize(1);
        assertThat(network.notRevoked.get(0)).hasMessageContaining("16");
        gate.open();
        settle();
        assertThat(revoked()).hasSize(16).doesNotContain("rt-16", "rt-17");
    }

    /** Has the user sign in here while the other node's refresh is at the server. */
    private void signsInWhileRefreshing(Answer refreshed) {
        network.servers.onPost("/oauth/token").alwaysAnswers(request -> {
            if (request.form().containsKey("code")) {
                return Answer.json(200, tokens(3)).header("DPoP-Nonce", "as-2");
            }
            assertThat(request.form()).containsEntry("refresh_token", "rt-1");
            network.pushes();
            network.complete(client, "alice.example.com");
            return refreshed.header("DPoP-Nonce", "as-3");
        });
    }

    /** What another node is granted for the old session at that moment is neither kept nor left alive, and the new one stays. */
    @Test
    void aRefreshOfItElsewhereAtThatMomentEndsToo() {
        Account alice = signIn(1);
        AtprotoClient other = network.client();
        network.internet.clock.advance(Duration.ofHours(1));
        signsInWhileRefreshing(Answer.json(200, tokens(2)));
        network.revokes().revokes();

        assertThat(other.tokens(alice).token().reveal()).isEqualTo("at-3");

        settle();
        assertThat(revoked()).containsExactlyInAnyOrder("rt-1", "rt-2");
        network.to("/oauth/revoke")
                .forEach(request -> assertThat(key(request))
                        .isEqualTo(key(network.to("/oauth/token").get(0))));
        assertThat(network.ended).isEmpty();
        assertThat(network.client().tokens(alice).token().reveal()).isEqualTo("at-3");
    }

    /** A server that gives the same grant's tokens to both: what the refresh brings is the new session's. */
    @Test
    void aRefreshOfItElsewhereThatBringsTheNewSessionsTokensEndsNothing() {
        Account alice = signIn(1);
        AtprotoClient other = network.client();
        network.internet.clock.advance(Duration.ofHours(1));
        signsInWhileRefreshing(Answer.json(200, tokens(3)));
        network.revokes();

        assertThat(other.tokens(alice).token().reveal()).isEqualTo("at-3");

        settle();
        assertThat(revoked()).containsExactly("rt-1");
    }

    /** The server, having revoked it, refuses the other node's refresh: that ends nothing of the new session. */
    @Test
    void aRefreshOfItElsewhereThatComesTooLateEndsNothing() {
        Account alice = signIn(1);
        AtprotoClient other = network.client();
        network.internet.clock.advance(Duration.ofHours(1));
        signsInWhileRefreshing(Answer.json(400, "{\"error\":\"invalid_grant\"}"));
        network.revokes();

        assertThat(other.tokens(alice).token().reveal()).isEqualTo("at-3");

        settle();
        assertThat(revoked()).containsExactly("rt-1");
        assertThat(network.ended).isEmpty();
    }
}
