package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.REDIRECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAssertion;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenOptions;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** D12: a clock of ours that is wrong, and servers that refuse client assertions for it. */
@Timeout(60)
class AssertionClockTest {

    private static final long MINUTE = 60;
    private static final long HALF_A_DAY = 12 * 3600;
    private static final String REFUSED = "{\"error\":\"invalid_client\"}";

    private final Stage stage = new Stage();
    private final long now = stage.clock.instant().getEpochSecond();
    private final AtomicLong ticks = new AtomicLong();
    private final Assertions authentication = new Assertions();
    private OAuthClient client = client();

    /** As after a start of the application: it has learnt nothing. */
    private OAuthClient client() {
        return stage.builder(Stage.metadata()
                        .pushedAuthorizationRequestEndpoint(URI.create(ISSUER + "/par"))
                        .revocationEndpoint(URI.create(ISSUER + "/revoke"))
                        .build())
                .client(ClientId.of("app"), authentication)
                .ticker(ticks::get)
                .build();
    }

    private static long iat(RecordedRequest request) {
        return (Long) Fapi.part(request.form().get("client_assertion"), 1).get("iat");
    }

    /** What the assertions said, by how much they were ahead of our clock at the start. */
    private List<Long> times() {
        return stage.transport.requests().stream().map(each -> iat(each) - now).collect(Collectors.toList());
    }

    private static Answer dated(Answer answer, Instant date) {
        return answer.header("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atZone(ZoneOffset.UTC)));
    }

    private Answer refusal(long ahead) {
        return dated(Answer.json(401, REFUSED), stage.clock.instant().plusSeconds(ahead));
    }

    private String ask() {
        try {
            client.clientCredentials(READ).get(TokenOptions.NONE.forceRefresh());
            return "granted";
        } catch (OAuthException e) {
            return e.error().map(error -> error.code()).orElse("no answer");
        }
    }

    private AssertionClockTest answers(Answer... answers) {
        for (Answer each : answers) {
            stage.answers(each);
        }
        return this;
    }

    private static Answer granted() {
        return Answer.json(200, Stage.refreshable());
    }

    private Account signIn() {
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build());
        String state = stage.transport.lastRequest().form().get("state");
        return client.complete(Stage.callbackOf("code", Stage.CODE, "state", state), pending.browserBinding())
                .account();
    }

    @ParameterizedTest
    @ValueSource(longs = {-MINUTE, -HALF_A_DAY, -6, 2 * MINUTE, HALF_A_DAY})
    void d12_aClockThatIsOffIsRefusedOnceAndNeverAgain(long ahead) {
        StrictServer server = new StrictServer(ahead);

        Account alice = signIn();
        client.tokens(alice, READ).get(TokenOptions.NONE.forceRefresh());
        SignOutResult out = client.accounts().remove(alice, SignOut.AND_AT_SERVER);

        assertThat(out.revocation()).isSameAs(Revocation.DONE);
        assertThat(server.revoked).isEqualTo(1);
        assertThat(stage.transport.requests().stream().map(RecordedRequest::path))
                .containsExactly("/par", "/par", "/token", "/token", "/revoke");
        assertThat(times()).containsExactly(0L, ahead, ahead, ahead, ahead);
    }

    /** After a start a sign-out may be the first that the server hears, and its 200 says nothing. */
    @ParameterizedTest
    @ValueSource(longs = {-MINUTE, 2 * MINUTE})
    void d12_aRevocationThatSaidAnotherTimeThanTheServersIsSentOnceMore(long ahead) {
        StrictServer server = new StrictServer(ahead);

        assertThat(client.revoke(RefreshToken.of("r"))).isSameAs(Revocation.DONE);

        assertThat(server.revoked).isEqualTo(1);
        assertThat(times()).containsExactly(0L, ahead);
    }

    @Test
    void d12_aRevocationAtAServerOfOurTimeIsSentOnce() {
        StrictServer server = new StrictServer(0);

        assertThat(client.revoke(AccessToken.bearer("a"))).isSameAs(Revocation.DONE);

        assertThat(server.revoked).isEqualTo(1);
        assertThat(stage.transport.requests()).hasSize(1);
    }

    /** The clock of a gateway may be wrong, where the server's is right. */
    @Test
    void d12_aRevocationThatWasAcceptedStaysSoIfTheTimeOfTheAnswerIsRefused() {
        answers(dated(Answer.of(200), stage.clock.instant().plusSeconds(MINUTE)), refusal(MINUTE), granted());

        assertThat(client.revoke(RefreshToken.of("r"))).isSameAs(Revocation.DONE);
        assertThat(ask()).isEqualTo("granted");

        assertThat(times()).as("nothing was learnt").containsExactly(0L, MINUTE, 0L);
    }

