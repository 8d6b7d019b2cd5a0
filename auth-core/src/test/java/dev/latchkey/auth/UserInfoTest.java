package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.identity.UserInfo;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OpenID Connect Core §5.3 on the wire. */
@Timeout(20)
class UserInfoTest {

    private static final TokenSource TOKENS = TokenSource.of(AccessToken.bearer("at-5ecret"));

    private final Stage stage = new Stage();

    private OAuthClientBuilder builder() {
        AuthorizationServerMetadata server = Stage.metadata()
                .member("userinfo_endpoint", "https://users.example.com/me")
                .build();
        return stage.builder(server);
    }

    private OAuthClient signed(Map<String, Object> claims, SignedResponse... required) {
        return builder().idTokens(new FakeVerifier(claims, required)).build();
    }

    @Test
    void presentsTheUsersToken() {
        stage.answers("{\"sub\":\"alice\",\"email\":\"alice@example.com\",\"nothing\":null}");

        UserInfo user = builder().build().userInfo(TOKENS, "alice");

        assertThat(stage.transport.onlyRequest().method()).isEqualTo("GET");
        assertThat(stage.transport.onlyRequest().uri()).isEqualTo(URI.create("https://users.example.com/me"));
        assertThat(stage.transport.onlyRequest().header("Authorization")).contains("Bearer at-5ecret");
        assertThat(user.subject()).isEqualTo("alice");
        assertThat(user.text("email")).contains("alice@example.com");
        assertThat(user.claims()).containsOnlyKeys("sub", "email");
        assertThat(user).hasToString("UserInfo[alice, claims [sub, email]]");
    }

    @Test
    void i10_claimsOfSomebodyElseAreRefused() {
        OAuthClient client = builder().build();
        for (String json : List.of("{\"sub\":\"mallory\"}", "{}", "{\"sub\":7}", "{\"sub\":\"Alice\"}")) {
            stage.answers(json);
            assertField(() -> client.userInfo(TOKENS, "alice"), "sub");
        }
    }

    @Test
    void i10_aSignedAnswerIsVerifiedAndNeverTakenForJson() {
        stage.answers(Answer.of(200, "application/jwt", "signed.USERINFO"));
        UserInfo user = signed(Map.of("sub", "alice", "iss", Stage.ISSUER, "aud", List.of("app")))
                .userInfo(TOKENS, "alice");
        assertThat(user.subject()).isEqualTo("alice");

        refused(Answer.of(200, "application/jwt", "forged"), Map.of("sub", "alice"), "signature");
        refused(Answer.of(200, "application/jwt", "signed.USERINFO"), Map.of("sub", "mallory"), "sub");
        refused(
                Answer.of(200, "application/jwt", "signed.USERINFO"),
                Map.of("sub", "alice", "iss", "https://other.example.com"),
                "iss");
        refused(Answer.of(200, "application/jwt", "signed.USERINFO"), Map.of("sub", "alice", "aud", "other"), "aud");
        // Claims in JSON that call themselves a JWT are a JWT that is forged.
        refused(Answer.of(200, "application/jwt", "{\"sub\":\"alice\"}"), Map.of("sub", "alice"), "signature");
    }

    @Test
    void i10_whereASignatureIsRequiredJsonWillNotDo() {
        OAuthClient client = signed(Map.of("sub", "alice"), SignedResponse.USERINFO);
        stage.answers("{\"sub\":\"alice\"}");

        assertField(() -> client.userInfo(TOKENS, "alice"), "content-type");
        assertThat(stage.transport.onlyRequest().header("Accept")).contains("application/jwt");
    }

    @Test
    void i10_aSignedAnswerWithoutAVerifierIsRefused() {
        stage.answers(Answer.of(200, "application/jwt", "signed.USERINFO"));

        assertThatThrownBy(() -> builder().build().userInfo(TOKENS, "alice"))
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    void aRefusalSaysWhatTheResourceSaid() {
        stage.answers(Answer.json(403, "{}")
                .header("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"openid\""));

        assertThatThrownBy(() -> builder().build().userInfo(TOKENS, "alice"))
                .isInstanceOfSatisfying(
                        OAuthException.class,
                        e -> assertThat(e.error()
                                        .orElseThrow()
                                        .challenges()
                                        .get(0)
                                        .parameter("error"))
                                .contains("insufficient_scope"));
    }

    private void refused(Answer answer, Map<String, Object> claims, String field) {
        stage.answers(answer);
        assertField(() -> signed(claims).userInfo(TOKENS, "alice"), field);
    }

    private static void assertField(Runnable call, String field) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo(field));
    }
}
