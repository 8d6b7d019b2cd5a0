package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.AS;
import static dev.latchkey.auth.atproto.Internet.MALLORY;
import static dev.latchkey.auth.atproto.Internet.PDS;
import static dev.latchkey.auth.atproto.Internet.PLC;
import static dev.latchkey.auth.atproto.Internet.RESOURCE;
import static dev.latchkey.auth.atproto.Internet.SERVER;
import static dev.latchkey.auth.atproto.Network.assertion;
import static dev.latchkey.auth.atproto.Network.granted;
import static dev.latchkey.auth.atproto.Network.header;
import static dev.latchkey.auth.atproto.Network.proof;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.token.TokenOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(20)
class AtprotoSessionTest {

    private static final String OTHER = "https://other.example.org";

    private final Network network = new Network();
    private final AtprotoClient client = network.client();

    private void expire() {
        network.internet.clock.advance(Duration.ofHours(1));
    }

    private static String second() {
        return granted(ALICE.toString(), "").replace("at-1", "at-2").replace("rt-1", "rt-2");
    }

    private void move() {
        network.internet.web.put(RESOURCE, Answer.json(200, Internet.resource(PDS, OTHER)));
        network.internet.web.put(
                OTHER + "/.well-known/oauth-authorization-server", Answer.json(200, Internet.server(OTHER)));
    }

    @Test
    void m6_seedDefect6_refreshesWithTheServersNonceAndAVerifiedSubject() {
        Account alice = network.signIn(client);
        int before = network.internet.requests().size();
        expire();
        network.grants(second());

        assertThat(client.tokens(alice).token().reveal()).isEqualTo("at-2");

        RecordedRequest refresh = network.last("/oauth/token");
        assertThat(refresh.form())
                .containsEntry("grant_type", "refresh_token")
                .containsEntry("refresh_token", "rt-1")
                .doesNotContainKey("scope");
        assertThat(proof(refresh)).containsEntry("nonce", "as-2");
        assertThat(assertion(refresh).get("jti"))
                .isNotEqualTo(assertion(network.to("/oauth/token").get(0)).get("jti"));
        assertThat(header(refresh.header("DPoP").orElseThrow()).get("jwk"))
                .isEqualTo(header(network.to("/oauth/par").get(0).header("DPoP").orElseThrow())
                        .get("jwk"));
        assertThat(network.internet.requests().subList(before, before + 3))
                .containsExactly("GET " + PLC + ALICE, "GET " + RESOURCE, "GET " + SERVER);
        assertThat(network.internet.requests()).hasSize(before + 3);
    }

    @Test
    void d10_anotherNodeRefreshesWithTheSessionsNonce() {
        Account alice = network.signIn(client);
        expire();
        network.grants(second());
        assertThat(network.client().tokens(alice).token().reveal()).isEqualTo("at-2");
        assertThat(proof(network.last("/oauth/token"))).containsEntry("nonce", "as-2");
        assertThat(network.to("/oauth/token")).hasSize(2);
    }

    /** What the check before the refresh has fetched counts for the refresh, and not what was known for hours. */
    @Test
    void refreshesWhereTheServerHasMovedItsTokenEndpointTo() {
        Account alice = network.signIn(client);
        expire();
        network.internet.web.put(
                SERVER, Answer.json(200, Internet.server(AS).replace("/oauth/token", "/oauth/v2/token")));
        network.servers.onPost("/oauth/token").alwaysAnswers(Answer.of(404));
        network.servers
                .onPost("/oauth/v2/token")
                .answers(Answer.json(200, second()).header("DPoP-Nonce", "as-3"));

        assertThat(client.tokens(alice).token().reveal()).isEqualTo("at-2");

        assertThat(network.to("/oauth/token")).hasSize(1);
        assertThat(proof(network.last("/oauth/v2/token"))).containsEntry("htu", AS + "/oauth/v2/token");
    }

