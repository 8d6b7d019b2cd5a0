package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.REDIRECT;
import static dev.latchkey.auth.Stage.callback;
import static dev.latchkey.auth.Stage.granted;
import static dev.latchkey.auth.Stage.refreshable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.CarriedAuthorization;
import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenType;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TokenBindingTest {

    private final Stage stage = new Stage();
    private final FakeBinding.Factory bindings = new FakeBinding.Factory("fake");
    private final OAuthClient client = stage.builder().binding(bindings).build();
    private final AuthorizationRequest request = AuthorizationRequest.builder(REDIRECT, READ)
            .account(AccountNaming.subject("alice"))
            .build();

    private static String bound(String json) {
        return json.replace("Bearer", "DPoP");
    }

    private String proof() {
        assertThat(stage.transport.lastRequest().headers().all("dpop")).hasSize(1);
        return stage.transport.lastRequest().header("dpop").orElseThrow();
    }

    private Account signIn() {
        PendingAuthorization pending = client.authorize(request);
        stage.answers(bound(refreshable()));
        return client.complete(callback(pending.uri()), pending.browserBinding())
                .account();
    }

    @Test
    void theCodeAndEveryRefreshOfASessionProveTheSameKey() {
        Account account = signIn();
        assertThat(proof()).isEqualTo("key-1 POST https://as.example.com/token");
        stage.clock.advance(Duration.ofHours(2));
        stage.answers(bound(granted("")));

        OAuthClient otherNode =
                stage.builder().binding(new FakeBinding.Factory("fake")).build();
        AccessToken token = otherNode.tokens(account, READ).token();
        assertThat(token.type()).isEqualTo(TokenType.DPOP);
        assertThat(proof()).isEqualTo("key-1 POST https://as.example.com/token");
    }

    @Test
    void aRefreshMayTieTheSessionToMoreWhichIsWrittenWithItsTokens() {
        Account account = signIn();
        bindings.refreshed = "key-1 with more";
        stage.clock.advance(Duration.ofHours(2));
        stage.answers(bound(refreshable()));
        client.tokens(account, READ).token();
        assertThat(proof()).startsWith("key-1 POST ");

        stage.clock.advance(Duration.ofHours(2));
        stage.answers(bound(granted("")));
        OAuthClient otherNode =
                stage.builder().binding(new FakeBinding.Factory("fake")).build();
        otherNode.tokens(account, READ).token();
        assertThat(proof()).startsWith("key-1 with more POST ");
    }

    @Test
    void aRefreshThatFailsTiesTheSessionToNothing() {
        Account account = signIn();
        bindings.refreshed = "key-1 with more";
        stage.clock.advance(Duration.ofHours(2));
        stage.transport.onPost("/token").answers(Answer.json(503, "{}"));
        stage.answers(bound(granted("")));
        assertThatThrownBy(() -> client.tokens(account, READ).token()).isInstanceOf(TemporaryFailureException.class);
        client.tokens(account, READ).token();
        assertThat(proof()).startsWith("key-1 POST ");
    }

    @Test
    void whatARefreshTiesTheSessionToIsSavedBeforeAnythingIsSent() {
        Account account = signIn();
        bindings.cannotSave = true;
        stage.clock.advance(Duration.ofHours(2));
        int sent = stage.transport.requests().size();
        assertThatThrownBy(() -> client.tokens(account, READ).token())
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("nothing was sent");
        assertThat(stage.transport.requests()).hasSize(sent);
    }

    @Test
    void s4_everySessionHasAKeyOfItsOwn() {
        client.authorize(request);
        signIn();
        assertThat(proof()).startsWith("key-2 ");
        stage.answers(bound(granted("")));
        client.clientCredentials(READ).token();
        assertThat(proof()).startsWith("key-3 ");
    }

    @Test
    void aCarriedAuthorizationCarriesItsKey() {
        CarriedAuthorization carried = client.authorizeCarried(request);
        stage.answers(bound(refreshable()));
        client.complete(callback(carried.uri()), carried.transaction());
        assertThat(proof()).startsWith("key-1 ");
    }

    @Test
    void k7_aCodeAnsweredWithABearerTokenIsDiscarded() {
        PendingAuthorization pending = client.authorize(request);
        stage.answers(refreshable());
        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class,
                () -> client.complete(callback(pending.uri()), pending.browserBinding()));
        assertThat(refused.field()).isEqualTo("token_type");
        assertThat(stage.records()).isZero();
    }

    @Test
    void k7_aRefreshAnsweredWithABearerTokenIsDiscardedAndTheSessionStays() {
        Account account = signIn();
        stage.clock.advance(Duration.ofHours(2));
        stage.answers(granted(",\"refresh_token\":\"stolen\"")).answers(bound(granted("")));
        assertThatThrownBy(() -> client.tokens(account, READ).token())
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("token_type");
        client.tokens(account, READ).token();
        assertThat(stage.transport.lastRequest().form()).containsEntry("refresh_token", Stage.REFRESH_TOKEN);
    }

    @Test
    void aDpopTokenThatNobodyAskedForIsDiscardedToo() {
        stage.answers(bound(granted("")));
        assertThatThrownBy(() -> stage.client().clientCredentials(READ).token())
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("token_type");
    }

    @Test
    @SuppressWarnings("deprecation")
    void passwordAndDeviceSessionsAreBoundToo() {
        stage.answers(bound(refreshable()));
        OAuthClient lenient = stage.builder()
                .binding(bindings)
                .security(SecurityProfile.LENIENT)
                .build();
        Account byPassword = lenient.password(
                        PasswordGrant.of("joe", Password.of("pw"), READ), AccountNaming.subject("joe"))
                .account();
        assertThat(proof()).startsWith("key-1 ");
        stage.answers("{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":\"https://as.example.com/d\","
                        + "\"expires_in\":600}")
                .answers(bound(refreshable()));
        DeviceAuthorization device = client.authorizeDevice(READ);
        Account byDevice = client.poll(device, AccountNaming.subject("dora"))
                .signIn()
                .orElseThrow()
                .account();
        assertThat(proof()).startsWith("key-2 ");

        stage.clock.advance(Duration.ofHours(2));
        stage.answers(bound(granted(""))).answers(bound(granted("")));
        client.tokens(byPassword, READ).token();
        assertThat(proof()).startsWith("key-1 ");
        client.tokens(byDevice, READ).token();
        assertThat(proof()).startsWith("key-2 ");
    }

    @Test
    void s4_aSessionWhoseKindOfBindingIsUnknownIsNeverUsedWithoutIt() {
        Account account = signIn();
        stage.clock.advance(Duration.ofHours(2));
        int sent = stage.transport.requests().size();
        for (OAuthClient other : new OAuthClient[] {
            stage.client(),
            stage.builder().binding(new FakeBinding.Factory("another")).build()
        }) {
            assertThatThrownBy(() -> other.tokens(account, READ).token()).isInstanceOf(OAuthException.class);
        }
        assertThat(stage.transport.requests()).hasSize(sent);
    }

    @Test
    void anAuthorizationWhoseKindOfBindingIsUnknownIsAConfigurationErrorAndSendsNothing() {
        PendingAuthorization pending = client.authorize(request);
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class,
                () -> stage.client().complete(callback(pending.uri()), pending.browserBinding()));
        assertThat(refused.field()).isEqualTo("binding");
        assertThat(refused).hasMessageContaining("fake").hasMessageContaining("never");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void anUnboundAuthorizationIsNotCompletedByAClientThatDemandsABinding() {
        PendingAuthorization pending = stage.client().authorize(request);
        assertThatThrownBy(() -> client.complete(callback(pending.uri()), pending.browserBinding()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("binding");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void aBoundClientMakesNoRequestWithoutAKey() {
        assertThatThrownBy(() -> client.request(ClientCredentialsGrant.of(READ)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("binding");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void aKeyThatCannotBeHadSendsNothingAndTheCallbackMayComeAgain() {
        PendingAuthorization pending = client.authorize(request);
        bindings.broken = true;
        TemporaryFailureException failed = catchThrowableOfType(
                TemporaryFailureException.class,
                () -> client.complete(callback(pending.uri()), pending.browserBinding()));
        assertThat(failed.safeToRetry()).isTrue();
        assertThatThrownBy(() -> client.authorize(request)).isInstanceOf(TemporaryFailureException.class);
        assertThat(stage.transport.requests()).isEmpty();

        bindings.broken = false;
        stage.answers(bound(refreshable()));
        client.complete(callback(pending.uri()), pending.browserBinding());
    }
}
