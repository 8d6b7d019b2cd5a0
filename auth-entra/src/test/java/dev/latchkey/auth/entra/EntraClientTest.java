package dev.latchkey.auth.entra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.ClaimsOnlyIdTokens;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.Prompt;
import dev.latchkey.auth.authorize.ResponseMode;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The profile in a client, as the wire sees it. */
class EntraClientTest {

    private static final String LOGIN = "https://login.microsoftonline.com/";
    private static final String TENANT = "3aa4a235-b6e2-48d5-9195-7fcf05b459b0";
    private static final String ADA = "9f4880d8-80ba-4c40-97bc-f7a23c703084";
    private static final UUID REQUEST = UUID.fromString("b2f2a6a0-4a4e-4f6e-9d43-6fb0c4ad9b65");
    private static final URI REDIRECT = URI.create("https://app.example/callback");
    private static final Scopes SCOPES = Scopes.of("openid", "profile", "offline_access", "User.Read");

    private final ScriptedTransport transport = ScriptedTransport.create();
    private final MutableClock clock = MutableClock.create();
    private final TokenStore store = InMemoryTokenStore.create(clock);

    @AfterEach
    void scriptIsFollowed() {
        transport.verify();
    }

    @Test
    void getsAnApplicationTokenWithOneRequestAndExactlyItsScopes() {
        transport.onPost("/" + TENANT + "/oauth2/v2.0/token").answers(Answer.json(200, appToken("app-1")));

        assertThat(daemon(Entra.tenant(TENANT)).token().reveal()).isEqualTo("app-1");

        RecordedRequest request = transport.onlyRequest();
        assertThat(request.uri()).isEqualTo(URI.create(LOGIN + TENANT + "/oauth2/v2.0/token"));
        assertThat(request.body())
                .isEqualTo("grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
                        + "&client_info=1&client_id=app&client_secret=s3cret");
        assertThat(request.header("client-request-id")).hasValue(REQUEST.toString());
        assertThat(request.header("return-client-request-id")).hasValue("true");
    }

    @Test
    void takesATenantByDomainAndByGuidForOne() {
        transport
                .onGet("/contoso.com/v2.0/.well-known/openid-configuration")
                .answers(Answer.json(
                        200,
                        "{\"issuer\":\"" + LOGIN + TENANT + "/v2.0\",\"token_endpoint\":\"" + LOGIN + TENANT
                                + "/oauth2/v2.0/token\"}"));
        transport.onPost("/" + TENANT + "/oauth2/v2.0/token").answers(Answer.json(200, appToken("app-1")));

        TokenSource byDomain = daemon(Entra.tenant("contoso.com"));
        assertThat(transport.requests()).isEmpty();
        assertThat(byDomain.token().reveal()).isEqualTo("app-1");
        assertThat(byDomain.token().reveal()).isEqualTo("app-1");
        assertThat(daemon(Entra.tenant(TENANT)).token().reveal()).isEqualTo("app-1");

        assertThat(transport.requests()).hasSize(2);
    }

    @Test
    void refusesADomainThatTurnsOutToBeAnotherClouds() {
        transport
                .onGet("/contoso.us/v2.0/.well-known/openid-configuration")
                .answers(Answer.json(
                        200,
                        "{\"issuer\":\"https://login.microsoftonline.us/" + TENANT + "/v2.0\",\"token_endpoint\":"
                                + "\"https://login.microsoftonline.us/" + TENANT + "/oauth2/v2.0/token\"}"));

        assertThatThrownBy(() -> daemon(Entra.tenant("contoso.us")).token())
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("issuer from login.microsoftonline.com")
                .hasMessageContaining("Entra.cloud(…)");
    }

    @Test
    void sendsNoClientCredentialsToEverybodysAuthority() {
        assertThatThrownBy(() -> daemon(Entra.common()).token())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Client credentials need a real tenant");

        assertThat(transport.requests()).isEmpty();
    }

    @Test
    void asksTheBrowserForWhatMicrosoftsPageUnderstands() {
        OAuthClient client = client(Entra.organizations());

        URI uri = client.authorize(AuthorizationRequest.builder(REDIRECT, SCOPES)
                        .prompt(Prompt.SELECT_ACCOUNT)
                        .loginHint("ada@contoso.com")
                        .maxAge(Duration.ofHours(1))
                        .claims("{\"id_token\":{\"auth_time\":{\"essential\":true}}}")
                        .responseMode(ResponseMode.FORM_POST)
                        .options(Entra.domainHint("contoso.com"))
                        .build())
                .uri();

        assertThat(uri.toString()).startsWith(LOGIN + "organizations/oauth2/v2.0/authorize?");
        assertThat(query(uri))
                .containsEntry("client_id", "app")
                .containsEntry("response_type", "code")
                .containsEntry("response_mode", "form_post")
                .containsEntry("redirect_uri", REDIRECT.toString())
                .containsEntry("scope", "openid profile offline_access User.Read")
                .containsEntry("prompt", "select_account")
                .containsEntry("login_hint", "ada@contoso.com")
                .containsEntry("domain_hint", "contoso.com")
                .containsEntry("max_age", "3600")
                .containsEntry("claims", "{\"id_token\":{\"auth_time\":{\"essential\":true}}}")
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("client_info", "1")
                .containsKeys("state", "nonce", "code_challenge");
    }