    /** Whoever tells of refusals would have told of the first. */
    @Test
    void d12_aRevocationThatWasAcceptedStaysSoIfTheTokenIsUnknownThen() {
        answers(
                dated(Answer.of(200), stage.clock.instant().plusSeconds(MINUTE)),
                Answer.json(400, "{\"error\":\"invalid_token\"}"));

        assertThat(client.revoke(RefreshToken.of("r"))).isSameAs(Revocation.DONE);
    }

    @ParameterizedTest
    @CsvSource({"503,server_error", "429,slow_down", "408,x", "401,invalid_dpop_proof", "400,use_dpop_nonce"})
    void d12_aRevocationWhoseSecondAttemptFailsIsNotDone(int status, String error) {
        answers(
                dated(Answer.of(200), stage.clock.instant().plusSeconds(MINUTE)),
                Answer.json(status, "{\"error\":\"" + error + "\"}"));

        assertThat(client.revoke(RefreshToken.of("r")).outcome()).isEqualTo(Revocation.Outcome.FAILED);
    }

    @Test
    void d12_whatASuccessSaysOfTheTimeIsNotKept() {
        answers(dated(granted(), stage.clock.instant().plusSeconds(MINUTE)), granted());

        assertThat(ask()).isEqualTo("granted");
        assertThat(ask()).isEqualTo("granted");

        assertThat(times()).containsExactly(0L, 0L);
    }

    @ParameterizedTest
    @ValueSource(longs = {HALF_A_DAY + 1, -HALF_A_DAY - 1, 0, 5, -5})
    void d12_aTimeThatIsTooFarOrOurOwnMakesNoSecondAttempt(long ahead) {
        answers(refusal(ahead), granted());

        assertThat(ask()).isEqualTo("invalid_client");
        assertThat(ask()).isEqualTo("granted");

        assertThat(times()).containsExactly(0L, 0L);
    }

    @Test
    void d12_noTimeOrTwoOrOneThatCannotBeReadOrComesFromACacheMakesNoSecondAttempt() {
        for (Answer each : List.of(
                Answer.json(401, REFUSED),
                dated(refusal(MINUTE), stage.clock.instant().plusSeconds(MINUTE)),
                Answer.json(401, REFUSED).header("Date", "tomorrow"),
                refusal(MINUTE).header("Age", "60"))) {
            answers(each);
            assertThat(ask()).isEqualTo("invalid_client");
            stage.clock.advance(Duration.ofMinutes(5));
        }
        assertThat(stage.transport.requests()).hasSize(4);
    }

    /** The answer was long on its way: what it says of the time is old. */
    @Test
    void d12_anAnswerThatTookItsTimeTeachesNothing() {
        stage.transport.on("the slow one", request -> true).alwaysAnswers(request -> {
            Answer slow = refusal(0);
            stage.clock.advance(Duration.ofSeconds(20));
            ticks.addAndGet(Duration.ofSeconds(20).toNanos());
            return slow;
        });

        assertThat(ask()).isEqualTo("invalid_client");

        assertThat(times()).containsExactly(0L);
    }

    /** Another node may hold the lease by then, and have sent the token. */
    @Test
    void d12_t3_nothingIsSentAgainWhenTheKeyTookTooLongToSign() {
        answers(refusal(MINUTE), granted());
        authentication.stalls = Duration.ofSeconds(30);

        assertThat(ask()).isEqualTo("invalid_client");

        assertThat(stage.transport.requests()).hasSize(1);
    }

    @Test
    void t3_whatIsSentAgainHasTheTimeThatIsLeft() {
        answers(refusal(MINUTE), granted());
        authentication.stalls = Duration.ofSeconds(9);

        assertThat(ask()).isEqualTo("granted");

        assertThat(stage.transport.requests())
                .extracting(request -> request.timeout())
                .containsExactly(Duration.ofSeconds(29), Duration.ofSeconds(20));
    }

    @Test
    void d12_aServerThatSaysAnotherTimeEachTimeIsAskedTwiceAndNoMore() {
        answers(refusal(MINUTE), refusal(2 * MINUTE));

        assertThat(ask()).isEqualTo("invalid_client");

        assertThat(times()).containsExactly(0L, MINUTE);
    }

    @Test
    void d12_aSecondRefusalIsSurfacedAndWhatWasLearntForgotten() {
        answers(refusal(MINUTE), refusal(MINUTE), granted());

        assertThat(ask()).isEqualTo("invalid_client");
        assertThat(ask()).isEqualTo("granted");

        assertThat(times()).containsExactly(0L, MINUTE, 0L);
    }

    @Test
    void d12_aRefreshWhoseAssertionWasRefusedIsSentAgainAtOnceWithTheSameToken() {
        answers(Answer.json(201, "{\"request_uri\":\"urn:a\",\"expires_in\":60}"), granted());
        Account alice = signIn();
        answers(refusal(-MINUTE), granted());

        client.tokens(alice, READ).get(TokenOptions.NONE.forceRefresh());

        assertThat(times()).containsExactly(0L, 0L, 0L, -MINUTE);
        assertThat(stage.transport.requests().stream()
                        .map(each -> each.form().get("refresh_token"))
                        .skip(2))
                .containsExactly(Stage.REFRESH_TOKEN, Stage.REFRESH_TOKEN);
    }