    @Test
    void m6_endsTheSessionOfAnAccountThatHasMovedAwayBeforeARefresh() {
        Account alice = network.signIn(client);
        expire();
        move();
        network.revokes();

        assertThatThrownBy(() -> client.tokens(alice).token())
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining(OTHER);

        assertThat(network.to("/oauth/token")).hasSize(1);
        assertThat(network.last("/oauth/revoke").form()).containsEntry("token", "rt-1");
        assertThat(client.accounts()).isEmpty();
        assertThat(network.ended).containsExactly(alice);
        assertThatThrownBy(() -> client.tokens(alice).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(network.ended).hasSize(1);
    }

    @Test
    void keepsTheSessionWhileTheDirectoryDoesNotAnswer() {
        Account alice = network.signIn(client);
        expire();
        Answer document = network.internet.web.put(PLC + ALICE, Answer.of(503));

        assertThatThrownBy(() -> client.tokens(alice).token()).isInstanceOf(TemporaryFailureException.class);

        assertThat(network.to("/oauth/token")).hasSize(1);
        assertThat(network.ended).isEmpty();
        network.internet.web.put(PLC + ALICE, document);
        network.internet.clock.advance(Duration.ofMinutes(1));
        network.grants(second());
        assertThat(client.tokens(alice).token().reveal()).isEqualTo("at-2");
    }

    @Test
    void endsTheSessionThatIsRefreshedWithSomebodyElsesTokens() {
        Account alice = network.signIn(client);
        expire();
        network.grants(second().replace(ALICE.toString(), MALLORY.toString())).revokes();

        assertThatThrownBy(() -> client.tokens(alice).token())
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo("sub"));

        assertThat(network.last("/oauth/revoke").form()).containsEntry("token", "rt-2");
        assertThat(client.accounts()).isEmpty();
        assertThat(network.ended).containsExactly(alice);
    }

    @ParameterizedTest
    @MethodSource("dev.latchkey.auth.atproto.AtprotoFlowTest#noNonce")
    void d10_tokensOfARefusedRefreshAreRevokedAndTheUsedUpOneIsNotSentAgain(List<String> nonces) {
        Account alice = network.signIn(client);
        expire();
        network.servers.onPost("/oauth/token").answers(AtprotoFlowTest.withNonces(Answer.json(200, second()), nonces));
        network.revokes();

        assertThatThrownBy(() -> client.tokens(alice).token())
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo("DPoP-Nonce"));

        assertThat(network.last("/oauth/revoke").form()).containsEntry("token", "rt-2");
        assertThat(network.last("/oauth/revoke").header("DPoP")).isPresent();
        assertThat(client.accounts()).isEmpty();
        assertThat(network.ended).containsExactly(alice);
        network.internet.clock.advance(Duration.ofMinutes(1));
        assertThatThrownBy(() -> client.tokens(alice).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(network.to("/oauth/token")).hasSize(2);
    }

    /** The server has taken the old token back by then (rule 27), and the session goes on with the new refresh token. */
    @Test
    void afterARefreshWithoutTheProtocolsScopeNoTokenIsGiven() {
        Account alice = network.signIn(client);
        network.grants(granted(ALICE.toString(), "").replace("at-1", "at-2").replace("atproto ", ""));

        assertThatThrownBy(() -> client.tokens(alice).get(TokenOptions.NONE.forceRefresh()))
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo("scope"));

