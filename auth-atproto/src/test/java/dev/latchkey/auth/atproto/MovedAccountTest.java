package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.AS;
import static dev.latchkey.auth.atproto.Internet.AS2;
import static dev.latchkey.auth.atproto.Internet.HANDLE;
import static dev.latchkey.auth.atproto.Internet.MALLORY;
import static dev.latchkey.auth.atproto.Internet.PDS;
import static dev.latchkey.auth.atproto.Internet.PDS2;
import static dev.latchkey.auth.atproto.Internet.PLC;
import static dev.latchkey.auth.atproto.Internet.RESOURCE;
import static dev.latchkey.auth.atproto.Internet.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.testkit.Answer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An account goes to another server and signs in there, without anybody waiting until what is remembered has aged. */
@Timeout(20)
class MovedAccountTest {

    private final Network network = new Network();
    private final AtprotoClient client = network.client();

    private void move() {
        network.moves();
    }

    private String pushedTo() {
        return network.last("/oauth/par").uri().getHost();
    }

    private PendingAuthorization begin(String input) {
        network.pushes();
        return client.authorize(input);
    }

    private void refused(PendingAuthorization pending) {
        assertThatThrownBy(() -> client.complete(network.callback("error=access_denied", AS), pending.browserBinding()))
                .isInstanceOf(AccessDeniedException.class);
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

        assertThat(client.async().complete(network.callback("error=access_denied", AS), pending.browserBinding()))
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

        move(PDS2, AS);
        network.servers.onPost("/oauth/par").answers(Answer.of(410));
        assertThat(client.async().authorize("alice.example.com")).failsWithin(Duration.ofSeconds(10));
        network.pushes();
        client.async().authorize("alice.example.com").join();
        assertThat(pushedTo()).isEqualTo("as.example.org");
    }

    private void move(String server, String issuer) {
        network.internet.web.put(
                server + "/.well-known/oauth-protected-resource", Answer.json(200, Internet.resource(server, issuer)));
        network.internet.web.put(
                issuer + "/.well-known/oauth-authorization-server", Answer.json(200, Internet.server(issuer)));
    }

    @Test
    void whoSaysNoBeginsAtTheSameServerWithoutAskingItForItsDocuments() {
        PendingAuthorization pending = begin("alice.example.com");
        int asked = ofServers();

        refused(pending);

        begin("alice.example.com");
        assertThat(pushedTo()).isEqualTo("as.example.org");
        assertThat(ofServers()).as("documents of servers").isEqualTo(asked);
        assertThat(Collections.frequency(network.internet.requests(), "GET " + PLC + ALICE))
                .as("looks where the account is")
                .isEqualTo(2);
    }

    private int ofServers() {
        return Collections.frequency(network.internet.requests(), "GET " + RESOURCE)
                + Collections.frequency(network.internet.requests(), "GET " + SERVER);
    }

    @Test
    void aServerThatHasGotAnotherAuthorizationServerIsAskedAnewAfterItsFormerOneWasContradicted() {
        PendingAuthorization pending = begin("alice.example.com");
        move(PDS, AS2);
        network.grants(Network.granted(ALICE.toString(), "")).revokes();

        assertThatThrownBy(() -> client.complete(network.callback("code=c0de", AS), pending.browserBinding()))
                .isInstanceOf(InvalidResponseException.class);

        begin("alice.example.com");
        assertThat(pushedTo()).isEqualTo("as2.example.org");
    }

    @Test
    void soIsOneWhoseAuthorizationServerIsGoneBeforeTheSignInEnds() {
        PendingAuthorization pending = begin("alice.example.com");
        move(PDS, AS2);
        network.servers.onPost("/oauth/token").answers(Answer.of(503));

        assertThatThrownBy(() -> client.complete(network.callback("code=c0de", AS), pending.browserBinding()))
                .isInstanceOf(TemporaryFailureException.class);

        begin("alice.example.com");
        assertThat(pushedTo()).isEqualTo("as2.example.org");
    }

    /** As when a host closes: its server is gone first, and is in the documents for a while. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServerThatCannotBeFoundHasTheNextSignInLookAnew(boolean blocking) {
        network.internet.web.put(RESOURCE, Answer.of(503));
        if (blocking) {
            assertThatThrownBy(() -> client.authorize("alice.example.com"))
                    .isInstanceOf(TemporaryFailureException.class);
        } else {
            assertThat(client.async().authorize("alice.example.com")).failsWithin(Duration.ofSeconds(10));
        }
        move();

        begin("alice.example.com");
        assertThat(pushedTo()).isEqualTo("as2.example.org");
    }

    @Test
    void aHandleThatWasGivenToAnotherAccountLeadsThereAfterItHasSignedIn() {
        PendingAuthorization pending = begin("alice.example.com");
        network.internet.dns.put("_atproto.alice.example.com", List.of("did=" + MALLORY));
        network.internet.web.put(PLC + MALLORY, Answer.json(200, Internet.document(MALLORY, HANDLE, PDS)));
        network.grants(Network.granted(MALLORY.toString(), "")).revokes();
        assertThatThrownBy(() -> client.complete(network.callback("code=c0de", AS), pending.browserBinding()))
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
}
