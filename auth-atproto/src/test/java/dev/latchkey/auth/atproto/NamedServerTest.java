package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.AS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.testkit.Answer;
import java.net.URI;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sign-in that begins at a server's address, at a host that is a personal data server and its own authorization server. */
@Timeout(20)
class NamedServerTest {

    private static final String RESOURCE = AS + "/.well-known/oauth-protected-resource";

    private final Network network = new Network();

    private void answers(Answer answer) {
        network.internet.web.put(RESOURCE, answer);
        network.pushes();
    }

    private void begins() {
        assertThat(network.client().authorize(AS).uri()).hasHost("as.example.org");
    }

    @Test
    void beginsWhereTheServerSays() {
        answers(Answer.json(200, Internet.resource(AS, AS)));
        begins();
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410})
    void beginsThereWithoutResourceMetadata(int status) {
        answers(Answer.of(status));
        begins();
    }

    @Test
    void beginsThereIfAPageAnswersForAllAddresses() {
        answers(Answer.of(200, "text/html", "<html></html>"));
        begins();
    }

    static Stream<Answer> wrong() {
        return Stream.of(
                Answer.json(
                        200,
                        Internet.resource(AS, AS).replace("\"" + AS + "\"]", "\"" + AS + "\",\"https://m.example\"]")),
                Answer.json(200, Internet.resource("https://other.example.org", AS)),
                Answer.json(200, "{\"resource\":\"" + AS + "\"}"),
                Answer.json(200, "[]"),
                Answer.json(200, " ".repeat(70_000) + Internet.resource(AS, AS)),
                Answer.json(201, Internet.resource(AS, AS)),
                Answer.of(302).header("Location", AS + "/elsewhere"),
                Answer.of(401),
                Answer.of(503));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isRefusedWhereItsResourceMetadataAreWrong(Answer answer) {
        answers(answer);
        AtprotoClient client = network.client();

        assertThatThrownBy(() -> client.authorize(AS))
                .isInstanceOf(OAuthException.class)
                .hasMessageContaining("as.example.org");

        assertThat(network.to("/oauth/par")).isEmpty();
    }

    /** Nobody but a user may say so: whoever looks for the server of an account needs its word, or that it never had one. */
    @Test
    void isNotFoundThatWayForAnAccount() {
        AtprotoServers servers = AtprotoServers.create(network.internet.transport);
        answers(Answer.of(410));
        assertThatThrownBy(() -> servers.of(URI.create(AS)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("410");
        answers(Answer.of(200, "text/html", "<html></html>"));
        assertThatThrownBy(() -> servers.of(URI.create(AS))).isInstanceOf(InvalidResponseException.class);
        // A sign-in at its address leaves nothing behind that would be believed later.
        servers.ofNamed(URI.create(AS));
        assertThatThrownBy(() -> servers.of(URI.create(AS))).isInstanceOf(InvalidResponseException.class);
        answers(Answer.of(404));
        assertThat(servers.of(URI.create(AS)).issuer()).isEqualTo(AS);
    }
}
