package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.AS;
import static dev.latchkey.auth.atproto.Internet.HANDLE;
import static dev.latchkey.auth.atproto.Internet.PDS;
import static dev.latchkey.auth.atproto.Internet.PLC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that is not there, or takes no token of an account, is where the account was; the next call looks where it is. */
@Timeout(20)
class PlaceInDoubtTest {

    private static final String METHOD = "com.atproto.server.getSession";
    private static final String PATH = "/xrpc/" + METHOD;
    private static final String MOVED = "https://pds2.example.net";

    private final Network network = new Network();
    private final AtprotoClient client = network.client();
    private Account alice;

    @BeforeEach
    void signIn() {
        alice = network.signIn(client);
    }

    private void move(String issuer) {
        network.internet.document(Internet.document(ALICE, HANDLE, MOVED));
        network.internet.web.put(
                MOVED + "/.well-known/oauth-protected-resource", Answer.json(200, Internet.resource(MOVED, issuer)));
        network.internet.web.put(
                issuer + "/.well-known/oauth-authorization-server", Answer.json(200, Internet.server(issuer)));
    }

    private void refuses() {
        network.servers.onGet(PATH).answers(Answer.json(401, "{\"error\":\"AccountDeactivated\"}"));
        assertThatThrownBy(() -> client.calls(alice).query(METHOD, Parameters.NONE))
                .isInstanceOf(XrpcException.class);
    }

    private URI server() {
        return client.calls(alice).server();
    }

    @Test
    void aTokenThatIsNotTakenHasTheNextCallGoWhereTheAccountIs() {
        move(AS);
        refuses();
        assertThat(server()).isEqualTo(URI.create(MOVED));
    }

    @ParameterizedTest
    @EnumSource(names = {"RESOLVE", "ADDRESS", "CONNECT", "TLS"})
    void soHasAServerThatIsNotThere(Kind kind) {
        move(AS);
        network.servers.onGet(PATH).fails(kind, Delivery.NOT_SENT);
        assertThatThrownBy(() -> client.calls(alice).query(METHOD, Parameters.NONE))
                .isInstanceOf(TransportException.class);

        assertThat(server()).isEqualTo(URI.create(MOVED));
    }

    @Test
    void anAnswerThatIsLostSaysNothing() {
        move(AS);
        network.servers.onGet(PATH).fails(Kind.EXCHANGE, Delivery.UNKNOWN);
        assertThatThrownBy(() -> client.calls(alice).query(METHOD, Parameters.NONE))
                .isInstanceOf(TransportException.class);

        assertThat(server()).isEqualTo(URI.create(PDS));
    }

    @Test
    void asksForASignInWhereAnotherIssuerSpeaksForItNow() {
        move("https://as2.example.org");
        refuses();
        assertThatThrownBy(this::server)
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("as2.example.org");
    }

    @Test
    void looksOnceAMinuteAtMost() {
        int before = network.internet.requests().size();
        refuses();
        assertThat(server()).isEqualTo(URI.create(PDS));
        assertThat(network.internet.requests()).hasSize(before + 3);
        refuses();
        assertThat(server()).isEqualTo(URI.create(PDS));
        assertThat(network.internet.requests()).hasSize(before + 3);

        network.internet.clock.advance(Duration.ofSeconds(61));
        refuses();
        assertThat(server()).isEqualTo(URI.create(PDS));
        assertThat(network.internet.requests()).hasSize(before + 6);
    }

    @Test
    void staysWhereItWasWhileNobodySaysOtherwise() {
        network.internet.web.put(PLC + ALICE, Answer.of(503));
        refuses();
        assertThat(server()).isEqualTo(URI.create(PDS));
    }
}