    @Test
    void signsAUserInAndRefreshes() {
        OAuthClient client = client(Entra.common());

        Account account = signIn(client, TENANT, TENANT).account();
        assertThat(account)
                .isEqualTo(
                        Account.of(LOGIN + TENANT + "/v2.0", ADA + "." + TENANT).withTenant(TENANT));
        assertThat(account.username()).hasValue("ada@contoso.com");
        TokenSource tokens = client.tokens(account, SCOPES);
        assertThat(tokens.token().reveal()).isEqualTo("at-1");

        clock.advance(Duration.ofHours(1));
        transport
                .onPost("/common/oauth2/v2.0/token")
                .answers(
                        Answer.json(
                                200,
                                "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"at-2\",\"refresh_token\":\"rt-2\"}"));
        assertThat(tokens.token().reveal()).isEqualTo("at-2");
        assertThat(transport.lastRequest().body())
                .isEqualTo(
                        "grant_type=refresh_token&refresh_token=rt-1"
                                + "&scope=openid+profile+offline_access+User.Read&client_info=1&client_id=app&client_secret=s3cret");
    }

    @Test
    void aTokenEndpointThatIsDownForAnHourEndsNoSession() {
        OAuthClient client = client(Entra.common());
        Account account = signIn(client, TENANT, TENANT).account();
        TokenSource tokens = client.tokens(account, Scopes.of("Mail.Read"));
        for (int minute = 0; minute < 60; minute++) {
            clock.advance(Duration.ofMinutes(1));
            transport.onPost("/common/oauth2/v2.0/token").answers(Answer.of(minute % 2 == 0 ? 502 : 504));
            assertThatThrownBy(tokens::token).isInstanceOf(TemporaryFailureException.class);
        }
        clock.advance(Duration.ofMinutes(1));
        transport.onPost("/common/oauth2/v2.0/token").answers(Answer.json(200, appToken("back")));
        assertThat(tokens.token().reveal()).isEqualTo("back");
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "rt-1");
    }

    @Test
    void i1_keepsNothingOfAUserWhoseTenantIsNotAllowed() {
        OAuthClient client = client(Entra.common().allowedTenants("72f988bf-86f1-41af-91ab-2d7cd011db47"));

        assertThatThrownBy(() -> signIn(client, TENANT, TENANT))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("iss from login.microsoftonline.com");

        Account account =
                Account.of(LOGIN + TENANT + "/v2.0", ADA + "." + TENANT).withTenant(TENANT);
        assertThatThrownBy(() -> client.tokens(account, SCOPES).token()).isInstanceOf(SignInRequiredException.class);
    }

    @Test
    void i1_refusesAnIssuerThatIsNotTheTokensTenant() {
        assertThatThrownBy(() -> signIn(client(Entra.common()), TENANT, "72f988bf-86f1-41af-91ab-2d7cd011db47"))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("iss from login.microsoftonline.com");
    }

    @Test
    void tellsWhatARefusalAsksFor() {
        OAuthClient client = client(Entra.common());
        TokenSource tokens = client.tokens(signIn(client, TENANT, TENANT).account(), SCOPES);
        clock.advance(Duration.ofHours(2));
        transport
                .onPost("/common/oauth2/v2.0/token")
                .answers(Answer.json(
                                400,
                                "{\"error\":\"invalid_grant\",\"suberror\":\"basic_action\",\"error_description\":\"AADSTS50076:"
                                        + " …\",\"error_codes\":[50076],\"correlation_id\":\"" + REQUEST
                                        + "\",\"claims\":\"{}\"}")
                        .header("x-ms-request-id", "255d1aef-8c98-452f-ac51-23d051240864"));

        assertThatThrownBy(tokens::token).isInstanceOfSatisfying(SignInRequiredException.class, e -> {
            EntraError error = e.error().map(EntraError::of).orElseThrow();
            assertThat(error.suberror()).hasValue("basic_action");
            assertThat(error.codes()).containsExactly(50076);
            assertThat(error.correlationId()).hasValue(REQUEST.toString());
            assertThat(error.requestId()).hasValue("255d1aef-8c98-452f-ac51-23d051240864");
            assertThat(error.claims()).hasValue("{}");
        });
    }

    @Test
    void stopsWhenTheDeviceCannotMeetThePolicy() {
        transport
                .onPost("/" + TENANT + "/oauth2/v2.0/token")
                .answers(Answer.json(
                        400, "{\"error\":\"unauthorized_client\",\"suberror\":\"protection_policy_required\"}"));

        assertThatThrownBy(() -> daemon(Entra.tenant(TENANT)).token()).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void signsInOnAnotherDevice() {
        OAuthClient client = client(Entra.consumers());
        String personal = "9188040d-6c67-4c5b-b112-36a304b66dad";
        transport
                .onPost("/consumers/oauth2/v2.0/devicecode")
                .answers(Answer.json(
                        200,
                        "{\"device_code\":\"dc\",\"user_code\":\"ABCD\",\"verification_uri\":\"https://microsoft.com/devicelogin\","
                                + "\"expires_in\":900,\"interval\":5,\"message\":\"…\"}"));
        DeviceAuthorization device = client.authorizeDevice(Scopes.of("User.Read"));
        assertThat(transport.lastRequest().form()).containsEntry("client_info", "1");
        assertThat(transport.lastRequest().header("client-request-id")).hasValue(REQUEST.toString());

        transport
                .onPost("/consumers/oauth2/v2.0/token")
                .answers(Answer.json(400, "{\"error\":\"authorization_pending\",\"error_codes\":[70016]}"))
                .answers(Answer.json(200, userToken(clientInfo(personal), null)));
        assertThat(client.poll(device, AccountNaming.byServer()).signIn()).isEmpty();
        assertThat(client.poll(device, AccountNaming.byServer())
                        .signIn()
                        .orElseThrow()
                        .account())
                .isEqualTo(Account.of(LOGIN + personal + "/v2.0", ADA + "." + personal)
                        .withTenant(personal));
    }

    @Test
    void endsTheDeviceFlowWhereTheUserDeclined() {
        OAuthClient client = client(Entra.consumers());
        transport
                .onPost("/consumers/oauth2/v2.0/devicecode")
                .answers(Answer.json(
                        200,
                        "{\"device_code\":\"dc\",\"user_code\":\"ABCD\",\"verification_uri\":\"https://microsoft.com/devicelogin\","
                                + "\"expires_in\":900,\"interval\":5}"));
        DeviceAuthorization device = client.authorizeDevice(Scopes.of("User.Read"));
        transport
                .onPost("/consumers/oauth2/v2.0/token")
                .answers(Answer.json(400, "{\"error\":\"authorization_declined\",\"error_codes\":[70017]}"));

        assertThatThrownBy(() -> client.poll(device, AccountNaming.byServer()))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("authorization_declined")
                .hasMessageContaining("AADSTS70017");
    }

    @Test
    void saysWhatTheNumberOfARefusalMeans() {
        transport
                .onPost("/" + TENANT + "/oauth2/v2.0/token")
                .answers(Answer.json(
                        401,
                        "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: …"
                                + " s3cret\",\"error_codes\":[7000222]}"));

        assertThatThrownBy(() -> daemon(Entra.tenant(TENANT)).token())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("AADSTS7000222: the client secret has expired")
                .hasMessageNotContaining("s3cret");
    }

    private TokenSource daemon(Entra entra) {
        return client(entra).clientCredentials(Entra.graphDefault());
    }

    private OAuthClient client(Entra entra) {
        return OAuthClient.builder(transport)
                .server(entra.clientRequestIds(() -> REQUEST))
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of("s3cret")))
                .idTokens(ClaimsOnlyIdTokens.dangerouslyWithoutSignature())
                .clock(clock)
                .store(store)
                .build();
    }

    private SignIn signIn(OAuthClient client, String tid, String issuing) {
        PendingAuthorization pending = client.authorize(AuthorizationRequest.of(REDIRECT, SCOPES));
        Map<String, String> asked = query(pending.uri());
        long now = clock.instant().getEpochSecond();
        String claims =
                "{\"iss\":\"" + LOGIN + issuing + "/v2.0\",\"sub\":\"pairwise\",\"aud\":\"app\",\"tid\":\"" + tid
                        + "\",\"oid\":\"" + ADA + "\",\"preferred_username\":\"ada@contoso.com\",\"nonce\":\""
                        + asked.get("nonce")
                        + "\",\"iat\":" + now + ",\"nbf\":" + now + ",\"exp\":" + (now + 3600) + "}";
        transport
                .onPost("/common/oauth2/v2.0/token")
                .answers(Answer.json(
                        200,
                        userToken(clientInfo(tid), base64("{\"alg\":\"RS256\"}") + "." + base64(claims) + ".c2ln")));
        return client.complete(
                AuthorizationCallback.parse("code=c0de&state=" + asked.get("state") + "&session_state=x"),
                pending.browserBinding());
    }

    private static String appToken(String token) {
        return "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"ext_expires_in\":3599,\"access_token\":\"" + token
                + "\"}";
    }

    private static String userToken(String clientInfo, String idToken) {
        return "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"at-1\",\"refresh_token\":\"rt-1\","
                + (idToken == null ? "" : "\"id_token\":\"" + idToken + "\",")
                + "\"client_info\":\"" + clientInfo + "\"}";
    }

    private static String clientInfo(String utid) {
        return base64("{\"uid\":\"" + ADA + "\",\"utid\":\"" + utid + "\"}");
    }

    private static String base64(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : uri.getRawQuery().split("&", -1)) {
            String[] both = pair.split("=", 2);
            parameters.put(both[0], URLDecoder.decode(both[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }
}
