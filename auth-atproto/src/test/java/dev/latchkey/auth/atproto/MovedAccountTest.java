package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.AS;
import static dev.latchkey.auth.atproto.Internet.HANDLE;
import static dev.latchkey.auth.atproto.Internet.MALLORY;
import static dev.latchkey.auth.atproto.Internet.PDS;
import static dev.latchkey.auth.atproto.Internet.PLC;
import static dev.latchkey.auth.atproto.Internet.RESOURCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.testkit.Answer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An account goes to another server and signs in there, without anybody waiting until what is remembered has aged. */
@Timeout(20)
class MovedAccountTest {

    private static final String PDS2 = "https://pds2.example.net";
    private static final String AS2 = "https://as2.example.org";

    private final Network network = new Network();
    private final AtprotoClient client = network.client();

    private void publish(String issuer) {
        network.internet.web.put(
                issuer + "/.well-known/oauth-authorization-server", Answer.json(200, Internet.server(issuer)));
    }

    private void move() {
        network.internet.document(Internet.document(ALICE, HANDLE, PDS2));
        network.internet.web.put(
                PDS2 + "/.well-known/oauth-protected-resource", Answer.json(200, Internet.resource(PDS2, AS2)));
        publish(AS2);
    }

    private String pushedTo() {
        return network.last("/oauth/par").uri().getHost();
    }

    private PendingAuthorization begin(AtprotoRequest request) {
        network.pushes();
        return client.authorize(request);
    }

    private PendingAuthorization begin(String input) {
        return begin(AtprotoRequest.of(input));
    }

    private AuthorizationCallback callback(String answer, String issuer) {
        String state = network.last("/oauth/par").form().get("state");
        return AuthorizationCallback.parse(answer + "&state=" + state + "&iss=" + issuer);
    }

    private void refused(PendingAuthorization pending) {
        assertThatThrownBy(() -> client.complete(callback("error=access_denied", AS), pending.browserBinding()))
                .isInstanceOf(AccessDeniedException.class);
    }

    private Account signIn(AtprotoRequest request, String issuer, int number) {
        PendingAuthorization pending = begin(request);
        network.grants(Network.granted(ALICE.toString(), "")
                .replace("at-1", "at-" + number)
                .replace("rt-1", "rt-" + number));
        return client.complete(callback("code=c0de", issuer), pending.browserBinding())
                .account();
    }

    /** As the reference server answers for an account that is deactivated there. */
    @Test
    void aRefusalByTheServerThatItHasLeftHasTheNextSignInBeginWhereItIs() {
        PendingAuthorization pending = begin("alice.example.com");
        move();

        refused(pending);

        begin("alice.example.com");
        assertThat(pushedTo()).isEqualTo("as2.example.org");
    }

    @Test
    void soDoesARefusalOfAFuture() {
        PendingAuthorization pending = begin("alice.example.com");
        move();

        assertThat(client.async().complete(callback("error=access_denied", AS), pending.browserBinding()))
                .failsWithin(Duration.ofSeconds(10));

        begin("alice.example.com");
        assertThat(pushedTo()).isEqualTo("as2.example.org");
    }

    @Test
    void soDoesAServerThatTakesNoRequestAnyMore() {
        begin("alice.example.com");
        move();
        network.servers.onPost("/oauth/par").answers(Answer.of(410));
        assertThatThrownBy(() -> client.authorize("alice.example.com")).isInstanceOf(OAuthException.class);
        begin("alice.example.com");
        assertThat(pushedTo()).isEqualTo("as2.example.org");

        move(AS);
        network.servers.onPost("/oauth/par").answers(Answer.of(410));
        assertThat(client.async().authorize("alice.example.com")).failsWithin(Duration.ofSeconds(10));
        network.pushes();
        client.async().authorize("alice.example.com").join();
        assertThat(pushedTo()).isEqualTo("as.example.org");
    }

    private void move(String issuer) {
        network.internet.web.put(
                PDS2 + "/.well-known/oauth-protected-resource", Answer.json(200, Internet.resource(PDS2, issuer)));
    }

