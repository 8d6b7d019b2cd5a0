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
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that is not there, or takes no token of an account, is where the account was; which is found out at that call. */
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

    private void answers(Answer answer) {
        network.servers.onGet(PATH).answers(answer);
    }

    private static Answer refusal() {
        return Answer.json(401, "{\"error\":\"AccountDeactivated\"}");
    }

    private XrpcResponse query() throws IOException {
        return client.calls(alice).query(METHOD, Parameters.NONE);
    }

    private void refused() {
        assertThatThrownBy(this::query).isInstanceOf(XrpcException.class);
    }

    private List<String> hosts() {
        return network.to(PATH).stream().map(each -> each.uri().getHost()).collect(Collectors.toList());
    }

    private int looks() {
        return (int) network.internet.requests().stream()
                .filter(("GET " + PLC + ALICE)::equals)
                .count();
    }

    @Test
    void aTokenThatIsNotTakenIsTakenWhereTheAccountIs() throws Exception {
        move(AS);
        answers(refusal());
        answers(Answer.json(200, "{}"));

        assertThat(query().status()).isEqualTo(200);

        assertThat(hosts()).containsExactly("pds.example.net", "pds2.example.net");
        assertThat(Network.proof(network.last(PATH)))
                .containsEntry("htu", MOVED + PATH)
                .doesNotContainKey("nonce");
        assertThat(client.calls(alice).server()).isEqualTo(URI.create(MOVED));
    }

    @ParameterizedTest
    @EnumSource(names = {"RESOLVE", "ADDRESS", "CONNECT", "TLS"})
    void soItIsWhereTheServerIsNotThere(Kind kind) throws Exception {
        move(AS);
        network.servers.onGet(PATH).fails(kind, Delivery.NOT_SENT);
        answers(Answer.json(200, "{}"));

        assertThat(query().status()).isEqualTo(200);

        assertThat(hosts()).containsExactly("pds.example.net", "pds2.example.net");
    }

    @Test
    void whatIsAskedIsTheSameThereWithItsHeadersAndItsBody() throws Exception {
        move(AS);
        String path = "/xrpc/com.atproto.repo.uploadBlob";
        network.servers.onPost(path).answers(refusal()).answers(Answer.json(200, "{}"));

        client.calls(alice)
                .header("Accept-Language", "de")
                .procedure(
                        "com.atproto.repo.uploadBlob", Parameters.of("a", "b"), "image/png", RequestBody.of(new byte[] {
                            1, 2
                        }));

        RecordedRequest last = network.last(path);
        assertThat(last.uri()).isEqualTo(URI.create(MOVED + path + "?a=b"));
        assertThat(last.header("Accept-Language")).contains("de");
        assertThat(last.header("Content-Type")).contains("image/png");
        assertThat(last.bytes()).containsExactly(1, 2);
    }

    /** One refresh, and the former server hears of nothing: it would not take the new token, and need not see it. */
    @Test
    void aCallThatHasToRefreshGoesWhereTheAccountIsByThen() throws Exception {
        client.calls(alice);
        move(AS);
        network.internet.clock.advance(Duration.ofMinutes(20));
        network.grants(Network.granted(ALICE.toString(), "").replace("at-1", "at-2"));
        String path = "/xrpc/com.atproto.repo.uploadBlob";
        network.servers.onPost(path).answers(Answer.json(200, "{}"));

        client.calls(alice)
                .procedure(
                        "com.atproto.repo.uploadBlob",
                        Parameters.NONE,
                        "image/png",
                        RequestBody.once(1, () -> new ByteArrayInputStream(new byte[] {1})));

        assertThat(network.to(path)).hasSize(1);
        assertThat(network.last(path).uri()).isEqualTo(URI.create(MOVED + path));
        assertThat(network.last(path).header("Authorization")).contains("DPoP at-2");
        assertThat(network.to("/oauth/token")).hasSize(2);
    }

    @Test
    void whoseAccountAnotherServerSpeaksForIsToldSoWithoutAnotherLookForAMinute() {
        move("https://as2.example.net");
        answers(refusal());
        assertThatThrownBy(this::query).isInstanceOf(SignInRequiredException.class);
        int looks = looks();

        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(this::query)
                    .isInstanceOf(SignInRequiredException.class)
                    .hasMessageContaining("https://as2.example.net speaks");
        }
        assertThat(looks()).isEqualTo(looks);

        network.internet.clock.advance(Duration.ofMinutes(1));
        assertThatThrownBy(this::query).isInstanceOf(SignInRequiredException.class);
        assertThat(looks()).isEqualTo(looks + 1);
        assertThat(hosts()).hasSize(1);
    }

    /** Nobody knows what is left of it. */
    @Test
    void aBodyThatCannotBeRepeatedIsForTheNextCall() throws Exception {
        move(AS);
        String path = "/xrpc/com.atproto.repo.uploadBlob";
        network.servers.onPost(path).answers(refusal());
        RequestBody once = RequestBody.once(1, () -> new ByteArrayInputStream(new byte[] {1}));

        assertThatThrownBy(() -> client.calls(alice)
                        .procedure("com.atproto.repo.uploadBlob", Parameters.NONE, "image/png", once))
                .isInstanceOf(XrpcException.class);

        assertThat(client.calls(alice).server()).isEqualTo(URI.create(MOVED));
    }

    /** One that is held on to goes to where the account is known to be, and on from there. */
    @Test
    void callsThatWereGotBeforeFollowToo() throws Exception {
        Xrpc held = client.calls(alice);
        move(AS);
        answers(refusal());
        for (int i = 0; i < 3; i++) {
            answers(Answer.json(200, "{}"));
            assertThat(held.query(METHOD, Parameters.NONE).status()).isEqualTo(200);
        }
        assertThat(hosts())
                .containsExactly("pds.example.net", "pds2.example.net", "pds2.example.net", "pds2.example.net");

        network.internet.clock.advance(Duration.ofMinutes(2));
        network.internet.document(Internet.document(ALICE, HANDLE, PDS));
        answers(refusal());
        answers(Answer.json(200, "{}"));
        assertThat(held.query(METHOD, Parameters.NONE).status()).isEqualTo(200);

        assertThat(hosts()).endsWith("pds2.example.net", "pds.example.net");
    }

    private void expire() {
        network.internet.clock.advance(Duration.ofMinutes(20));
        network.grants(
                Network.granted(ALICE.toString(), "").replace("at-1", "at-2").replace("rt-1", "rt-2"));
    }

    /** Which would have it refused, and refreshed once more. */
    @Test
    void aNewTokenIsNotShownToTheServerThatTheAccountHasLeft() throws Exception {
        Xrpc calls = client.calls(alice).header("Accept-Language", "de").timeout(Duration.ofSeconds(3));
        move(AS);
        expire();
        answers(Answer.json(200, "{}"));

        assertThat(calls.query(METHOD, Parameters.NONE).status()).isEqualTo(200);

        assertThat(hosts()).containsExactly("pds2.example.net");
        assertThat(network.to("/oauth/token")).as("one of them the sign-in's").hasSize(2);
        assertThat(network.last(PATH).header("Authorization")).contains("DPoP at-2");
        assertThat(network.last(PATH).header("Accept-Language")).contains("de");
        assertThat(network.timeouts).endsWith(Duration.ofSeconds(3));
        assertThat(Network.proof(network.last(PATH))).containsEntry("htu", MOVED + PATH);
    }

    /** Somebody goes on before: it is refused at that server, and followed from there. */
    @Test
    void whoeverWentThereByWhatWasKnownMayGoOnOnce() throws Exception {
        Xrpc held = client.calls(alice);
        move(AS);
        answers(refusal());
        answers(Answer.json(200, "{}"));
        query();
        network.internet.clock.advance(Duration.ofMinutes(2));
        network.internet.document(Internet.document(ALICE, HANDLE, PDS));
        answers(refusal());
        answers(refusal());

        assertThatThrownBy(() -> held.query(METHOD, Parameters.NONE)).isInstanceOf(XrpcException.class);

        assertThat(hosts()).endsWith("pds2.example.net", "pds2.example.net", "pds.example.net");
    }

    /** What goes to one origin only stays there, and is told so by it. */
    @Test
    void aTransportDoesNotFollow() throws Exception {
        AuthorizedTransport transport = client.transport(alice);
        move(AS);
        expire();
        answers(Answer.json(200, "{}"));
        transport
                .send(TransportRequest.builder("GET", URI.create(PDS + PATH)).build())
                .close();
        assertThat(hosts()).containsExactly("pds.example.net");
        assertThat(client.transport(alice)).hasToString("AuthorizedTransport[" + MOVED + "]");
    }

    @Test
    void aRefusalThereIsItsOwnAndNobodyGoesOn() {
        move(AS);
        answers(refusal());
        network.servers.onGet(PATH).alwaysAnswers(request -> {
            // It moves on for as long as it is asked for.
            network.internet.clock.advance(Duration.ofMinutes(2));
            network.internet.document(Internet.document(ALICE, HANDLE, PDS));
            return Answer.json(401, "{\"error\":\"AccountTakedown\"}");
        });

        assertThatThrownBy(this::query).isInstanceOfSatisfying(XrpcException.class, e -> {
            assertThat(e.error()).contains("AccountTakedown");
            assertThat(e).hasMessageContaining("pds2.example.net");
        });
        assertThat(hosts()).hasSize(2);
    }

    /** As a refresh does, on this node or another one. */
    @Test
    void whereSomebodyHasLookedMeanwhileNobodyLooksAgain() throws Exception {
        move(AS);
        answers(Answer.of(401).header("WWW-Authenticate", "DPoP error=\"invalid_token\""));
        network.grants(Network.granted(ALICE.toString(), "").replace("at-1", "at-2"));
        answers(Answer.json(200, "{}"));
        int before = looks();

        assertThat(query().status()).isEqualTo(200);

        assertThat(looks()).as("before the refresh").isEqualTo(before + 1);
        assertThat(hosts()).containsExactly("pds.example.net", "pds2.example.net");
        assertThat(network.last(PATH).header("Authorization")).contains("DPoP at-2");
    }

    @Test
    void whatIsRefusedForAnotherReasonSaysNothing() {
        move(AS);
        answers(Answer.json(403, "{}"));
        refused();
        answers(Answer.json(400, "{\"error\":\"InvalidRequest\"}"));
        refused();
        assertThat(hosts()).containsExactly("pds.example.net", "pds.example.net");
    }

    @Test
    void anAnswerThatIsLostSaysNothing() {
        move(AS);
        network.servers.onGet(PATH).fails(Kind.EXCHANGE, Delivery.UNKNOWN);
        assertThatThrownBy(this::query).isInstanceOf(TransportException.class);

        assertThat(client.calls(alice).server()).isEqualTo(URI.create(PDS));
        assertThat(hosts()).hasSize(1);
    }

    @Test
    void asksForASignInWhereAnotherIssuerSpeaksForItNow() {
        move("https://as2.example.org");
        answers(refusal());
        assertThatThrownBy(this::query)
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("as2.example.org");
        assertThat(network.servers.openResponses()).isZero();
    }

    @Test
    void anAccountThatIsNoMoreIsLookedForOnceAMinute() {
        network.internet.web.put(PLC + ALICE, Answer.of(410));
        answers(refusal());
        assertThatThrownBy(this::query).isInstanceOf(SignInRequiredException.class);
        int once = looks();
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(this::query)
                    .isInstanceOf(SignInRequiredException.class)
                    .hasMessageContaining("is no more");
        }
        assertThat(looks()).isEqualTo(once);

        network.internet.clock.advance(Duration.ofSeconds(61));
        assertThatThrownBy(this::query).isInstanceOf(SignInRequiredException.class);

        assertThat(looks()).isGreaterThan(once);
        assertThat(hosts()).hasSize(1);
    }

    @Test
    void aSignInEndsThatAtOnce() throws Exception {
        move("https://as2.example.org");
        answers(refusal());
        assertThatThrownBy(this::query).isInstanceOf(SignInRequiredException.class);
        assertThatThrownBy(this::query).isInstanceOf(SignInRequiredException.class);

        network.movesBack();
        network.internet.clock.advance(Duration.ofSeconds(1));
        network.signIn(client, AtprotoRequest.of("alice.example.com").fresh(), AS, 2);
        answers(Answer.json(200, "{}"));

        assertThat(query().status()).isEqualTo(200);
    }

    @Test
    void whoeverHasLookedHasNoDoubtAnyMore() throws Exception {
        answers(refusal());
        refused();
        int before = looks();

        network.internet.clock.advance(Duration.ofMinutes(2));
        answers(Answer.json(200, "{}"));
        query();

        assertThat(looks()).isEqualTo(before);
    }

    @Test
    void looksOnceAMinuteAtMost() {
        int before = looks();
        for (int i = 0; i < 3; i++) {
            answers(refusal());
            refused();
        }
        assertThat(looks()).isEqualTo(before + 1);

        network.internet.clock.advance(Duration.ofSeconds(61));
        answers(refusal());
        refused();
        assertThat(looks()).isEqualTo(before + 2);
    }

    /** An application that calls every few minutes looks as well. */
    @Test
    void aDoubtIsNotForgotten() throws Exception {
        network.internet.web.put(PLC + ALICE, Answer.of(503));
        answers(refusal());
        refused();
        move(AS);
        network.internet.clock.advance(Duration.ofMinutes(3));

        assertThat(client.calls(alice).server()).isEqualTo(URI.create(MOVED));
    }

    @Test
    void staysWhereItWasWhileNobodySaysOtherwise() {
        network.internet.web.put(PLC + ALICE, Answer.of(503));
        answers(refusal());
        refused();
        assertThat(client.calls(alice).server()).isEqualTo(URI.create(PDS));
    }

    /** One of its accounts after the other. */
    @Test
    void aServerThatIsDownHasTheDirectoryAskedSoOftenAndNoMore() {
        PlaceDoubts doubts = new PlaceDoubts(network.internet.clock);
        URI down = URI.create(PDS);
        for (int i = 0; i < 20; i++) {
            Account each = Account.of(AS, "did:plc:" + i);
            assertThat(doubts.mayLook(each, down)).as("without a doubt").isFalse();
            doubts.add(each);
            assertThat(doubts.mayLook(each, down)).isEqualTo(i < PlaceDoubts.MOST_OF_A_SERVER);
        }
        Account other = Account.of(AS, "did:plc:other");
        doubts.add(other);
        assertThat(doubts.mayLook(other, URI.create(MOVED))).isTrue();
        assertThat(doubts.mayLook(other, URI.create(MOVED))).isFalse();

        network.internet.clock.advance(Duration.ofSeconds(61));
        assertThat(doubts.mayLook(Account.of(AS, "did:plc:19"), down)).isTrue();
        doubts.remove(other);
        assertThat(doubts.mayLook(other, URI.create(MOVED))).isFalse();
    }

    private static boolean looks(PlaceDoubts doubts, Account account, URI place) {
        doubts.add(account);
        return doubts.mayLook(account, place);
    }

    /** As one that is suspended, and polled. */
    @Test
    void whoIsStillThereIsLookedForMoreSeldomEachTime() {
        PlaceDoubts doubts = new PlaceDoubts(network.internet.clock);
        URI place = URI.create(PDS);
        List<Integer> minutes = new ArrayList<>();
        for (int minute = 0; minute < 260; minute++) {
            if (looks(doubts, alice, place)) {
                minutes.add(minute);
                doubts.remove(alice);
            }
            network.internet.clock.advance(Duration.ofMinutes(1));
        }
        assertThat(minutes).containsExactly(0, 1, 3, 7, 15, 31, 63, 127, 191, 255);

        assertThat(looks(doubts, alice, URI.create(MOVED))).as("at a new place").isFalse();
        network.internet.clock.advance(Duration.ofMinutes(60));
        assertThat(looks(doubts, alice, URI.create(MOVED))).isTrue();
        network.internet.clock.advance(Duration.ofMinutes(1));
        assertThat(looks(doubts, alice, URI.create(MOVED))).isTrue();
    }

    @Test
    void whoWasQuietForLongBeginsAnew() {
        PlaceDoubts doubts = new PlaceDoubts(network.internet.clock);
        URI place = URI.create(PDS);
        for (int i = 0; i < 8; i++) {
            assertThat(looks(doubts, alice, place)).isTrue();
            network.internet.clock.advance(Duration.ofMinutes(64));
        }
        network.internet.clock.advance(Duration.ofMinutes(65));

        assertThat(looks(doubts, alice, place)).isTrue();
        network.internet.clock.advance(Duration.ofMinutes(1));
        assertThat(looks(doubts, alice, place)).isTrue();
    }

    /** Which took all looks of each minute. */
    @Test
    void fiveThatAreSuspendedLeaveRoomForOneThatHasMoved() {
        PlaceDoubts doubts = new PlaceDoubts(network.internet.clock);
        URI place = URI.create(PDS);
        Account moved = Account.of(AS, "did:plc:moved");
        List<Integer> minutes = new ArrayList<>();
        for (int minute = 0; minute < 3; minute++) {
            for (int i = 0; i < PlaceDoubts.MOST_OF_A_SERVER; i++) {
                looks(doubts, Account.of(AS, "did:plc:" + i), place);
            }
            if (looks(doubts, moved, place)) {
                minutes.add(minute);
            }
            network.internet.clock.advance(Duration.ofMinutes(1));
        }
        assertThat(minutes).containsExactly(2);
    }
}
