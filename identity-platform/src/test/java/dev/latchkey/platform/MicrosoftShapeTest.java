package dev.latchkey.platform;

import static dev.latchkey.platform.Http.claims;
import static dev.latchkey.platform.Http.form;
import static dev.latchkey.platform.Http.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.RefreshTokenPolicy;
import dev.latchkey.platform.directory.Tenant;
import dev.latchkey.platform.directory.TokenRules;
import dev.latchkey.platform.directory.User;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MicrosoftShapeTest {
    private static final Tenant CONTOSO = Tenant.of("9f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a", "contoso.example");
    private static final Tenant FABRIKAM = Tenant.of("11111111-2222-4333-8444-555555555555", "fabrikam.example");
    private static final String ADA_ID = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";

    private IdentityPlatform platform;
    private Http http;

    @BeforeEach
    void start() {
        platform = IdentityPlatform.builder()
                .clock(new MutableTime())
                .tokens(TokenRules.defaults()
                        .refreshIn(Duration.ofMinutes(30))
                        .refreshTokens(RefreshTokenPolicy.REISSUE))
                .tenant(CONTOSO)
                .tenant(FABRIKAM)
                .user(User.of("ada@contoso.example", "correct horse", "Ada Lovelace")
                        .id(ADA_ID))
                .user(User.of("bob@fabrikam.example", "pw", "Bob Builder"))
                .user(User.of("carol@personal.example", "pw", "Carol Home"))
                .client(Client.publicClient("app").redirectUri("http://localhost"))
                .client(Client.confidential("daemon", "s3cret"))
                .start();
        http = new Http(platform);
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private Callback signIn(String tenant, String username, String password, String... more) {
        return platform.browser()
                .open(
                        http.uri("/" + tenant + "/oauth2/v2.0/authorize?"
                                + form(
                                        "client_id",
                                        "app",
                                        "response_type",
                                        "code",
                                        "redirect_uri",
                                        "http://localhost:4711",
                                        "scope",
                                        "openid profile offline_access https://graph.microsoft.com/User.Read",
                                        "state",
                                        "s",
                                        "nonce",
                                        "n",
                                        "client_info",
                                        "1",
                                        "code_challenge",
                                        Http.CHALLENGE,
                                        "code_challenge_method",
                                        "S256")
                                + (more.length == 0 ? "" : "&" + form(more))),
                        Answers.accepting(username, password));
    }

    private HttpResponse<String> redeem(String tenant, Callback callback) {
        return http.post(
                "/" + tenant + "/oauth2/v2.0/token",
                form(
                        "grant_type",
                        "authorization_code",
                        "client_id",
                        "app",
                        "client_info",
                        "1",
                        "code",
                        callback.parameters().get("code"),
                        "redirect_uri",
                        "http://localhost:4711",
                        "code_verifier",
                        Http.VERIFIER));
    }

    private HttpResponse<String> appToken(String tenant, String... headers) {
        return http.post(
                "/" + tenant + "/oauth2/v2.0/token",
                form(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        "daemon",
                        "client_secret",
                        "s3cret",
                        "scope",
                        "https://graph.microsoft.com/.default"),
                headers);
    }

    @Test
    void metadataNamesTheTenantByGuidHoweverItIsAddressed() {
        String byGuid = http.get("/" + CONTOSO.id() + "/v2.0/.well-known/openid-configuration")
                .body();
        String byDomain = http.get("/contoso.example/v2.0/.well-known/openid-configuration")
                .body();
        String byRfc8414 = http.get("/.well-known/oauth-authorization-server/" + CONTOSO.id() + "/v2.0")
                .body();

        assertThat(byDomain).isEqualTo(byGuid).isEqualTo(byRfc8414);
        JsonObject metadata = JsonParser.parseString(byGuid).getAsJsonObject();
        String root = platform.baseUri() + "/" + CONTOSO.id();
        assertThat(metadata.get("issuer").getAsString())
                .isEqualTo(root + "/v2.0")
                .isEqualTo(platform.issuer(CONTOSO).toString());
        assertThat(metadata.get("token_endpoint").getAsString()).isEqualTo(root + "/oauth2/v2.0/token");
        assertThat(metadata.get("jwks_uri").getAsString()).isEqualTo(root + "/discovery/v2.0/keys");
        assertThat(metadata.has("code_challenge_methods_supported")).isFalse();
        assertThat(http.get("/" + CONTOSO.id() + "/discovery/v2.0/keys").body())
                .isEqualTo(http.get("/jwks").body());
    }

    @Test
    void sharedMetadataHasTheIssuerTemplate() {
        for (String name : new String[] {"common", "organizations"}) {
            assertThat(json(http.get("/" + name + "/v2.0/.well-known/openid-configuration"))
                            .get("issuer")
                            .getAsString())
                    .isEqualTo(platform.baseUri() + "/{tenantid}/v2.0");
        }
        assertThat(json(http.get("/consumers/v2.0/.well-known/openid-configuration"))
                        .get("issuer")
                        .getAsString())
                .isEqualTo(platform.baseUri() + "/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0");
    }

    @Test
    void anUnknownTenantIsAnError() {
        HttpResponse<String> response = http.get("/nowhere.example/v2.0/.well-known/openid-configuration");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).get("error").getAsString()).isEqualTo("invalid_tenant");
        assertThat(json(response).get("error_codes").toString()).isEqualTo("[90002]");
    }

    @Test
    void theIssuerOfATokenIsTheUsersOwnTenant() {
        JsonObject tokens = json(redeem("common", signIn("common", "bob@fabrikam.example", "pw")));

        JsonObject idToken = claims(tokens.get("id_token").getAsString());
        assertThat(idToken.get("tid").getAsString()).isEqualTo(FABRIKAM.id());
        assertThat(idToken.get("iss").getAsString()).isEqualTo(platform.baseUri() + "/" + FABRIKAM.id() + "/v2.0");
        assertThat(idToken.get("ver").getAsString()).isEqualTo("2.0");
        assertThat(idToken.get("preferred_username").getAsString()).isEqualTo("bob@fabrikam.example");
    }

    @Test
    void answersCarryClientInfoAndExtendedLifetimes() {
        Callback callback = signIn("contoso.example", "ada@contoso.example", "correct horse");
        assertThat(callback.parameters()).containsOnlyKeys("code", "state");
        JsonObject tokens = json(redeem(CONTOSO.id(), callback));

        String info = new String(
                Base64.getUrlDecoder().decode(tokens.get("client_info").getAsString()), StandardCharsets.UTF_8);
        assertThat(info).isEqualTo("{\"uid\":\"" + ADA_ID + "\",\"utid\":\"" + CONTOSO.id() + "\"}");
        assertThat(tokens.get("ext_expires_in").getAsInt()).isEqualTo(3600);
        assertThat(tokens.get("refresh_in").getAsInt()).isEqualTo(1800);
        JsonObject idToken = claims(tokens.get("id_token").getAsString());
        assertThat(idToken.get("oid").getAsString()).isEqualTo(ADA_ID);
        assertThat(idToken.get("sub").getAsString()).isNotEqualTo(ADA_ID);
        assertThat(claims(tokens.get("access_token").getAsString()).get("scp").getAsString())
                .isEqualTo("User.Read");
    }

    @Test
    void aCodeOfOneAuthorityIsNoGoodAtAnother() {
        Callback callback = signIn("common", "ada@contoso.example", "correct horse");

        assertThat(json(redeem("organizations", callback)).get("error_codes").toString())
                .isEqualTo("[700005]");
    }

    @Test
    void usersOfAnotherTenantCannotSignIn() {
        for (String tenant : new String[] {CONTOSO.id(), "consumers"}) {
            org.assertj.core.api.Assertions.assertThatIllegalStateException()
                    .isThrownBy(() -> signIn(tenant, "bob@fabrikam.example", "pw"))
                    .withMessageContaining("does not exist");
        }
        org.assertj.core.api.Assertions.assertThatIllegalStateException()
                .isThrownBy(() -> signIn("organizations", "carol@personal.example", "pw"));
        assertThat(signIn("consumers", "carol@personal.example", "pw").parameters())
                .containsKey("code");
    }

    @Test
    void errorsHaveMicrosoftsShapeAndEchoTheCorrelationId() {
        String id = "0f0e0d0c-0b0a-4908-8706-050403020100";
        HttpResponse<String> response = http.post(
                "/organizations/oauth2/v2.0/token",
                form("grant_type", "refresh_token", "client_id", "app", "refresh_token", "unknown"),
                "client-request-id",
                id,
                "return-client-request-id",
                "true");

        JsonObject body = json(response);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(body.keySet())
                .containsExactlyInAnyOrder(
                        "error",
                        "error_description",
                        "error_codes",
                        "timestamp",
                        "trace_id",
                        "correlation_id",
                        "error_uri",
                        "suberror");
        assertThat(body.get("error").getAsString()).isEqualTo("invalid_grant");
        assertThat(body.get("suberror").getAsString()).isEqualTo("bad_token");
        assertThat(body.get("correlation_id").getAsString()).isEqualTo(id);
        assertThat(body.get("timestamp").getAsString()).isEqualTo("2026-05-04 03:02:01Z");
        assertThat(body.get("error_description").getAsString())
                .startsWith("AADSTS9002313: ")
                .endsWith(" Correlation ID: " + id + " Timestamp: 2026-05-04 03:02:01Z");
        assertThat(response.headers().firstValue("client-request-id")).contains(id);
        assertThat(response.headers().firstValue("x-ms-request-id")).isPresent();
    }

    @Test
    void theCorrelationIdIsEchoedOnlyWhenAskedFor() {
        assertThat(appToken(CONTOSO.id(), "client-request-id", "abc").headers().firstValue("client-request-id"))
                .isEmpty();
    }

    @Test
    void appTokensNeedARealTenantAndADefaultScope() {
        HttpResponse<String> response = appToken("contoso.example");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).keySet())
                .containsExactlyInAnyOrder("token_type", "expires_in", "ext_expires_in", "refresh_in", "access_token");
        JsonObject token = claims(json(response).get("access_token").getAsString());
        assertThat(token.get("aud").getAsString()).isEqualTo("https://graph.microsoft.com");
        assertThat(token.get("idtyp").getAsString()).isEqualTo("app");
        assertThat(token.get("tid").getAsString()).isEqualTo(CONTOSO.id());

        assertThat(json(appToken("common")).get("error_codes").toString()).isEqualTo("[50059]");
        HttpResponse<String> scope = http.post(
                "/" + CONTOSO.id() + "/oauth2/v2.0/token",
                "grant_type=client_credentials&client_id=daemon&client_secret=s3cret&scope=User.Read");
        assertThat(json(scope).get("error_codes").toString()).isEqualTo("[1002012]");
    }

    @Test
    void wrongSecretsAre7000215() {
        HttpResponse<String> response = http.post(
                "/" + CONTOSO.id() + "/oauth2/v2.0/token",
                "grant_type=client_credentials&client_id=daemon&client_secret=wrong");

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(json(response).get("error").getAsString()).isEqualTo("invalid_client");
        assertThat(json(response).get("error_codes").toString()).isEqualTo("[7000215]");
    }

    @Test
    void scopesOfTwoResourcesAreRefused() {
        HttpResponse<String> response = http.post(
                "/" + CONTOSO.id() + "/oauth2/v2.0/token",
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
                        "https://graph.microsoft.com/User.Read api://other/read"));

        assertThat(json(response).get("error_codes").toString()).isEqualTo("[28003]");
    }

    @Test
    void aRefreshTokenBuysATokenForAnotherResource() {
        JsonObject tokens = json(redeem("common", signIn("common", "ada@contoso.example", "correct horse")));

        JsonObject other = json(http.post(
                "/common/oauth2/v2.0/token",
                form(
                        "grant_type",
                        "refresh_token",
                        "client_id",
                        "app",
                        "refresh_token",
                        tokens.get("refresh_token").getAsString(),
                        "scope",
                        "api://other/read openid")));

        assertThat(claims(other.get("access_token").getAsString()).get("aud").getAsString())
                .isEqualTo("api://other");
    }

    @Test
    void capabilitiesAndContextClassesAreTakenFromTheClaimsParameter() {
        Callback callback = signIn(
                "common",
                "ada@contoso.example",
                "correct horse",
                "claims",
                "{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}},"
                        + "\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"c1\",\"c2\"]}}}");
        JsonObject tokens = json(redeem("common", callback));

        assertThat(claims(tokens.get("access_token").getAsString())
                        .get("xms_cc")
                        .toString())
                .isEqualTo("[\"cp1\"]");
        assertThat(claims(tokens.get("id_token").getAsString()).get("acr").getAsString())
                .isEqualTo("c1");
    }

    @Test
    void errorsOfTheAuthorizationEndpointNameTheirNumber() {
        assertThat(signIn("common", "", "", "prompt", "none").parameters())
                .containsEntry("error", "login_required")
                .containsEntry("error_description", "AADSTS50058: No user is signed in, and prompt=none was sent.")
                .containsEntry("state", "s")
                .doesNotContainKey("iss");
    }

    @Test
    void instanceDiscoveryNamesThePlatformsHost() {
        JsonObject body = json(http.get("/common/discovery/instance?api-version=1.1&authorization_endpoint="
                + platform.baseUri() + "/common/oauth2/v2.0/authorize"));

        assertThat(body.get("tenant_discovery_endpoint").getAsString())
                .isEqualTo(platform.baseUri() + "/common/v2.0/.well-known/openid-configuration");
        assertThat(Map.of("api-version", body.get("api-version").getAsString())).containsEntry("api-version", "1.1");
    }
}
