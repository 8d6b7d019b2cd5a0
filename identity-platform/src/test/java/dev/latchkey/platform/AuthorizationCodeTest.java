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
}