        network.grants(granted(ALICE.toString(), "").replace("at-1", "at-3"));
        assertThat(client.tokens(alice).token().reveal()).isEqualTo("at-3");
        assertThat(network.ended).isEmpty();
    }

    @Test
    void keepsTheSessionOfAnAccountThatTheDirectoryHasNoDocumentOf() {
        Account alice = network.signIn(client);
        expire();
        network.internet.web.put(PLC + ALICE, Answer.json(404, "{\"message\":\"DID not registered\"}"));

        assertThatThrownBy(() -> client.tokens(alice).token())
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("plc.directory");

        assertThat(network.to("/oauth/token")).hasSize(1);
        assertThat(network.ended).isEmpty();
    }

    @Test
    void endsTheSessionOfAnAccountThatIsNoMore() {
        Account alice = network.signIn(client);
        expire();
        network.internet.web.put(PLC + ALICE, Answer.json(410, "{\"message\":\"DID not available\"}"));
        network.revokes();

        assertThatThrownBy(() -> client.tokens(alice).token())
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("plc.directory");

        assertThat(network.to("/oauth/token")).hasSize(1);
        assertThat(network.last("/oauth/revoke").form()).containsEntry("token", "rt-1");
        assertThat(client.accounts()).isEmpty();
        assertThat(network.ended).containsExactly(alice);
    }

    @Test
    void keepsTheSessionWhileTheHostOfADidWebHasNoDocument() {
        Did web = Did.of("did:web:alice.example.com");
        String document = "https://alice.example.com/.well-known/did.json";
        network.internet.web.put(document, Answer.json(200, Internet.document(web, Internet.HANDLE, PDS)));
        network.pushes().grants(granted(web.toString(), ""));
        Account alice = network.complete(client, web.toString());
        expire();
        network.internet.web.remove(document);
        assertThatThrownBy(() -> client.tokens(alice).token())
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("alice.example.com has no document");
        network.internet.web.put(document, Answer.of(410));
        assertThatThrownBy(() -> client.tokens(alice).token()).isInstanceOf(TemporaryFailureException.class);
        assertThat(network.ended).isEmpty();
        assertThat(network.store.size()).isNotZero();
    }

    @Test
    void removesADeadSessionOnce() {
        Account alice = network.signIn(client);
        expire();
        network.servers
                .onPost("/oauth/token")
                .answers(Answer.json(400, "{\"error\":\"invalid_grant\"}").header("DPoP-Nonce", "as-3"));

        assertThatThrownBy(() -> client.tokens(alice).token()).isInstanceOf(SignInRequiredException.class);
        assertThatThrownBy(() -> client.tokens(alice).token()).isInstanceOf(SignInRequiredException.class);

        assertThat(network.ended).containsExactly(alice);
        assertThat(network.to("/oauth/token")).hasSize(2);
        assertThat(client.accounts()).isEmpty();
    }

    @Test
    void seedDefect9_revokesWithAssertionAndProof() {
        Account alice = network.signIn(client);
        network.servers
                .onPost("/oauth/revoke")
                .answers(Answer.json(400, "{\"error\":\"use_dpop_nonce\"}").header("DPoP-Nonce", "as-8"));
        network.revokes();

        SignOutResult result = client.signOut(alice);

        assertThat(result.wasSignedIn()).isTrue();
        assertThat(result.revocation().isDone()).isTrue();
        RecordedRequest revocation = network.last("/oauth/revoke");
        assertThat(revocation.form())
                .containsEntry("token", "rt-1")
                .containsEntry("client_id", Network.CLIENT_ID)
                .containsKey("client_assertion");
        assertThat(assertion(revocation)).containsEntry("aud", AS);
        assertThat(proof(revocation)).containsEntry("nonce", "as-8").doesNotContainKey("ath");
        assertThat(assertion(network.to("/oauth/revoke").get(0)).get("jti"))
                .isNotEqualTo(assertion(revocation).get("jti"));
    }

    @Test
    void seedDefect10_aSignOutSaysWhatBecameOfItAndNeverThrowsForTheServer() {
        Account alice = network.signIn(client);
        network.servers.onPost("/oauth/revoke").answers(Answer.json(500, "{}"));

        SignOutResult result = client.signOut(alice);

        assertThat(result.wasSignedIn()).isTrue();
        assertThat(result.revocation().outcome()).isEqualTo(Revocation.Outcome.FAILED);
        assertThat(network.notRevoked).hasSize(1);
        assertThat(client.accounts()).isEmpty();
        assertThat(client.signOut(alice).wasSignedIn()).isFalse();
    }

    @Test
    void oneAccountCanHaveSeveralSessions() {
        network.signIn(client);
        network.pushes().grants(second());
        var pending = client.authorize(
                "alice.example.com", Network.REDIRECT, client.metadata().scopes(), "phone");
        Account phone = client.complete(
                        Network.callback(
                                pending, network.last("/oauth/par").form().get("state")),
                        pending.browserBinding())
                .account();
        assertThat(client.accounts()).hasSize(2).contains(phone);
        assertThat(client.sessions(ALICE)).extracting(Account::session).containsExactlyInAnyOrder("", "phone");
        assertThat(client.sessions(MALLORY)).isEmpty();
        assertThat(client.tokens(phone).token().reveal()).isEqualTo("at-2");
    }

    @Test
    void whatARefreshBringsAfterASignOutIsRevoked() {
        Account alice = network.signIn(client);
        expire();
        network.servers.onPost("/oauth/token").alwaysAnswers(request -> {
            client.signOut(alice);
            return Answer.json(200, second()).header("DPoP-Nonce", "as-3");
        });
        network.revokes().revokes();

        assertThatThrownBy(() -> client.tokens(alice).token()).isInstanceOf(SignInRequiredException.class);

        assertThat(network.to("/oauth/revoke"))
                .extracting(request -> request.form().get("token"))
                .containsExactly("rt-1", "rt-2");
        assertThat(client.accounts()).isEmpty();
    }

    @Test
    void aSignOutHereAloneAsksNobody() {
        Account alice = network.signIn(client);
        assertThat(client.signOut(alice, SignOut.HERE).wasSignedIn()).isTrue();
        assertThat(network.to("/oauth/revoke")).isEmpty();
        assertThat(client.accounts()).isEmpty();
    }
}
