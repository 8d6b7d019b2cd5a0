package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Network.assertion;
import static dev.latchkey.auth.atproto.Network.proof;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.token.TokenOptions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A clock that is wrong at a server as the reference implementation is: no assertion from the future, and 200 to every revocation. */
@Timeout(20)
class ServerTimeTest {

    private static final String REFUSED = "{\"error\":\"invalid_client\"}";
    // What assertions stay behind the server's time.
    private static final long BEHIND = 10;

    private final Network network = new Network();
    private final Set<Object> assertions = new HashSet<>();
    private long ahead;
    private int revoked;

    private Instant theirTime() {
        return network.internet.clock.instant().plusSeconds(ahead);
    }

    private Answer answer(Answer answer) {
        return answer.header("DPoP-Nonce", "as-1")
                .header(
                        "Date",
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(theirTime().atZone(ZoneOffset.UTC)));
    }

    private boolean takes(RecordedRequest request) {
        long age = theirTime().getEpochSecond() - (Long) assertion(request).get("iat");
        return age >= 0 && age <= 60 && assertions.add(assertion(request).get("jti"));
    }

    @BeforeEach
    void serves() {
        network.servers
                .onPost("/oauth/par")
                .alwaysAnswers(request -> answer(
                        takes(request)
                                ? Answer.json(201, "{\"request_uri\":\"urn:a\",\"expires_in\":300}")
                                : Answer.json(401, REFUSED)));
        network.servers
                .onPost("/oauth/token")
                .alwaysAnswers(request -> answer(
                        takes(request)
                                ? Answer.json(200, Network.granted(Internet.ALICE.toString(), ""))
                                : Answer.json(401, REFUSED)));
        network.servers.onPost("/oauth/revoke").alwaysAnswers(request -> {
            revoked += takes(request) ? 1 : 0;
            return answer(Answer.json(200, "{}"));
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {-60, -3600, 120})
    void aSignInIsRefusedOnceAndAllThatFollowsIsInTime(long ahead) {
        this.ahead = ahead;
        AtprotoClient client = network.client();

        Account alice = network.complete(client, "alice.example.com");
        client.tokens(alice).get(TokenOptions.NONE.forceRefresh());
        assertThat(client.signOut(alice).revocation()).isSameAs(Revocation.DONE);

        assertThat(revoked).isEqualTo(1);
        assertThat(network.to("/oauth/par")).hasSize(2);
        assertThat(network.to("/oauth/token")).hasSize(2);
        RecordedRequest last = network.last("/oauth/revoke");
        assertThat(network.to("/oauth/revoke")).containsExactly(last);
        assertThat(assertion(last).get("iat"))
                .as("still a little behind, of the server's time now")
                .isEqualTo(theirTime().getEpochSecond() - BEHIND);
        assertThat(proof(last).get("iat")).isEqualTo(theirTime().getEpochSecond());
    }

    /** The reference server says 200 to whoever it does not believe. */
    @ParameterizedTest
    @ValueSource(longs = {-70, -11, 51, 70, 3600})
    void aSignOutThatIsTheFirstRequestAfterAStartIsHeard(long ahead) {
        Account alice = network.complete(network.client(), "alice.example.com");
        this.ahead = ahead;

        assertThat(network.client().signOut(alice).revocation()).isSameAs(Revocation.DONE);

        assertThat(network.to("/oauth/revoke")).hasSize(2);
        assertThat(revoked).isEqualTo(1);
    }

    @Test
    void aClockThatIsRightChangesNothing() {
        AtprotoClient client = network.client();
        Account alice = network.complete(client, "alice.example.com");

        assertThat(client.signOut(alice).revocation()).isSameAs(Revocation.DONE);

        assertThat(network.to("/oauth/par")).hasSize(1);
        assertThat(network.to("/oauth/revoke")).hasSize(1);
        assertThat(revoked).isEqualTo(1);
    }
}
