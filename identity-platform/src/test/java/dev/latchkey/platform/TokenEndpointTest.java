package dev.latchkey.platform;

import static dev.latchkey.platform.Http.claims;
import static dev.latchkey.platform.Http.form;
import static dev.latchkey.platform.Http.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.ExpiresIn;
import dev.latchkey.platform.directory.GrantType;
import dev.latchkey.platform.directory.RefreshTokenPolicy;
import dev.latchkey.platform.directory.TokenRules;
import dev.latchkey.platform.directory.User;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokenEndpointTest {
    private static final String SECRET = "s3cret:+%/ü";

    private final MutableTime clock = new MutableTime();
    private IdentityPlatform platform;
    private Http http;

    @BeforeEach
    void start() {
        start(TokenRules.defaults());
    }

    private void start(TokenRules rules) {
        stop();
        platform = IdentityPlatform.builder()
                .clock(clock)
                .tokens(rules)
                .user(User.of("ada@contoso.example", "correct horse", "Ada Lovelace"))
                .client(Client.confidential("da:emon", SECRET).scopes("reports.read", "User.Read"))
                .client(Client.publicClient("app").grants(GrantType.PASSWORD, GrantType.REFRESH_TOKEN))
                .start();
        http = new Http(platform);
    }

    @AfterEach
    void stop() {
        if (platform != null) {
            platform.close();
        }
    }

    private static String basic(String id, String secret) {
        String encoded = java.net.URLEncoder.encode(id, StandardCharsets.UTF_8) + ":"
                + java.net.URLEncoder.encode(secret, StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(encoded.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> credentials(String... more) {
        return http.post(
                "/token",
                form("grant_type", "client_credentials", "scope", "reports.read")
                        + (more.length == 0 ? "" : "&" + form(more)),
                "Authorization",
                basic("da:emon", SECRET));
    }

    private JsonObject password(String scope) {
        HttpResponse<String> response = http.post(
                "/token",
                form(
                        "grant_type",
                        "password",
                        "client_id",
                        "app",
                        "username",
                        "ada@contoso.example",
                        "password",
                        "correct horse",
                        "scope",
                        scope));
        assertThat(response.statusCode()).isEqualTo(200);
        return json(response);
    }

    private HttpResponse<String> refresh(String token, String... more) {
        return http.post(
                "/token",
                form("grant_type", "refresh_token", "client_id", "app", "refresh_token", token)
                        + (more.length == 0 ? "" : "&" + form(more)));
    }

    private static String error(HttpResponse<String> response) {
        return json(response).get("error").getAsString();
    }

    @Test
    void acceptsFormEncodedBasicCredentials() {
        JsonObject body = json(credentials());

        assertThat(body.toString())
                .startsWith("{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"")
                .endsWith("\",\"scope\":\"reports.read\"}");
        JsonObject claims = claims(body.get("access_token").getAsString());
        assertThat(claims.get("iss").getAsString()).isEqualTo(platform.issuer().toString());
        assertThat(claims.get("client_id").getAsString()).isEqualTo("da:emon");
        assertThat(claims.get("exp").getAsLong() - claims.get("iat").getAsLong())
                .isEqualTo(3600);
    }

    @Test
    void acceptsTheSecretInTheForm() {
        assertThat(http.post(
                                "/token",
                                form(
                                        "grant_type",
                                        "client_credentials",
                                        "client_id",
                                        "da:emon",
                                        "client_secret",
                                        SECRET))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void refusesUnencodedBasicCredentialsWithAPlusOrPercent() {
        String raw = Base64.getEncoder().encodeToString(("da:emon:" + SECRET).getBytes(StandardCharsets.UTF_8));

        HttpResponse<String> response =
                http.post("/token", "grant_type=client_credentials", "Authorization", "Basic " + raw);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(error(response)).isEqualTo("invalid_client");
        assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic realm=");
    }

    @Test
    void refusesWrongAndMissingAndDoubleClientAuthentication() {
        String grant = "grant_type=client_credentials&client_id=";

        assertThat(error(http.post("/token", grant + "da%3Aemon&client_secret=wrong")))
                .isEqualTo("invalid_client");
        assertThat(error(http.post("/token", grant + "da%3Aemon"))).isEqualTo("invalid_client");
        assertThat(error(http.post("/token", grant + "nobody&client_secret=x"))).isEqualTo("invalid_client");
        assertThat(error(http.post("/token", grant + "app&client_secret=x"))).isEqualTo("invalid_client");
        assertThat(error(http.post("/token", "grant_type=client_credentials"))).isEqualTo("invalid_client");
        assertThat(error(credentials("client_secret", SECRET))).isEqualTo("invalid_request");
    }

    @Test
    void refusesWhatIsNotAllowedOrNotUnderstood() {
        assertThat(error(http.post("/token", "client_id=app"))).isEqualTo("invalid_request");
        assertThat(error(http.post("/token", "grant_type=magic&client_id=app"))).isEqualTo("unsupported_grant_type");
        assertThat(error(http.post("/token", "grant_type=client_credentials&client_id=app")))
                .isEqualTo("unauthorized_client");
        assertThat(error(http.post("/token", "grant_type=password&client_id=app&client_id=app")))
                .isEqualTo("invalid_request");
        assertThat(error(http.send("POST", "/token", "{}", "Content-Type", "application/json")))
                .isEqualTo("invalid_request");
        HttpResponse<String> wide = http.post(
                "/token",
                form("grant_type", "client_credentials", "scope", "admin"),
                "Authorization",
                basic("da:emon", SECRET));
        assertThat(error(wide)).isEqualTo("invalid_scope");
        assertThat(http.get("/token").statusCode()).isEqualTo(405);
    }

    @Test
    void theResourceParameterBecomesTheAudience() {
        String token = json(credentials("resource", "https://api.example"))
                .get("access_token")
                .getAsString();

        assertThat(claims(token).get("aud").getAsString()).isEqualTo("https://api.example");
        assertThat(http.get("/v1.0/users", "Authorization", "Bearer " + token).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aWrongPasswordIsAnInvalidGrant() {
        HttpResponse<String> response = http.post(
                "/token",
                form(
                        "grant_type",
                        "password",
                        "client_id",
                        "app",
                        "username",
                        "ada@contoso.example",
                        "password",
                        "wrong"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error(response)).isEqualTo("invalid_grant");
    }

    @Test
    void refreshTokensNeedOfflineAccess() {
        assertThat(password("openid").has("refresh_token")).isFalse();
        assertThat(password("openid offline_access").has("refresh_token")).isTrue();
    }

    @Test
    void rotationKillsTheFamilyWhenAnOldTokenComesBack() {
        JsonObject first = password("openid User.Read offline_access");
        String oldToken = first.get("refresh_token").getAsString();
        JsonObject second = json(refresh(oldToken));
        String newToken = second.get("refresh_token").getAsString();
        assertThat(newToken).isNotEqualTo(oldToken);
        assertThat(claims(second.get("id_token").getAsString()).get("sub"))
                .isEqualTo(claims(first.get("id_token").getAsString()).get("sub"));

        HttpResponse<String> replay = refresh(oldToken);
        assertThat(replay.statusCode()).isEqualTo(400);
        assertThat(error(replay)).isEqualTo("invalid_grant");

        assertThat(error(refresh(newToken))).isEqualTo("invalid_grant");
        assertThat(http.get(
                                "/v1.0/me",
                                "Authorization",
                                "Bearer " + second.get("access_token").getAsString())
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void ofManyThatRedeemOneTokenAtOnceExactlyOneWins() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 50; round++) {
                String token = password("offline_access").get("refresh_token").getAsString();
                CountDownLatch start = new CountDownLatch(1);
                List<Future<Integer>> answers = new java.util.ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    answers.add(threads.submit(() -> {
                        start.await();
                        return refresh(token).statusCode();
                    }));
                }
                start.countDown();
                int won = 0;
                for (Future<Integer> answer : answers) {
                    won += answer.get() == 200 ? 1 : 0;
                }
                assertThat(won).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void reissueLeavesTheOldTokenGood() {
        start(TokenRules.defaults().refreshTokens(RefreshTokenPolicy.REISSUE));
        String token = password("offline_access").get("refresh_token").getAsString();

        assertThat(json(refresh(token)).get("refresh_token").getAsString()).isNotEqualTo(token);
        assertThat(refresh(token).statusCode()).isEqualTo(200);
    }

    @Test
    void keepReturnsNoRefreshToken() {
        start(TokenRules.defaults().refreshTokens(RefreshTokenPolicy.KEEP));
        String token = password("offline_access").get("refresh_token").getAsString();

        assertThat(json(refresh(token)).has("refresh_token")).isFalse();
        assertThat(refresh(token).statusCode()).isEqualTo(200);
    }

    @Test
    void refreshMayNarrowTheScopeButNotWidenIt() {
        String token = password("openid profile User.Read offline_access")
                .get("refresh_token")
                .getAsString();

        assertThat(error(refresh(token, "scope", "Mail.Read"))).isEqualTo("invalid_scope");
        assertThat(json(refresh(token, "scope", "User.Read")).get("scope").getAsString())
                .isEqualTo("User.Read");
    }

    @Test
    void expiredTokensAreRefused() {
        JsonObject tokens = password("User.Read offline_access");
        String bearer = "Bearer " + tokens.get("access_token").getAsString();
        assertThat(http.get("/v1.0/me", "Authorization", bearer).statusCode()).isEqualTo(200);

        clock.advance(Duration.ofHours(1));
        assertThat(http.get("/v1.0/me", "Authorization", bearer).statusCode()).isEqualTo(401);

        clock.advance(Duration.ofHours(23));
        assertThat(error(refresh(tokens.get("refresh_token").getAsString()))).isEqualTo("invalid_grant");
    }

    @Test
    void lifetimesComeAsNumberStringOrNotAtAll() {
        start(TokenRules.defaults().accessTokenLifetime(Duration.ofSeconds(90)).expiresIn(ExpiresIn.STRING));
        assertThat(credentials().body()).contains("\"expires_in\":\"90\"");

        start(TokenRules.defaults().expiresIn(ExpiresIn.OMITTED));
        assertThat(credentials().body()).doesNotContain("expires_in");
    }

    @Test
    void opaqueTokensWorkAndSayNothing() {
        start(TokenRules.defaults().opaqueAccessTokens());
        String token = password("User.Read").get("access_token").getAsString();

        assertThat(token).hasSize(43).doesNotContain(".");
        assertThat(http.get("/v1.0/me", "Authorization", "Bearer " + token).statusCode())
                .isEqualTo(200);
    }

    @Test
    void appTokensAreReusedUntilHalfOfTheirLifeIsOver() {
        start(TokenRules.defaults().reuseAppTokens());
        String first = json(credentials()).get("access_token").getAsString();

        clock.advance(Duration.ofMinutes(29));
        JsonObject again = json(credentials());
        assertThat(again.get("access_token").getAsString()).isEqualTo(first);
        assertThat(again.get("expires_in").getAsInt()).isEqualTo(31 * 60);

        clock.advance(Duration.ofMinutes(1));
        assertThat(json(credentials()).get("access_token").getAsString()).isNotEqualTo(first);
    }

    @Test
    void revocationEndsATokenAndSaysNothingAboutUnknownOnes() {
        JsonObject tokens = password("User.Read offline_access");
        String bearer = "Bearer " + tokens.get("access_token").getAsString();

        assertThat(http.post("/revoke", "client_id=app&token=unknown").statusCode())
                .isEqualTo(200);
        assertThat(http.post(
                                "/revoke",
                                form(
                                        "client_id",
                                        "app",
                                        "token",
                                        tokens.get("refresh_token").getAsString()))
                        .statusCode())
                .isEqualTo(200);

        assertThat(error(refresh(tokens.get("refresh_token").getAsString()))).isEqualTo("invalid_grant");
        assertThat(http.get("/v1.0/me", "Authorization", bearer).statusCode()).isEqualTo(401);
    }

    @Test
    void revokingAnAccessTokenLeavesTheRefreshTokenGood() {
        JsonObject tokens = password("User.Read offline_access");
        String token = tokens.get("access_token").getAsString();

        http.post("/revoke", form("client_id", "app", "token", token));

        assertThat(http.get("/v1.0/me", "Authorization", "Bearer " + token).statusCode())
                .isEqualTo(401);
        assertThat(refresh(tokens.get("refresh_token").getAsString()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void userinfoWantsAnOpenidToken() {
        String without = password("User.Read").get("access_token").getAsString();

        assertThat(http.get("/userinfo").headers().firstValue("WWW-Authenticate"))
                .contains("Bearer");
        HttpResponse<String> garbage = http.get("/userinfo", "Authorization", "Bearer garbage");
        assertThat(garbage.statusCode()).isEqualTo(401);
        assertThat(garbage.headers().firstValue("WWW-Authenticate").orElse(""))
                .startsWith("Bearer error=\"invalid_token\"");
        assertThat(http.get("/userinfo", "Authorization", "Bearer " + without).statusCode())
                .isEqualTo(403);
    }
}
