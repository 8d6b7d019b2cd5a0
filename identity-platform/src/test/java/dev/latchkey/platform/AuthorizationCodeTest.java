package dev.latchkey.platform;

import static dev.latchkey.platform.Http.claims;
import static dev.latchkey.platform.Http.form;
import static dev.latchkey.platform.Http.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.User;
import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthorizationCodeTest {
    private static final String ADA = "ada@contoso.example";
    private static final String PASSWORD = "correct horse";
    private static final String REDIRECT = "http://127.0.0.1:5000/callback";

    private IdentityPlatform platform;
    private Http http;
    private ScriptedBrowser browser;

    @BeforeEach
    void start() {
        platform = IdentityPlatform.builder()
                .user(User.of(ADA, PASSWORD, "Ada Lovelace"))
                .user(User.of("grace@contoso.example", "battery staple", "Grace Hopper"))
                .client(Client.publicClient("app").redirectUri("http://127.0.0.1/callback"))
                .client(Client.publicClient("consented")
                        .redirectUri("http://127.0.0.1/callback")
                        .consentGiven())
                .client(Client.confidential("web", "s3cret").redirectUri("https://web.example/callback?k=v"))
                .start();
        http = new Http(platform);
        browser = platform.browser();
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private URI authorize(String... more) {
        return http.uri("/authorize?"
                + form(
                        "client_id",
                        "app",
                        "response_type",
                        "code",
                        "redirect_uri",
                        REDIRECT,
                        "scope",
                        "openid profile email offline_access User.Read",
                        "state",
                        "xyz&=",
                        "nonce",
                        "n-0S6_WzA2Mj",
                        "code_challenge",
                        Http.CHALLENGE,
                        "code_challenge_method",
                        "S256")
                + (more.length == 0 ? "" : "&" + form(more)));
    }

    private HttpResponse<String> redeem(String code) {
        return http.post(
                "/token",
                form(
                        "grant_type",
                        "authorization_code",
                        "client_id",
                        "app",
                        "code",
                        code,
                        "redirect_uri",
                        REDIRECT,
                        "code_verifier",
                        Http.VERIFIER));
    }

    @Test
    void signsInAndReadsMe() throws Exception {
        Callback callback = browser.open(authorize(), Answers.accepting(ADA, PASSWORD));

        assertThat(callback.uri().toString()).startsWith(REDIRECT + "?code=");
        assertThat(callback.parameters()).containsOnlyKeys("code", "state", "iss");
        assertThat(callback.parameters())
                .containsEntry("state", "xyz&=")
                .containsEntry("iss", platform.issuer().toString());

        HttpResponse<String> response = redeem(callback.parameters().get("code"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        JsonObject tokens = json(response);
        assertThat(tokens.keySet())
                .containsExactlyInAnyOrder(
                        "token_type", "expires_in", "access_token", "scope", "refresh_token", "id_token");
        assertThat(tokens.get("expires_in").getAsInt()).isEqualTo(3600);

        SignedJWT idToken = SignedJWT.parse(tokens.get("id_token").getAsString());
        JWKSet keys = JWKSet.parse(http.get("/jwks").body());
        assertThat(idToken.verify(new RSASSAVerifier(
                        keys.getKeyByKeyId(idToken.getHeader().getKeyID()).toRSAKey())))
                .isTrue();
        assertThat(idToken.getJWTClaimsSet().getIssuer())
                .isEqualTo(platform.issuer().toString());
        assertThat(idToken.getJWTClaimsSet().getAudience()).containsExactly("app");
        assertThat(idToken.getJWTClaimsSet().getStringClaim("nonce")).isEqualTo("n-0S6_WzA2Mj");

        String bearer = "Bearer " + tokens.get("access_token").getAsString();
        assertThat(json(http.get("/v1.0/me", "Authorization", bearer))
                        .get("displayName")
                        .getAsString())
                .isEqualTo("Ada Lovelace");
        JsonObject userinfo = json(http.get("/userinfo", "Authorization", bearer));
        assertThat(userinfo.get("sub").getAsString())
                .isEqualTo(
                        claims(tokens.get("id_token").getAsString()).get("sub").getAsString());
        assertThat(userinfo.get("email").getAsString()).isEqualTo(ADA);
    }

    @Test
    void refusesAVerifierThatDoesNotFitAndSpendsTheCode() {
        String code = browser.open(authorize(), Answers.accepting(ADA, PASSWORD))
                .parameters()
                .get("code");
        String wrong = form(
                "grant_type",
                "authorization_code",
                "client_id",
                "app",
                "code",
                code,
                "redirect_uri",
                REDIRECT,
                "code_verifier",
                Http.VERIFIER.replace('d', 'e'));

        HttpResponse<String> refused = http.post("/token", wrong);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).get("error").getAsString()).isEqualTo("invalid_grant");
        assertThat(redeem(code).statusCode()).isEqualTo(400);
    }

    @Test
    void redeemingACodeTwiceRevokesItsTokens() {
        String code = browser.open(authorize(), Answers.accepting(ADA, PASSWORD))
                .parameters()
                .get("code");
        JsonObject tokens = json(redeem(code));

        assertThat(json(redeem(code)).get("error").getAsString()).isEqualTo("invalid_grant");

        String bearer = "Bearer " + tokens.get("access_token").getAsString();
        assertThat(http.get("/v1.0/me", "Authorization", bearer).statusCode()).isEqualTo(401);
        HttpResponse<String> refresh = http.post(
                "/token",
                form(
                        "grant_type",
                        "refresh_token",
                        "client_id",
                        "app",
                        "refresh_token",
                        tokens.get("refresh_token").getAsString()));
        assertThat(json(refresh).get("error").getAsString()).isEqualTo("invalid_grant");
    }

    @Test
    void refusesAnotherRedirectUriAtTheTokenEndpoint() {
        String code = browser.open(authorize(), Answers.accepting(ADA, PASSWORD))
                .parameters()
                .get("code");

        HttpResponse<String> refused = http.post(
                "/token",
                form(
                        "grant_type",
                        "authorization_code",
                        "client_id",
                        "app",
                        "code",
                        code,
                        "redirect_uri",
                        "http://127.0.0.1:5001/callback",
                        "code_verifier",
                        Http.VERIFIER));

        assertThat(json(refused).get("error").getAsString()).isEqualTo("invalid_grant");
    }

    @Test
    void showsAPageInsteadOfRedirectingWhenClientOrRedirectUriIsWrong() {
        HttpResponse<String> unknown = http.get("/authorize?client_id=nobody&redirect_uri=https://evil.example/");
        HttpResponse<String> elsewhere = http.get("/authorize?client_id=app&redirect_uri=https://evil.example/");
        HttpResponse<String> path = http.get("/authorize?client_id=app&redirect_uri=http://127.0.0.1:1/other");
        HttpResponse<String> webPort =
                http.get("/authorize?client_id=web&redirect_uri=https://web.example:444/callback?k=v");

        assertThat(java.util.List.of(unknown, elsewhere, path, webPort)).allSatisfy(response -> {
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.headers().firstValue("Location")).isEmpty();
            assertThat(response.headers().firstValue("Content-Type")).contains("text/html;charset=UTF-8");
        });
    }

    @Test
    void sendsRequestErrorsToTheClientWithStateAndIssuer() {
        String start = "/authorize?client_id=app&state=s1&redirect_uri=http://127.0.0.1:7/callback";
        String pkce = "&code_challenge_method=S256&code_challenge=" + Http.CHALLENGE;

        assertThat(location(start + "&response_type=token" + pkce))
                .isEqualTo("http://127.0.0.1:7/callback?error=unsupported_response_type"
                        + "&error_description=Only+response_type%3Dcode+is+supported.&state=s1&iss="
                        + "https%3A%2F%2F127.0.0.1%3A" + platform.baseUri().getPort());
        assertThat(location(start + "&response_type=code")).contains("error=invalid_request", "Proof+Key");
        assertThat(location(start + "&response_type=code&code_challenge=" + Http.VERIFIER))
                .contains("error=invalid_request", "S256");
        assertThat(location(start + "&response_type=code&code_challenge_method=plain&code_challenge=" + Http.VERIFIER))
                .contains("error=invalid_request", "S256");
        assertThat(location(start + "&response_type=code&state=s2" + pkce)).contains("error=invalid_request");
        assertThat(location(start + "&response_type=code&prompt=none" + pkce)).contains("error=login_required");
        assertThat(location(start + "&response_type=code&claims=nonsense" + pkce))
                .contains("error=invalid_request");
    }

    private String location(String target) {
        HttpResponse<String> response = http.get(target);
        assertThat(response.statusCode()).isEqualTo(302);
        return response.headers().firstValue("Location").orElseThrow();
    }

    @Test
    void silentSignInNeedsASessionAndConsent() {
        assertThat(browser.open(authorize("prompt", "none"), Answers.accepting(ADA, PASSWORD))
                        .parameters())
                .containsEntry("error", "login_required");

        browser.signIn(authorize(), ADA, PASSWORD);
        assertThat(browser.open(authorize("prompt", "none"), Answers.accepting("", ""))
                        .parameters())
                .containsKey("code");

        URI more = URI.create(authorize("prompt", "none").toString().replace("User.Read", "Mail.Read"));
        assertThat(browser.open(more, Answers.accepting("", "")).parameters())
                .containsEntry("error", "consent_required");
    }

    @Test
    void asksForConsentOnceAndAgainWhenPrompted() {
        browser.signIn(authorize(), ADA, PASSWORD);
        platform.requests().clear();

        browser.signIn(authorize(), ADA, PASSWORD);
        assertThat(platform.requests().to("/consent")).isEmpty();

        browser.signIn(authorize("prompt", "consent"), ADA, PASSWORD);
        assertThat(platform.requests().to("/consent")).hasSize(1);
    }

    @Test
    void declinedConsentComesBackAsAccessDenied() {
        assertThat(browser.open(authorize(), Answers.declining(ADA, PASSWORD)).parameters())
                .containsEntry("error", "access_denied")
                .containsEntry("state", "xyz&=")
                .doesNotContainKey("code");
    }

    @Test
    void promptLoginAndAnOtherLoginHintAskForAPasswordAgain() {
        browser.signIn(authorize(), ADA, PASSWORD);
        platform.requests().clear();

        browser.signIn(authorize("prompt", "login"), ADA, PASSWORD);
        assertThat(platform.requests().to("/signin")).hasSize(1);

        browser.signIn(authorize("login_hint", "grace@contoso.example"), "grace@contoso.example", "battery staple");
        assertThat(platform.requests().to("/signin")).hasSize(2);
    }

    @Test
    void selectAccountOffersTheAccountThatIsSignedIn() {
        browser.signIn(authorize(), ADA, PASSWORD);
        platform.requests().clear();

        browser.signIn(authorize("prompt", "select_account"), "", "");

        assertThat(platform.requests().last("/account").form().get("account")).isEqualTo(ADA);
        assertThat(platform.requests().to("/signin")).isEmpty();
    }

    @Test
    void formPostPutsTheAnswerIntoAFormThatPostsItself() {
        Callback callback = browser.open(authorize("response_mode", "form_post"), Answers.accepting(ADA, PASSWORD));

        assertThat(callback.isFormPost()).isTrue();
        assertThat(callback.uri()).isEqualTo(URI.create(REDIRECT));
        assertThat(callback.parameters())
                .containsOnlyKeys("code", "state", "iss")
                .containsEntry("state", "xyz&=");
        assertThat(redeem(callback.parameters().get("code")).statusCode()).isEqualTo(200);
    }

    @Test
    void fragmentModePutsTheAnswerIntoTheFragment() {
        Callback callback = browser.open(authorize("response_mode", "fragment"), Answers.accepting(ADA, PASSWORD));

        assertThat(callback.uri().getRawQuery()).isNull();
        assertThat(callback.parameters()).containsKeys("code", "state");
    }

    @Test
    void aWrongPasswordStaysOnThePageAndSaysSo() {
        org.assertj.core.api.Assertions.assertThatIllegalStateException()
                .isThrownBy(() -> browser.signIn(authorize(), ADA, "wrong"))
                .withMessageContaining("invalid username or password");
    }

    @Test
    void aFormIsOnlyTakenFromTheBrowserThatGotIt() {
        String page = http.get(authorize()
                        .toString()
                        .substring(platform.baseUri().toString().length()))
                .body();
        String transaction = page.replaceAll("(?s).*name=\"transaction\" value=\"([^\"]+)\".*", "$1");

        HttpResponse<String> forged =
                http.post("/signin", form("transaction", transaction, "username", ADA, "password", PASSWORD));

        assertThat(forged.statusCode()).isEqualTo(400);
        assertThat(forged.headers().firstValue("Location")).isEmpty();
    }

    @Test
    void pagesEscapeWhatTheyShow() {
        String page = http.get(
                        "/authorize?client_id=app&redirect_uri=http://127.0.0.1/callback&response_type=code&code_challenge_method=S256&code_challenge="
                                + Http.CHALLENGE + "&login_hint=%22%3E%3Cscript%3E")
                .body();

        assertThat(page).contains("value=\"&quot;&gt;&lt;script&gt;\"").doesNotContain("<script>");
    }
}
