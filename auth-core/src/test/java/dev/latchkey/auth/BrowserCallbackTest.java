package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.CODE;
import static dev.latchkey.auth.Stage.HOST;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.REDIRECT;
import static dev.latchkey.auth.Stage.callback;
import static dev.latchkey.auth.Stage.callbackOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.State;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.AccountNaming;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class BrowserCallbackTest {

    private final Stage stage = new Stage();
    private final OAuthClient client = stage.client();

    private AuthorizationRequest plain() {
        return AuthorizationRequest.builder(REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a%00b", "a%0d%0aX: y"})
    void aCallbackWithoutAUsableCodeIsRefused(String code) {
        PendingAuthorization pending = client.authorize(plain());
        InvalidResponseException refused = catchThrowableOfType(
                InvalidResponseException.class,
                () -> client.complete(
                        AuthorizationCallback.parse(
                                "code=" + code + "&state=" + pending.state().reveal()),
                        pending.browserBinding()));
        assertThat(refused.field()).isEqualTo("code");
        assertThat(refused.host()).isEqualTo(HOST);
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void theCookieIsForThisHostSecureHttpOnlyAndShort() {
        BrowserBinding binding = client.authorize(plain()).browserBinding();
        assertThat(binding.setCookie())
                .matches("__Host-latchkey-[\\w-]{16}=[\\w-]{43}; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax");
        assertThat(binding.setCookieForFormPost())
                .isEqualTo(binding.setCookie().replace("SameSite=Lax", "SameSite=None"));
        assertThat(binding.setCookie()).startsWith(binding.cookieName() + "=" + binding.reveal() + ";");
    }

    @Test
    void theCookieIsFoundByTheStateAndByNothingLess() {
        PendingAuthorization pending = client.authorize(plain());
        AuthorizationCallback callback = callback(pending.uri());
        String cookie = pending.browserBinding().cookieName() + "="
                + pending.browserBinding().reveal();

        assertThat(BrowserBinding.find(callback, "a=b; " + cookie + ";c=d")).hasValue(pending.browserBinding());
        assertThat(BrowserBinding.find(callback, "")).isEmpty();
        assertThat(BrowserBinding.find(callback, "x" + cookie)).isEmpty();
        assertThat(BrowserBinding.find(callback, pending.browserBinding().cookieName() + "="))
                .isEmpty();
        assertThat(BrowserBinding.find(callback, pending.browserBinding().cookieName() + "=a\u0001b"))
                .isEmpty();
        assertThat(BrowserBinding.find(callbackOf("code", CODE), cookie)).isEmpty();
        assertThat(BrowserBinding.find(callbackOf("code", CODE, "state", "other"), cookie))
                .isEmpty();
    }

    @Test
    void aBindingThatWouldEndTheCookieIsRefused() {
        assertThatThrownBy(() -> BrowserBinding.of(State.of("s"), "a; Domain=example.com"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("Domain");
    }

    // The JDK's message quotes what it cannot decode, control characters and all.
    @Test
    void whatIsNotFormEncodedIsNotQuoted() {
        assertThatThrownBy(() -> AuthorizationCallback.parse("code=%\r\n5ecret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the callback is not form-encoded")
                .hasNoCause();
    }

    @Test
    void callbacksAreReadFromQueriesFormsAndMaps() {
        assertThat(AuthorizationCallback.parse(URI.create("http://127.0.0.1/cb?code=a%2Bb+c&state=s&x"))
                        .parameters()
                        .asMap())
                .containsEntry("code", List.of("a+b c"))
                .containsEntry("state", List.of("s"))
                .containsEntry("x", List.of(""));
        assertThat(AuthorizationCallback.parse(URI.create("http://127.0.0.1/cb"))
                        .state())
                .isEmpty();
        assertThatThrownBy(() -> AuthorizationCallback.parse("code=%zz")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCallbackWithThousandsOfParametersIsTurnedAway() {
        assertThatThrownBy(() -> AuthorizationCallback.parse("&a=b".repeat(500_000)))
                .isInstanceOf(IllegalArgumentException.class);
        StringBuilder different = new StringBuilder("code=c&state=s");
        for (int i = 0; i < 98; i++) {
            different.append("&p").append(i).append("=v");
        }
        assertThat(AuthorizationCallback.parse(different.toString()).state()).isPresent();
        assertThatThrownBy(() -> AuthorizationCallback.parse(different + "&more=v"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