    @Test
    void aServerThatHasGotAnotherAuthorizationServerIsAskedAnewAfterARefusal() {
        PendingAuthorization pending = begin("alice.example.com");
        network.internet.web.put(RESOURCE, Answer.json(200, Internet.resource(PDS, AS2)));
        publish(AS2);

        refused(pending);

        begin("alice.example.com");
        assertThat(pushedTo()).isEqualTo("as2.example.org");
    }

    @Test
    void aHandleThatWasGivenToAnotherAccountLeadsThereAfterItHasSignedIn() {
        PendingAuthorization pending = begin("alice.example.com");
        network.internet.dns.put("_atproto.alice.example.com", List.of("did=" + MALLORY));
        network.internet.web.put(PLC + MALLORY, Answer.json(200, Internet.document(MALLORY, HANDLE, PDS)));
        network.grants(Network.granted(MALLORY.toString(), "")).revokes();
        assertThatThrownBy(() -> client.complete(callback("code=c0de", AS), pending.browserBinding()))
                .isInstanceOf(InvalidResponseException.class);

        network.pushes().grants(Network.granted(MALLORY.toString(), ""));
        assertThat(network.complete(client, "alice.example.com").subject()).isEqualTo(MALLORY.toString());
    }

    @Test
    void whatSucceedsIsStillRemembered() {
        network.signIn(client);
        List<String> before = network.internet.requests();

        begin("alice.example.com");

        assertThat(network.internet.requests()).isEqualTo(before);
    }

    private void settle() {
        client.close();
        while (network.ended.isEmpty()) {
            // By the time-out.
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            Thread.onSpinWait();
        }
    }

    @Test
    void theSessionThatItHasLeftBehindIsEndedAtItsServerWithItsOwnKey() {
        Account former = network.signIn(client);
        move();
        network.revokes();

        Account alice = signIn(AtprotoRequest.of("alice.example.com").fresh(), AS2, 2);
        settle();

        assertThat(alice.issuer()).isEqualTo(AS2);
        assertThat(network.to("/oauth/revoke")).hasSize(1);
        assertThat(network.last("/oauth/revoke").uri()).isEqualTo(URI.create(AS + "/oauth/revoke"));
        assertThat(network.last("/oauth/revoke").form()).containsEntry("token", "rt-1");
        assertThat(Network.assertion(network.last("/oauth/revoke"))).containsEntry("aud", AS);
        assertThat(network.ended).containsExactly(former);
        assertThat(network.client().sessions(ALICE)).containsExactly(alice);
        assertThat(network.client().tokens(alice).token().reveal()).isEqualTo("at-2");
    }

    @Test
    void whatTheFormerServerMakesOfItIsToldAndNotThrown() {
        network.signIn(client);
        move();
        network.servers.onPost("/oauth/revoke").alwaysAnswers(Answer.json(503, "{}"));

        Account alice = signIn(AtprotoRequest.of("alice.example.com").fresh(), AS2, 2);
        settle();

        assertThat(network.notRevoked).hasSize(1).first().isInstanceOf(TemporaryFailureException.class);
        assertThat(network.client().accounts()).containsExactly(alice);
    }

    @Test
    void anotherNodeEndsItToo() {
        Account former = network.signIn(network.client());
        move();
        network.revokes();

        Account alice = signIn(AtprotoRequest.of("alice.example.com"), AS2, 2);
        settle();

        assertThat(network.ended).containsExactly(former);
        assertThat(network.client().accounts()).containsExactly(alice);
    }

    @Test
    void aSessionOfAnotherNameGoesOnUntilItsOwnRefresh() {
        Account former = network.signIn(client);
        move();

        Account alice =
                signIn(AtprotoRequest.of("alice.example.com").session("phone").fresh(), AS2, 2);
        client.close();

        assertThat(network.client().sessions(ALICE)).containsExactlyInAnyOrder(former, alice);
        assertThat(network.to("/oauth/revoke")).isEmpty();
    }
}
