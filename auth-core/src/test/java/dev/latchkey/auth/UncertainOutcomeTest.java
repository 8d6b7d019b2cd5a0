package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.UncertainRefresh;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** After which answers, and failures, a server may have redeemed a refresh token; and how often it is then sent again. */
class UncertainOutcomeTest extends WithSessions {

    private final List<String> ended = new ArrayList<>();

    private OAuthClient client(HttpTransport over, UncertainRefresh policy) {
        return builder(over, store)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://issuer.example")
                                .tokenEndpoint(URI.create("https://issuer.example/token"))
                                .build())
                        .uncertainRefresh(policy))
                .listener(new AuthListener() {
                    @Override
                    public void sessionEnded(Account account, OAuthException reason) {
                        ended.add(account.subject());
                    }
                })
                .build();
    }

    private Account expiredSession() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        return alice;
    }

    private String record() {
        return new String(store.find(allKeys().get(0)).orElseThrow().record().content(), StandardCharsets.UTF_8);
    }

    /** A while later, since a server that failed twice in a row is left alone for a while. */
    private Throwable refresh(OAuthClient client, Account account) {
        clock.advance(Duration.ofMinutes(1));
        return catchThrowable(() -> client.tokens(account, READ).token());
    }

    static Stream<Answer> known() {
        return Stream.of(
                Answer.failure(Kind.RESOLVE, Delivery.NOT_SENT),
                Answer.failure(Kind.CONNECT, Delivery.NOT_SENT),
                Answer.failure(Kind.TLS, Delivery.NOT_SENT),
                Answer.failure(Kind.CLOSED, Delivery.NOT_SENT),
                Answer.failure(Kind.DEADLINE, Delivery.NOT_SENT),
                Answer.of(302).header("Location", "https://elsewhere.example/"),
                Answer.of(307).header("Location", "https://elsewhere.example/"),
                Answer.of(400),
                Answer.json(400, "{\"error\":\"consent_required\"}"),
                Answer.json(401, "{\"error\":\"invalid_client\"}"),
                Answer.of(403),
                Answer.of(404),
                Answer.of(429),
                Answer.of(503),
                Answer.json(503, "{\"error\":\"temporarily_unavailable\"}"));
    }

    static Stream<Answer> uncertain() {
        return Stream.of(
                Answer.failure(Kind.DEADLINE, Delivery.UNKNOWN),
                Answer.failure(Kind.EXCHANGE, Delivery.UNKNOWN),
                Answer.failure(Kind.CONNECT, Delivery.UNKNOWN),
                Answer.failure(Kind.INTERRUPTED, Delivery.UNKNOWN),
                // Taken for errors of the configuration before, and so for known.
                Answer.failure(Kind.TLS, Delivery.UNKNOWN),
                Answer.failure(Kind.CLOSED, Delivery.UNKNOWN),
                Answer.failure(Kind.CAP, Delivery.UNKNOWN),
                Answer.of(408),
                Answer.of(500),
                Answer.of(502),
                Answer.of(504),
                Answer.json(500, "{\"error\":\"temporarily_unavailable\"}"),
                // Something was done, and not what a token endpoint says when it grants.
                Answer.of(204),
                Answer.json(201, granted("odd", "")),
                Answer.json(200, "{\"access_token\":\"t\""),
                Answer.of(200, "text/html", "<p>Sorry</p>"));
    }

    @ParameterizedTest
    @MethodSource("known")
    void whatTheServerCertainlyDidNotDoIsNoAttempt(Answer answer) {
        Account alice = expiredSession();
        OAuthClient client = client(transport, UncertainRefresh.REAUTHORIZE);
        transport.answers(answer);
        assertThat(refresh(client, alice)).isInstanceOf(OAuthException.class);
        assertThat(record()).contains("\"refresh_token\":\"r1\"").doesNotContain("lease");
        transport.answers(Answer.json(200, granted("second", ",\"refresh_token\":\"r2\"")));
        assertThat(refresh(client, alice)).isNull();
        assertThat(ended).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("uncertain")
    void whatTheServerMayHaveDoneIsAnAttempt(Answer answer) {
        Account alice = expiredSession();
        OAuthClient client = client(transport, UncertainRefresh.REAUTHORIZE);
        transport.answers(answer);
        assertThat(refresh(client, alice))
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("nobody knows");
        assertThat(store.size()).isZero();
        assertThat(ended).containsExactly("alice");
        assertThat(transport.requests()).hasSize(2);
    }

    @Test
    void aTransportThatThrowsWhatItMayNotMayHaveSent() {
        Account alice = expiredSession();
        HttpTransport broken = request -> {
            throw new IllegalStateException("pool shut down");
        };
        OAuthClient retrying = client(broken, UncertainRefresh.RETRY);
        assertThat(refresh(retrying, alice))
                .isInstanceOfSatisfying(
                        TemporaryFailureException.class,
                        e -> assertThat(e.safeToRetry()).isFalse());
        assertThat(record()).contains("\"millis\":0,\"attempts\":1");
        assertThat(refresh(client(broken, UncertainRefresh.REAUTHORIZE), alice))
                .isInstanceOf(SignInRequiredException.class);
    }

    @Test
    void anErrorOutOfATransportIsAnAttemptToo() {
        Account alice = expiredSession();
        HttpTransport broken = request -> {
            throw new StackOverflowError();
        };
        assertThat(refresh(client(broken, UncertainRefresh.RETRY), alice)).isInstanceOf(StackOverflowError.class);
        assertThat(record()).contains("\"millis\":0,\"attempts\":1");
        assertThat(refresh(client(broken, UncertainRefresh.REAUTHORIZE), alice))
                .isInstanceOf(SignInRequiredException.class);
    }

    @Test
    void underRetryTheSecondLostAnswerOfOneRefreshTokenEndsTheSession() {
        Account alice = expiredSession();
        OAuthClient client = client(transport, UncertainRefresh.RETRY);
        transport.fails(Kind.DEADLINE, Delivery.UNKNOWN);
        assertThat(refresh(client, alice)).isInstanceOf(TemporaryFailureException.class);
        transport.fails(Kind.DEADLINE, Delivery.UNKNOWN);
        assertThat(refresh(client, alice))
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("nobody knows");
        assertThat(refresh(client, alice)).isInstanceOf(SignInRequiredException.class);
        assertThat(transport.requests()).hasSize(3);
        assertThat(ended).containsExactly("alice");
        assertThat(store.size()).isZero();
    }

    @Test
    void lostAnswersAreCountedAcrossNodesAndWhatIsKnownDoesNotCount() {
        Account alice = expiredSession();
        transport.fails(Kind.DEADLINE, Delivery.UNKNOWN);
        assertThat(refresh(client(transport, UncertainRefresh.RETRY), alice))
                .isInstanceOf(TemporaryFailureException.class);
        transport.answers(Answer.of(503));
        assertThat(refresh(client(transport, UncertainRefresh.RETRY), alice))
                .isInstanceOf(TemporaryFailureException.class);
        assertThat(record()).as("as before").contains("\"millis\":0,\"attempts\":1");
        transport.answers(Answer.of(500));
        assertThat(refresh(client(transport, UncertainRefresh.RETRY), alice))
                .isInstanceOf(SignInRequiredException.class);
        assertThat(ended).containsExactly("alice");
    }

    @Test
    void anAnswerEndsTheCount() {
        Account alice = expiredSession();
        OAuthClient client = client(transport, UncertainRefresh.RETRY);
        for (int round = 0; round < 3; round++) {
            transport.fails(Kind.DEADLINE, Delivery.UNKNOWN);
            assertThat(refresh(client, alice)).isInstanceOf(TemporaryFailureException.class);
            transport.answers(Answer.json(200, granted("t" + round, ",\"refresh_token\":\"n" + round + "\"")));
            assertThat(refresh(client, alice)).isNull();
            assertThat(record()).doesNotContain("lease");
            clock.advance(Duration.ofHours(2));
        }
        assertThat(ended).isEmpty();
    }

    @Test
    void aServerThatWasSeenToKeepTheRefreshTokenIsAskedAsOftenAsSomebodyNeedsIt() {
        Account alice = expiredSession();
        OAuthClient client = client(transport, UncertainRefresh.RETRY);
        transport.answers(Answer.json(200, granted("second", "")));
        assertThat(refresh(client, alice)).isNull();
        clock.advance(Duration.ofHours(2));
        for (int i = 0; i < 10; i++) {
            transport.answers(Answer.of(502));
            assertThat(refresh(client, alice)).isInstanceOf(TemporaryFailureException.class);
        }
        transport.answers(Answer.json(200, granted("third", ",\"refresh_token\":\"r2\"")));
        assertThat(refresh(client, alice)).isNull();
        assertThat(record()).as("now it rotates").doesNotContain("refresh_token_kept");
    }

    @ParameterizedTest
    @EnumSource(
            value = UncertainRefresh.class,
            names = {"RETRY", "RETRY_ALWAYS"})
    void aServerThatIsDownForLongEndsASessionUnlessRefreshTokensMayBeUsedAgain(UncertainRefresh policy) {
        Account alice = expiredSession();
        OAuthClient client = client(transport, policy);
        for (int i = 0; i < 20; i++) {
            transport.answers(Answer.of(504));
            refresh(client, alice);
        }
        assertThat(transport.requests()).hasSize(policy == UncertainRefresh.RETRY ? 3 : 21);
        assertThat(ended).hasSize(policy == UncertainRefresh.RETRY ? 1 : 0);
        if (policy == UncertainRefresh.RETRY_ALWAYS) {
            assertThat(record()).doesNotContain("lease");
            transport.answers(Answer.json(200, granted("second", ",\"refresh_token\":\"r2\"")));
            assertThat(refresh(client, alice)).isNull();
            assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "r1");
        }
    }

    @Test
    void aMarkThatAnEndedAttemptLeftKeepsNobodyWaiting() {
        Account alice = expiredSession();
        transport.fails(Kind.DEADLINE, Delivery.UNKNOWN);
        assertThat(refresh(client(transport, UncertainRefresh.RETRY), alice))
                .isInstanceOf(TemporaryFailureException.class);
        transport.answers(Answer.json(200, granted("second", ",\"refresh_token\":\"r2\"")));
        OAuthClient other = builder(transport, store)
                .pause(duration -> {
                    throw new AssertionError("Nobody need wait");
                })
                .build();
        assertThat(other.tokens(alice, READ).token().reveal()).isEqualTo("second");
    }

    @Test
    void aStillValidTokenOutlivesASessionThatEndedSo() {
        Account alice = signIn(client(), "alice", "r1");
        OAuthClient client = client(transport, UncertainRefresh.REAUTHORIZE);
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("first-alice");
        transport.answers(Answer.of(500));
        assertThatThrownBy(() -> client.tokens(alice, WRITE).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("first-alice");
        assertThat(record()).doesNotContain("refresh_token").doesNotContain("lease");
    }
}
