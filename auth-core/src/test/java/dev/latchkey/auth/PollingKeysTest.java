package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.authorize.DevicePoll;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.grant.DeviceCode;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of sign-ins on other devices: one for all polls, and none when there is nothing more to poll for. */
@Timeout(20)
class PollingKeysTest {

    private static final AccountNaming ALICE = AccountNaming.subject("alice");

    private final Stage stage = new Stage();
    private final FakeBinding.Factory bindings = new FakeBinding.Factory("dpop");
    private final AuthorizationServerMetadata server = Stage.metadata().build();
    private final OAuthClient client = stage.builder().binding(bindings).build();

    private DeviceAuthorization begin() {
        stage.answers("{\"device_code\":\"dc\",\"user_code\":\"WDJB-MJHT\","
                + "\"verification_uri\":\"https://as.example.com/device\",\"expires_in\":900}");
        return client.authorizeDevice(READ);
    }

    private static Answer refusal(int status, String error) {
        return Answer.json(status, "{\"error\":\"" + error + "\"}");
    }

    private String keyOfLastPoll() {
        return stage.transport.lastRequest().header("DPoP").orElseThrow().split(" ", 2)[0];
    }

    @Test
    void allPollsOfASignInProveOneKey() {
        DeviceAuthorization device = begin();
        for (Answer each : new Answer[] {
            refusal(400, "authorization_pending"),
            refusal(400, "slow_down"),
            refusal(503, "temporarily_unavailable"),
            Answer.failure(Kind.CONNECT, Delivery.NOT_SENT),
            refusal(400, "authorization_pending")
        }) {
            stage.answers(each);
            try {
                assertThat(client.poll(device, ALICE)).isIn(DevicePoll.PENDING, DevicePoll.SLOW_DOWN);
            } catch (OAuthException e) {
                assertThat(e).hasMessageContaining("as.example.com");
            }
            assertThat(keyOfLastPoll()).isEqualTo("key-1");
        }
        stage.answers(Answer.json(200, Stage.refreshable().replace("Bearer", "DPoP")));
        assertThat(client.poll(device, ALICE).signIn()).isPresent();
        assertThat(keyOfLastPoll()).isEqualTo("key-1");
    }

    /** A second poll with the same code shows it: it would not be made anew if it were still there. */
    @ParameterizedTest
    @ValueSource(
            strings = {"access_denied", "expired_token", "invalid_grant", "invalid_client", "unauthorized_client", "x"})
    void aSignInThatEndedBadlyLeavesNoKey(String error) {
        DeviceAuthorization device = begin();
        stage.answers(refusal(400, error)).answers(refusal(400, error));

        assertThatThrownBy(() -> client.poll(device, ALICE)).isInstanceOf(OAuthException.class);
        assertThat(keyOfLastPoll()).isEqualTo("key-1");
        assertThatThrownBy(() -> client.poll(device, ALICE)).isInstanceOf(OAuthException.class);
        assertThat(keyOfLastPoll()).isEqualTo("key-2");
    }

    @Test
    void anAnswerThatIsRefusedLeavesNoKey() {
        DeviceAuthorization device = begin();
        stage.answers(Stage.refreshable()).answers(refusal(400, "authorization_pending"));

        assertThatThrownBy(() -> client.poll(device, ALICE))
                .isInstanceOf(OAuthException.class)
                .hasMessageContaining("token_type");
        assertThat(client.poll(device, ALICE)).isEqualTo(DevicePoll.PENDING);
        assertThat(keyOfLastPoll()).isEqualTo("key-2");
    }

    private TokenBinding key(PollingKeys keys, String code, Instant expiresAt) {
        return keys.of(DeviceCode.of(code), expiresAt, server);
    }

    private PollingKeys keys() {
        return new PollingKeys(new Bindings(new Settings(stage.builder().binding(bindings))), stage.clock);
    }

    /** Nobody polls for them any more: the user let the code expire, or the application gave up. */
    @Test
    void keysWhoseCodesHaveExpiredGoWhenTheNextOneComes() {
        PollingKeys keys = keys();
        Instant soon = stage.clock.instant().plusSeconds(900);
        for (int i = 0; i < 10; i++) {
            key(keys, "abandoned-" + i, soon);
        }
        TokenBinding still = key(keys, "still", soon.plusSeconds(1));
        stage.clock.advance(Duration.ofMinutes(15));

        assertThat(keys.size()).isEqualTo(11);
        key(keys, "next", soon.plusSeconds(900));

        assertThat(keys.size()).isEqualTo(2);
        assertThat(key(keys, "still", soon)).isSameAs(still);
    }

    @Test
    void thereAreNeverMoreThanAThousand() {
        PollingKeys keys = keys();
        Instant later = stage.clock.instant().plusSeconds(900);
        TokenBinding first = key(keys, "code-0", later);
        for (int i = 1; i <= 1_000; i++) {
            key(keys, "code-" + i, later);
        }

        assertThat(keys.size()).isEqualTo(1_000);
        assertThat(key(keys, "code-0", later)).isNotSameAs(first);
    }
}
