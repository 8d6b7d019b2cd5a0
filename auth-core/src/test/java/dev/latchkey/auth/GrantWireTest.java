package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.granted;
import static dev.latchkey.auth.Stage.refreshable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.ExtensionGrant;
import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.grant.RefreshTokenGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The literal form of each grant, as the server sees it. */
@Timeout(20)
class GrantWireTest {

    private final Stage stage = new Stage();

    private RecordedRequest send(Grant grant) {
        return send(grant, RequestOptions.NONE);
    }

    private RecordedRequest send(Grant grant, RequestOptions options) {
        stage.answers(granted(""));
        stage.client().request(grant, options);
        return stage.transport.lastRequest();
    }

    @Test
    void clientCredentialsWithAndWithoutScope() {
        assertThat(send(ClientCredentialsGrant.of(Scopes.of("b", "a", "https://graph.example/.default")))
                        .body())
                .isEqualTo(
                        "grant_type=client_credentials&scope=b+a+https%3A%2F%2Fgraph.example%2F.default&client_id=app");
        assertThat(send(ClientCredentialsGrant.of(Scopes.NONE)).body())
                .isEqualTo("grant_type=client_credentials&client_id=app");
    }

    @Test
    void refreshTokenWithAndWithoutScope() {
        RefreshToken token = RefreshToken.of("tGzv3J+kF/0=");
        assertThat(send(RefreshTokenGrant.of(token)).body())
                .isEqualTo("grant_type=refresh_token&refresh_token=tGzv3J%2BkF%2F0%3D&client_id=app");
        assertThat(send(RefreshTokenGrant.of(token, READ)).body())
                .isEqualTo("grant_type=refresh_token&refresh_token=tGzv3J%2BkF%2F0%3D&scope=api.read&client_id=app");
    }

    @Test
    @SuppressWarnings("deprecation")
    void passwordIsSentEncodedAndMakesASession() {
        stage.answers(refreshable());
        OAuthClient client = stage.builder().security(SecurityProfile.LENIENT).build();
        SignIn signIn = client.password(
                PasswordGrant.of("jörg & co", Password.of("p=w&d%"), READ), AccountNaming.subject("jörg"));
        assertThat(stage.transport.onlyRequest().body())
                .isEqualTo(
                        "grant_type=password&username=j%C3%B6rg+%26+co&password=p%3Dw%26d%25&scope=api.read&client_id=app");
        assertThat(client.tokens(signIn.account(), READ).token().reveal()).isEqualTo(Stage.ACCESS_TOKEN);
        assertThat(stage.transport.requests()).hasSize(1);
    }

    @Test
    @SuppressWarnings("deprecation")
    void aWrongPasswordIsARefusalThatNoSignInPageMends() {
        stage.answers(Answer.json(400, "{\"error\":\"invalid_grant\"}"));
        AccessDeniedException refused = catchThrowableOfType(
                AccessDeniedException.class,
                () -> stage.builder()
                        .security(SecurityProfile.LENIENT)
                        .build()
                        .password(PasswordGrant.of("joe", Password.of("5ecret"), READ), AccountNaming.subject("joe")));
        assertThat(refused).hasMessageNotContaining("5ecret");
        assertThat(stage.records()).isZero();
    }