    /** Only a refusal of the client's authentication says for certain that the refresh token was not used. */
    @Test
    void d12_aRefreshTokenIsNotSentAgainAfterAnythingElse() {
        answers(Answer.json(201, "{\"request_uri\":\"urn:a\",\"expires_in\":60}"), granted());
        Account alice = signIn();
        for (Answer each : List.of(
                dated(Answer.json(400, "{\"error\":\"invalid_request\"}"), stage.clock.instant()),
                dated(Answer.json(503, REFUSED), stage.clock.instant().plusSeconds(MINUTE)),
                dated(Answer.json(200, REFUSED), stage.clock.instant().plusSeconds(MINUTE)),
                Answer.failure(Kind.DEADLINE, Delivery.UNKNOWN))) {
            int before = stage.transport.requests().size();
            answers(each);
            try {
                client.tokens(alice, READ).get(TokenOptions.NONE.forceRefresh());
            } catch (OAuthException e) {
                assertThat(e).as("expected").isNotNull();
            }
            assertThat(stage.transport.requests()).hasSize(before + 1);
            stage.clock.advance(Duration.ofHours(2));
        }
        assertThat(stage.transport.requests().stream()
                        .filter(each -> "refresh_token".equals(each.form().get("grant_type")))
                        .map(each -> iat(each)))
                .doesNotHaveDuplicates();
    }

    @Test
    void d12_whoDoesNotSignByTheTimeIsNotAskedAgain() {
        List<ClientAuthentication> others = List.of(
                ClientAuthentication.secretPost(ClientSecret.of("s")),
                ClientAuthentication.assertion(server -> ClientAssertion.of("from.somebody.else")));
        for (ClientAuthentication each : others) {
            client = stage.builder().client(ClientId.of("app"), each).build();
            answers(refusal(MINUTE));

            assertThat(ask()).isEqualTo("invalid_client");
        }
        assertThat(stage.transport.requests()).hasSize(2);
    }

    @Test
    void d12_anotherOriginOfTheServerHearsNothing() {
        client = stage.builder(Stage.metadata()
                        .revocationEndpoint(URI.create("https://other.example.com/revoke"))
                        .build())
                .client(ClientId.of("app"), authentication)
                .build();
        answers(refusal(MINUTE), granted(), Answer.of(200));

        assertThat(ask()).isEqualTo("granted");
        assertThat(client.revoke(RefreshToken.of("r"))).isSameAs(Revocation.DONE);

        assertThat(times()).containsExactly(0L, MINUTE, 0L);
    }

    /** Signs in clear text, by our clock and what the draft says of the server's. */
    private final class Assertions implements ClientAuthentication {

        private int made;
        private Duration stalls = Duration.ZERO;

        @Override
        public String method() {
            return "private_key_jwt";
        }

        @Override
        public void authenticate(RequestDraft request) {
            if (made > 0) {
                ticks.addAndGet(stalls.toNanos());
            }
            request.parameter("client_id", "app");
            request.parameter(
                    "client_assertion",
                    Fapi.jwt(
                            "PS256",
                            Map.of(
                                    "jti",
                                    "jti-" + ++made,
                                    "iat",
                                    stage.clock
                                            .instant()
                                            .plus(request.clockAhead())
                                            .getEpochSecond())));
        }
    }

    /** A server that is so many seconds ahead of us, and takes no assertion from its future, none that is old, and none twice. */
    private final class StrictServer {

        private final long ahead;
        private final Set<Object> seen = new HashSet<>();
        private int revoked;

        StrictServer(long ahead) {
            this.ahead = ahead;
            stage.transport
                    .onPost("/par")
                    .alwaysAnswers(request ->
                            answer(request, Answer.json(201, "{\"request_uri\":\"urn:a\",\"expires_in\":60}")));
            stage.transport.onPost("/token").alwaysAnswers(request -> answer(request, granted()));
            // As the reference implementation of the AT Protocol: 200, whatever became of it.
            stage.transport.onPost("/revoke").alwaysAnswers(request -> {
                revoked += takes(request) ? 1 : 0;
                return dated(Answer.json(200, "{}"), time());
            });
        }

        private Instant time() {
            return stage.clock.instant().plusSeconds(ahead);
        }

        private boolean takes(RecordedRequest request) {
            long age = time().getEpochSecond() - iat(request);
            return age >= 0
                    && age <= MINUTE
                    && seen.add(
                            Fapi.part(request.form().get("client_assertion"), 1).get("jti"));
        }

        private Answer answer(RecordedRequest request, Answer success) {
            return dated(takes(request) ? success : Answer.json(401, REFUSED), time());
        }
    }
}
