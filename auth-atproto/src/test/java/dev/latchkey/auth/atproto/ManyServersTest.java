package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.AS;
import static dev.latchkey.auth.atproto.Internet.PDS;
import static dev.latchkey.auth.atproto.Internet.RESOURCE;
import static dev.latchkey.auth.atproto.Internet.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is kept of servers that anybody may have, and what is asked of those that are known. */
@Timeout(20)
class ManyServersTest {

    private static final String OTHER = "https://other.example.org";
    private static final String HERE = "https://pds.example.net/.well-known/oauth-authorization-server";

    private final Network network = new Network();

    private void publish(String issuer) {
        network.internet.web.put(
                issuer + "/.well-known/oauth-authorization-server", Answer.json(200, Internet.server(issuer)));
    }

    @Test
    void aServerThatHadToGoIsClosedAndItsAccountsGoOn() {
        network.mostServers = 1;
        AtprotoClient client = network.client();
        Account alice = network.signIn(client);
        TokenSource tokens = client.tokens(alice);
        Xrpc calls = client.calls(alice);
        publish(OTHER);
        network.pushes();

        client.authorize(OTHER);

        assertThat(client.servers()).isEqualTo(1);
        while (client.retiring() > 0) {
            Thread.onSpinWait();
        }
        network.revokes();
        assertThat(tokens.token().reveal()).isEqualTo("at-1");
        assertThat(tokens.getAsync(TokenOptions.NONE).join().token().reveal()).isEqualTo("at-1");
        client.signOut(alice);
        assertThat(tokens.getAsync(TokenOptions.NONE)).failsWithin(Duration.ofSeconds(10));
        assertThatThrownBy(tokens::token).isInstanceOf(SignInRequiredException.class);
        assertThatThrownBy(() -> calls.query("com.example.get", Parameters.NONE))
                .isInstanceOf(SignInRequiredException.class);
        assertThat(client.accounts()).isEmpty();
    }

    @Test
    void ofMetadataOnlyWhatASignInNeedsIsKept() {
        String padded =
                Internet.server(AS).replaceFirst("\\{", "{\"service_documentation\":\"" + "x".repeat(20_000) + "\",");
        network.internet.web.put(SERVER, Answer.json(200, padded));

        assertThat(network.internet.servers().build().of(URI.create(PDS)).asMap())
                .containsKeys("issuer", "token_endpoint", "revocation_endpoint")
                .doesNotContainKey("service_documentation");

        String tooLong = Internet.server(AS).replace("\"transition:email\"", "\"" + "x".repeat(9_000) + "\"");
        network.internet.web.put(SERVER, Answer.json(200, tooLong));
        assertThatThrownBy(() -> network.internet.servers().build().of(URI.create(PDS)))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("8192 bytes");
    }

    @Test
    void aKnownIssuerIsAskedForItsOwnMetadataAlone() {
        Account alice = network.signIn(network.client());
        String odd = AS + "/.well-known/oauth-protected-resource";
        network.internet.web.put(odd, Answer.of(200, "text/html", "<html>an application of one page</html>"));
        network.internet.clock.advance(Duration.ofHours(1));
        network.grants(Network.granted(ALICE.toString(), "").replace("at-1", "at-2"));

        assertThat(network.client().tokens(alice).token().reveal()).isEqualTo("at-2");

        assertThat(network.internet.requests()).doesNotContain("GET " + odd);
    }

    @Test
    void aServerThatIsNoResourceCanBeNamedWhateverItAnswersThere() {
        network.internet.web.put(
                AS + "/.well-known/oauth-protected-resource", Answer.of(200, "text/html", "<html></html>"));
        network.pushes();

        assertThat(network.client().authorize(AS).uri()).hasHost("as.example.org");

        network.internet.web.put(SERVER, Answer.of(404));
        assertThatThrownBy(() -> network.client().authorize(AS))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("protected resource metadata");
    }

    /** As each run of a command is: what the sign-in has verified is with its session. */
    @Test
    void anotherProcessCallsWithoutLookingUpWhere() {
        Account alice = network.signIn(network.client());
        List<String> before = network.internet.requests();

        assertThat(network.client().calls(alice).server()).isEqualTo(URI.create(PDS));

        assertThat(network.internet.requests()).isEqualTo(before);
        assertThat(network.internet.asked).hasSize(1);
    }

    @Test
    void aNodeSeesWhatAnotherOneHasFoundOutAtARefresh() {
        AtprotoClient one = network.client();
        AtprotoClient other = network.client();
        Account alice = network.signIn(one);
        String moved = "https://pds2.example.net";
        assertThat(other.calls(alice).server()).isEqualTo(URI.create(PDS));
        network.internet.document(Internet.document(ALICE, Internet.HANDLE, moved));
        network.internet.web.put(
                moved + "/.well-known/oauth-protected-resource", Answer.json(200, Internet.resource(moved, AS)));
        network.internet.clock.advance(Duration.ofHours(1));
        network.grants(Network.granted(ALICE.toString(), "").replace("at-1", "at-2"));

        one.tokens(alice).token();

        assertThat(one.calls(alice).server()).isEqualTo(URI.create(moved));
        assertThat(other.calls(alice).server()).isEqualTo(URI.create(moved));
    }

    @Test
    void aPlaceThatIsNotKeptIsLookedUpAndVerified() {
        Account alice = network.signIn(network.client());
        network.internet.clock.advance(Duration.ofDays(31));
        network.internet.web.put(RESOURCE, Answer.json(200, Internet.resource(PDS, OTHER)));
        publish(OTHER);

        assertThatThrownBy(() -> network.client().calls(alice))
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining(OTHER);

        network.internet.web.put(RESOURCE, Answer.json(200, Internet.resource(PDS, AS)));
        assertThat(network.client().calls(alice).server()).isEqualTo(URI.create(PDS));
    }

    @Test
    void aServerThatHasLostItsDocumentEndsNoSession() {
        AtprotoClient client = network.client();
        Account alice = network.signIn(client);
        network.internet.web.remove(RESOURCE);
        network.internet.web.put(HERE, Answer.json(200, Internet.server(PDS)));
        network.internet.clock.advance(Duration.ofHours(1));

        assertThatThrownBy(() -> client.tokens(alice).token())
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("pds.example.net");

        assertThat(network.ended).isEmpty();
        assertThat(client.accounts()).containsExactly(alice);
    }
}
