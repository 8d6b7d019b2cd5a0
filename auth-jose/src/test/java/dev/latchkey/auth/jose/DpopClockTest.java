package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.token.TokenOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** D12: a clock of ours that is wrong, and servers that refuse proofs for it (RFC 9449 §11.1). */
@Timeout(60)
class DpopClockTest {

    private static final URI API = URI.create("https://api.example.com/items");
    private static final long NOW = MutableClock.START.getEpochSecond();
    private static final long HOUR = 3600;

    private final Stage stage = new Stage();
    private final OAuthClient client = stage.builder(
                    JwtAuthentication.secret(ClientSecret.of("a secret of thirty-two characters"))
                            .clock(stage.clock))
            .binding(Dpop.create().clock(stage.clock))
            .build();

    private static String date(long ahead) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.ofEpochSecond(NOW + ahead).atZone(ZoneOffset.UTC));
    }

    private static Answer refusal(long ahead) {
        return refusal().header("Date", date(ahead));
    }

    private static Answer refusal() {
        return Answer.json(400, "{\"error\":\"invalid_dpop_proof\"}");
    }

    private static Answer refusalOfResource(long ahead) {
        return Answer.of(401)
                .header("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\", algs=\"ES256\"")
                .header("Date", date(ahead));
    }

    private void answers(Answer... answers) {
        for (Answer each : answers) {
            stage.transport.answers(each);
        }
    }

    /** Asks for a new token, and says no more of a refusal than its error. */
    private String ask() {
        try {
            client.clientCredentials(Stage.READ).get(TokenOptions.NONE.forceRefresh());
            return "granted";
        } catch (OAuthException e) {
            return e.error().orElseThrow().code();
        }
    }

    private List<Long> times() {
        return stage.transport.requests().stream()
                .map(request -> (Long) proof(request).claims.get("iat") - NOW)
                .collect(Collectors.toList());
    }

    private static Jwt proof(RecordedRequest request) {
        return Jwt.parse(request.header("dpop").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(longs = {HOUR, -HOUR, 12 * HOUR, -12 * HOUR, 6, -6})
    void d12_aRefusedProofIsMadeOnceMoreWithTheServersTimeAndSoAreAllThatFollow(long ahead) {
        answers(refusal(ahead), Stage.granted("DPoP"), Stage.granted("DPoP"));

        assertThat(ask()).isEqualTo("granted");
        assertThat(ask()).isEqualTo("granted");

        assertThat(times()).containsExactly(0L, ahead, ahead);
        assertThat(stage.transport.requests().stream()
                        .map(request -> proof(request).claims.get("jti"))
                        .distinct())
                .hasSize(3);
        assertThat(stage.transport.requests().stream()
                        .map(request -> request.form().get("client_assertion"))
                        .distinct())
                .as("an assertion is good for one request")
                .hasSize(3);
    }

    /** The proof has grown old on its way, and was refused for something else: what came with it may be used up. */
    @Test
    void d12_anAnswerThatTookItsTimeIsNoWordAboutOurClock() {
        stage.transport.on("the slow one", request -> true).alwaysAnswers(request -> {
            stage.clock.advance(Duration.ofSeconds(60));
            return refusal(60);
        });

        assertThat(ask()).isEqualTo("invalid_dpop_proof");

        assertThat(times()).containsExactly(0L);
    }

    @ParameterizedTest
    @ValueSource(longs = {12 * HOUR + 1, -12 * HOUR - 1, 0, 5, -5})
    void d12_aTimeThatIsTooFarOrOurOwnMakesNoSecondAttempt(long ahead) {
        answers(refusal(ahead), Stage.granted("DPoP"));

        assertThat(ask()).isEqualTo("invalid_dpop_proof");
        stage.clock.advance(Duration.ofSeconds(60));
        assertThat(ask()).isEqualTo("granted");

        assertThat(times()).containsExactly(0L, 60L);
    }

    @Test
    void d12_noTimeOrTwoOrNoneThatCanBeReadMakeNoSecondAttempt() {
        for (Answer each : List.of(
                refusal(),
                refusal(HOUR).header("Date", date(HOUR)),
                refusal().header("Date", "in an hour"),
                refusal().header("Date", String.valueOf(NOW + HOUR)))) {
            answers(each);
            assertThat(ask()).isEqualTo("invalid_dpop_proof");
            stage.clock.advance(Duration.ofMinutes(1));
        }
        assertThat(stage.transport.requests()).hasSize(4);
    }

    @Test
    void d12_anotherErrorTeachesNothing() {
        answers(Answer.json(400, "{\"error\":\"invalid_request\"}").header("Date", date(HOUR)), Stage.granted("DPoP"));

        assertThat(ask()).isEqualTo("invalid_request");
        assertThat(ask()).isEqualTo("granted");

        assertThat(times()).containsExactly(0L, 0L);
    }

    @Test
    void d12_aSecondRefusalIsSurfacedAndWhatWasLearntForgotten() {
        answers(refusal(HOUR), refusal(HOUR), Stage.granted("DPoP"));

        assertThat(ask()).isEqualTo("invalid_dpop_proof");
        assertThat(ask()).isEqualTo("granted");

        assertThat(times()).containsExactly(0L, HOUR, 0L);
    }

    @Test
    void d12_aServerThatSaysAnotherTimeEachTimeIsAskedTwiceAndNoMore() {
        answers(refusal(HOUR), refusal(2 * HOUR), Stage.granted("DPoP"));

        assertThat(ask()).isEqualTo("invalid_dpop_proof");

        assertThat(stage.transport.requests()).hasSize(2);
    }

    @Test
    void d12_aClockThatWasSetRightLaterIsTakenAgain() {
        answers(refusal(HOUR), Stage.granted("DPoP"), refusal(HOUR), Stage.granted("DPoP"));
        assertThat(ask()).isEqualTo("granted");
        stage.clock.advance(Duration.ofSeconds(HOUR));

        assertThat(ask()).isEqualTo("granted");

        assertThat(times()).containsExactly(0L, HOUR, 2 * HOUR, HOUR);
    }

    private List<Long> timesOfAssertions() {
        return stage.transport.requests().stream()
                .map(request -> (Long) Jwt.parse(request.form().get("client_assertion"))
                                .claims
                                .get("iat")
                        - NOW)
                .collect(Collectors.toList());
    }

    /** Whichever the server looks at first: both went by the same clock. */
    @ParameterizedTest
    @ValueSource(strings = {"invalid_client", "invalid_dpop_proof"})
    void d12_proofAndAssertionHearOfEachOthersRefusal(String error) {
        answers(
                Answer.json(401, "{\"error\":\"" + error + "\"}").header("Date", date(-60)),
                Stage.granted("DPoP"),
                Stage.granted("DPoP"));

        assertThat(ask()).isEqualTo("granted");
        assertThat(ask()).isEqualTo("granted");

        assertThat(times()).containsExactly(0L, -60L, -60L);
        assertThat(timesOfAssertions()).containsExactly(0L, -60L, -60L);
        Jwt last = Jwt.parse(stage.transport.lastRequest().form().get("client_assertion"));
        assertThat(last.claims).containsEntry("exp", NOW);
    }

    @Test
    void d12_aNonceAndATimeAreBothGivenOnce() {
        answers(
                Answer.json(400, "{\"error\":\"use_dpop_nonce\"}").header("DPoP-Nonce", "n1"),
                refusal(-HOUR),
                Stage.granted("DPoP"));

        assertThat(ask()).isEqualTo("granted");

        assertThat(times()).containsExactly(0L, 0L, -HOUR);
        assertThat(proof(stage.transport.lastRequest()).claims).containsEntry("nonce", "n1");
    }

    @ParameterizedTest
    @ValueSource(longs = {HOUR, -HOUR})
    void d12_aResourceTeachesItsTimeAndNobodyElseHearsOfIt(long ahead) throws Exception {
        answers(
                Stage.granted("DPoP"),
                refusalOfResource(ahead),
                Answer.of(200),
                Answer.of(200),
                Answer.of(200),
                Stage.granted("DPoP"));
        HttpTransport api = AuthorizedTransport.over(stage.transport, client.clientCredentials(Stage.READ))
                .and(API)
                .to(URI.create("https://other.example.com"));

        assertThat(get(api, API)).isEqualTo(200);
        assertThat(get(api, API)).isEqualTo(200);
        assertThat(get(api, URI.create("https://other.example.com/items"))).isEqualTo(200);
        assertThat(ask()).isEqualTo("granted");

        assertThat(times()).containsExactly(0L, 0L, ahead, ahead, 0L, 0L);
        assertThat(stage.transport.openResponses()).isZero();
    }

    @Test
    void d12_aBodyThatCannotBeSentAgainIsNot() throws Exception {
        answers(Stage.granted("DPoP"), refusalOfResource(HOUR), Answer.of(200));
        HttpTransport api = AuthorizedTransport.over(stage.transport, client.clientCredentials(Stage.READ))
                .to(API);

        try (TransportResponse response = api.send(TransportRequest.builder("POST", API)
                .body(RequestBody.once(1, () -> new ByteArrayInputStream(new byte[1])))
                .build())) {
            assertThat(response.status()).isEqualTo(401);
        }
        assertThat(get(api, API)).isEqualTo(200);

        assertThat(times()).as("it was learnt for the next request").containsExactly(0L, 0L, HOUR);
    }

    private static int get(HttpTransport api, URI uri) throws IOException {
        try (TransportResponse response =
                api.send(TransportRequest.builder("GET", uri).build())) {
            return response.status();
        }
    }

    @Test
    void d12_twoAtOnceDoNotTakeEachOthersCorrectionForTheirOwn() throws Exception {
        TokenBinding binding =
                Dpop.create().clock(stage.clock).create(Stage.metadata().build());
        Instant theirs = MutableClock.START.plusSeconds(HOUR);
        List<Boolean> again = new ArrayList<>();
        var first = binding.prove("GET", API, null, null);
        var second = binding.prove("GET", API, null, null);
        again.add(binding.refused(first, API, theirs));
        again.add(binding.refused(second, API, theirs));
        again.add(binding.refused(binding.prove("GET", API, null, null), API, theirs));

        assertThat(again).containsExactly(true, true, false);
    }

    @Test
    void d12_whatIsRememberedIsBounded() throws Exception {
        TokenBinding binding =
                Dpop.create().clock(stage.clock).create(Stage.metadata().build());
        for (int i = 0; i <= 100; i++) {
            URI each = URI.create("https://host-" + i + ".example.com/");
            assertThat(binding.refused(
                            binding.prove("GET", each, null, null), each, MutableClock.START.plusSeconds(HOUR)))
                    .isTrue();
        }
        assertThat(iat(binding, "https://host-0.example.com/")).isEqualTo(NOW);
        assertThat(iat(binding, "https://host-1.example.com/")).isEqualTo(NOW + HOUR);
        assertThat(iat(binding, "https://host-100.example.com/")).isEqualTo(NOW + HOUR);
        assertThatThrownBy(() -> binding.refused(null, API, MutableClock.START))
                .isInstanceOf(NullPointerException.class);
    }

    private static Object iat(TokenBinding binding, String uri) throws IOException {
        return Jwt.parse(binding.prove("GET", URI.create(uri), null, null)
                        .first("dpop")
                        .orElseThrow())
                .claims
                .get("iat");
    }
}
