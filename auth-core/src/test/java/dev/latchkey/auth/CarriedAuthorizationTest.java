package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.CODE;
import static dev.latchkey.auth.Stage.OPENID;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.REDIRECT;
import static dev.latchkey.auth.Stage.callback;
import static dev.latchkey.auth.Stage.callbackOf;
import static dev.latchkey.auth.Stage.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.AuthorizationTransaction;
import dev.latchkey.auth.authorize.CarriedAuthorization;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class CarriedAuthorizationTest {

    private final Stage stage = new Stage();
    private final OAuthClient client = stage.client();

    private AuthorizationRequest plain() {
        return AuthorizationRequest.builder(REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build();
    }

    @Test
    void aCarriedAuthorizationKeepsNothingInTheStoreAndIsCompletedFromItsText() {
        CarriedAuthorization carried = client.authorizeCarried(AuthorizationRequest.of(REDIRECT, OPENID));
        assertThat(stage.records()).isZero();
        String text = carried.transaction().reveal();

        java.util.Map<String, Object> claims = stage.claims();
        claims.put("nonce", query(carried.uri()).get("nonce"));
        stage.answers(Stage.withIdToken(Stage.jwt(claims)));
        SignIn signIn = stage.client().complete(callback(carried.uri()), AuthorizationTransaction.restore(text));
        assertThat(signIn.account().subject()).isEqualTo("alice");
        assertThat(stage.transport.onlyRequest().form().get("code_verifier")).hasSize(43);
        assertThat(stage.records()).isEqualTo(1);
    }

    @Test
    void aCarriedAuthorizationChecksStateAndTimeToo() {
        CarriedAuthorization carried = client.authorizeCarried(plain());
        assertThatThrownBy(() -> client.complete(callbackOf("code", CODE, "state", "other"), carried.transaction()))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("state");
        assertThatThrownBy(() -> client.complete(callbackOf("code", CODE), carried.transaction()))
                .isInstanceOf(InvalidResponseException.class);
        stage.clock.advance(Duration.ofMinutes(10));
        assertThatThrownBy(() -> client.complete(callback(carried.uri()), carried.transaction()))
                .isInstanceOf(SignInRequiredException.class);
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void aCarriedAuthorizationWhoseTokenEndpointWasChangedSendsNothing() {
        CarriedAuthorization carried = client.authorizeCarried(plain());
        String changed =
                carried.transaction().reveal().replace("https://as.example.com/token", "https://evil.example/token");
        assertThatThrownBy(() -> client.complete(callback(carried.uri()), AuthorizationTransaction.restore(changed)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("transaction");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5ecret", "{}", "{\"v\":1}", "{\"v\":2}", "{\"v\":1,\"server\":{}}", "[]"})
    void aTextThatIsNoTransactionIsATypedErrorThatDoesNotQuoteIt(String text) {
        Throwable refused = catchThrowable(
                () -> client.complete(callbackOf("code", CODE, "state", "s"), AuthorizationTransaction.restore(text)));
        assertThat(refused)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("transaction")
                .hasMessageNotContaining("5ecret")
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"code_verifier", "redirect_uri", "scope", "expires_at", "client_id", "state", "server"})
    void aCarriedTransactionWithoutAPartSendsNothing(String part) {
        CarriedAuthorization carried = client.authorizeCarried(plain());
        JsonObject json = new Gson().fromJson(carried.transaction().reveal(), JsonObject.class);
        json.remove(part);
        assertThatThrownBy(() ->
                        client.complete(callback(carried.uri()), AuthorizationTransaction.restore(json.toString())))
                .isInstanceOf(OAuthException.class);
        assertThat(stage.transport.requests()).isEmpty();
    }
}