    @Test
    void anExtensionGrantSendsItsTypeAndParameters() {
        assertThat(send(ExtensionGrant.of(
                                "urn:ietf:params:oauth:grant-type:jwt-bearer",
                                Parameters.of("assertion", "eyJ.a.b").with("scope", "a b")))
                        .body())
                .isEqualTo(
                        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJ.a.b&scope=a+b"
                                + "&client_id=app");
        stage.answers(granted(""));
        TokenResponse response = stage.client().request(ExtensionGrant.of("urn:x", Parameters.of("scope", "a b")));
        assertThat(response.scopes()).isEqualTo(Scopes.of("a", "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"grant_type", "client_id", "client_secret", "client_assertion", "client_assertion_type"})
    void anExtensionGrantBringsNothingThatIsTheClients(String name) {
        assertThatThrownBy(() -> ExtensionGrant.of("urn:x", Parameters.of(name, "5ecret")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageNotContaining("5ecret");
    }

    @Test
    void extraParametersAndHeadersGoAlong() {
        RecordedRequest request = send(
                ClientCredentialsGrant.of(READ),
                RequestOptions.NONE
                        .parameter("audience", "https://api.example.com")
                        .parameter("x", "1")
                        .parameter("x", "2")
                        .header("X-Trace", "t-1"));
        assertThat(request.body())
                .isEqualTo("grant_type=client_credentials&scope=api.read&audience=https%3A%2F%2Fapi.example.com&x=1&x=2"
                        + "&client_id=app");
        assertThat(request.header("x-trace")).hasValue("t-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grant_type",
                "client_id",
                "client_secret",
                "client_assertion",
                "client_assertion_type",
                "code",
                "code_verifier",
                "code_challenge",
                "code_challenge_method",
                "redirect_uri",
                "refresh_token",
                "username",
                "password",
                "device_code",
                "assertion",
                "scope",
                "state",
                "nonce",
                "response_type",
                "response_mode",
                "request",
                "request_uri",
                "resource",
                "id_token_hint",
                "dpop_jkt",
                "prompt",
                "login_hint",
                "max_age",
                "acr_values",
                "claims",
                "access_token",
                ""
            })
    void reservedParametersAreRefused(String name) {
        assertThatThrownBy(() -> RequestOptions.NONE.parameter(name, "5ecret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("5ecret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "content-type",
                "ACCEPT",
                "Cookie",
                "DPoP",
                "Host",
                "Content-Length",
                "Transfer-Encoding",
                "Connection",
                "Proxy-Authorization",
                "Accept-Encoding",
                "Content-Encoding",
                "a b",
                "",
                "a\r\nb"
            })
    void reservedAndMalformedHeadersAreRefused(String name) {
        assertThatThrownBy(() -> RequestOptions.NONE.header(name, "5ecret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("5ecret");
    }

    @Test
    void aHeadersValueCannotEndTheHeader() {
        assertThatThrownBy(() -> RequestOptions.NONE.header("X-Trace", "a\r\nAuthorization: Bearer 5ecret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("5ecret");
    }

    @Test
    void unknownMembersOfTheResponseAreVisibleAndTheTokensAreNotAmongThem() {
        stage.answers(
                refreshable().replace("}", ",\"id_token\":\"e.e.e\",\"x\":[1,{\"y\":null}],\"z\":null,\"n\":1.5}"));
        TokenResponse response = stage.client().request(ClientCredentialsGrant.of(READ));
        Map<String, Object> members = response.members();
        assertThat(members.keySet()).containsExactly("token_type", "expires_in", "x", "n");
        assertThat(members).containsEntry("n", 1.5).containsEntry("expires_in", 3600L);
        assertThatThrownBy(() -> members.put("a", 1)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ((List<?>) members.get("x")).clear())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ((Map<?, ?>) ((List<?>) members.get("x")).get(1)).clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aSecretsSupplierIsAskedForEveryAttempt() {
        Iterator<String> secrets = List.of("one", "two", "three").iterator();
        OAuthClient client = stage.builder()
                .client(ClientId.of("app"), ClientAuthentication.secretPost(() -> ClientSecret.of(secrets.next())))
                .build();
        stage.answers(Answer.json(401, "{\"error\":\"invalid_client\"}"))
                .answers(granted(""))
                .answers(granted(""));
        assertThatThrownBy(() -> client.request(ClientCredentialsGrant.of(READ)))
                .hasMessageContaining("invalid_client");
        client.request(ClientCredentialsGrant.of(READ));
        client.request(ClientCredentialsGrant.of(READ));
        assertThat(stage.transport.requests())
                .extracting(request -> request.form().get("client_secret"))
                .containsExactly("one", "two", "three");
    }

    @Test
    void aCredentialThatCannotBeHadSendsNothingAndIsSafeToRetry() {
        OAuthClient client = stage.builder()
                .client(ClientId.of("app"), new ClientAuthentication() {
                    @Override
                    public String method() {
                        return "private_key_jwt";
                    }

                    @Override
                    public void authenticate(RequestDraft request) throws IOException {
                        throw new IOException("The smart card is not in its reader");
                    }
                })
                .build();
        TemporaryFailureException failed = catchThrowableOfType(
                TemporaryFailureException.class, () -> client.request(ClientCredentialsGrant.of(READ)));
        assertThat(failed.safeToRetry()).isTrue();
        assertThat(failed.getCause()).hasMessageContaining("smart card");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void nothingOfAPlainRequestIsKept() {
        send(ClientCredentialsGrant.of(READ));
        assertThat(stage.records()).isZero();
    }

    @Test
    void aClosedClientSendsNothing() {
        OAuthClient client = stage.client();
        client.close();
        assertThatThrownBy(() -> client.request(ClientCredentialsGrant.of(READ)))
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> client.authorizeDevice(READ)).hasMessageContaining("closed");
        assertThat(stage.transport.requests()).isEmpty();
        assertThat(stage.transport.isClosed()).isFalse();
    }
}
