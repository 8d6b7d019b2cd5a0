package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.Gson;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.Challenge;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.Assertion;
import dev.latchkey.auth.grant.JwtBearerGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.http.ProtectedResources;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.ProtectedResourceMetadata;
import dev.latchkey.auth.protocol.Callbacks;
import dev.latchkey.auth.protocol.IdTokenChecks;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.AuthorizationDetail;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenIntrospection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the specifications print of everything around the token endpoint. */
@Timeout(20)
class PublishedLifecycleVectorsTest {

    private static final ClientId S6BHDRKQT3 = ClientId.of("s6BhdRkqt3");
    private static final String GX1F = "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW";

    private final Stage stage = new Stage();

    private OAuthClient client(String secret) {
        return stage.builder(AuthorizationServerMetadata.builder("https://server.example.com")
                        .authorizationEndpoint(URI.create("https://server.example.com/authorize"))
                        .tokenEndpoint(URI.create("https://server.example.com/token"))
                        .revocationEndpoint(URI.create("https://server.example.com/revoke"))
                        .member("introspection_endpoint", "https://server.example.com/introspect")
                        .build())
                .client(S6BHDRKQT3, ClientAuthentication.secretBasic(ClientSecret.of(secret)))
                .build();
    }

    @Test
    void oidcCoreAppendixA4CodeHash() {
        IdTokenClaims claims = IdTokenClaims.of("RS256", Map.of("c_hash", "LDktKdoQak3Pk0cnXxCltA"));
        IdTokenChecks checks = new IdTokenChecks(claims, "host", stage.clock.instant(), Duration.ZERO);

        checks.authorizationHashes("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk", "af0ifjsldkj");
        assertThatThrownBy(() -> checks.authorizationHashes(
                        "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3TgfvK", "af0ifjsldkj"))
                .hasMessageContaining("c_hash");
    }

    @Test
    void rfc7009Section21Revocation() {
        stage.answers(Answer.of(200));

        assertThat(client("gX1fBat3bV").revoke(RefreshToken.of("45ghiukldjahdnhzdauz")))
                .isSameAs(Revocation.DONE);

        RecordedRequest request = stage.transport.onlyRequest();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri()).hasToString("https://server.example.com/revoke");
        assertThat(request.header("content-type")).hasValue("application/x-www-form-urlencoded");
        assertThat(request.header("authorization")).hasValue(GX1F);
        assertThat(request.body()).isEqualTo("token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token");
    }

    @Test
    void rfc7662Sections21And22Introspection() {
        stage.answers("{\"active\":true,\"client_id\":\"l238j323ds-23ij4\",\"username\":\"jdoe\","
                + "\"scope\":\"read write dolphin\",\"sub\":\"Z5O3upPC88QrAjx00dis\","
                + "\"aud\":\"https://protected.example.net/resource\",\"iss\":\"https://server.example.com/\","
                + "\"exp\":1419356238,\"iat\":1419350238,\"extension_field\":\"twenty-seven\"}");

        TokenIntrospection known = client("gX1fBat3bV").introspect(AccessToken.bearer("mF_9.B5f-4.1JqM"));

        assertThat(stage.transport.onlyRequest().uri()).hasToString("https://server.example.com/introspect");
        assertThat(stage.transport.onlyRequest().header("authorization")).hasValue(GX1F);
        assertThat(stage.transport.onlyRequest().body())
                .isEqualTo("token=mF_9.B5f-4.1JqM&token_type_hint=access_token");
        assertThat(known.isActive()).isTrue();
        assertThat(known.scopes()).isEqualTo(Scopes.of("read", "write", "dolphin"));
        assertThat(known.subject()).hasValue("Z5O3upPC88QrAjx00dis");
        assertThat(known.clientId()).hasValue("l238j323ds-23ij4");
        assertThat(known.text("username")).hasValue("jdoe");
        assertThat(known.expiresAt()).hasValue(Instant.ofEpochSecond(1419356238));
        assertThat(known.text("extension_field")).hasValue("twenty-seven");
    }

    @Test
    void rfc7662Section22InactiveToken() {
        stage.answers("{\"active\":false}");
        assertThat(client("gX1fBat3bV")
                        .introspect(AccessToken.bearer("2YotnFZFEjr1zCsicMWpAA"))
                        .isActive())
                .isFalse();
    }

    @Test
    void rfc8705Section32IntrospectionOfABoundToken() {
        stage.answers("{\"active\":true,\"iss\":\"https://server.example.com\",\"sub\":\"ty.webb@example.com\","
                + "\"exp\":1493726400,\"nbf\":1493722800,"
                + "\"cnf\":{\"x5t#S256\":\"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2\"}}");
        assertThat(client("gX1fBat3bV")
                        .introspect(AccessToken.bearer("mF_9.B5f-4.1JqM"))
                        .confirmation())
                .isEqualTo(Map.of("x5t#S256", "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"));
    }

    @Test
    void rfc7523Section4JwtBearer() {
        String header = Stage.base64("{\"alg\":\"ES256\",\"kid\":\"16\"}");
        assertThat(header).isEqualTo("eyJhbGciOiJFUzI1NiIsImtpZCI6IjE2In0");
        String claims = Stage.base64("{\"iss\":\"https://jwt-idp.example.com\",\"sub\":\"mailto:mike@example.com\","
                + "\"aud\":\"https://jwt-rp.example.net\",\"nbf\":1300815780,\"exp\":1300819380,"
                + "\"http://claims.example.com/member\":true}");
        assertThat(claims).startsWith("eyJpc3Mi");
        String assertion = header + "." + claims + ".J9l-ZhwP";
        stage.answers(Stage.granted(""));

        client("gX1fBat3bV").request(JwtBearerGrant.of(Assertion.of(assertion), Scopes.NONE));

        assertThat(stage.transport.onlyRequest().body())
                .isEqualTo("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + assertion);
    }

    private OAuthClient pushing() {
        return stage.builder(AuthorizationServerMetadata.builder("https://as.example.com")
                        .authorizationEndpoint(URI.create("https://as.example.com/authorize"))
                        .tokenEndpoint(URI.create("https://as.example.com/token"))
                        .pushedAuthorizationRequestEndpoint(URI.create("https://as.example.com/as/par"))
                        .build())
                .client(S6BHDRKQT3, ClientAuthentication.secretBasic(ClientSecret.of("7Fjfp0ZBr1KtDRbnfVdmIw")))
                .build();
    }

    private static AuthorizationRequest accountInformation() {
        return AuthorizationRequest.builder(
                        URI.create("https://client.example.org/cb"), Scopes.of("account-information"))
                .account(AccountNaming.subject("alice"))
                .build();
    }

    @Test
    void rfc9126Sections21And22PushedRequest() {
        stage.answers(
                Answer.json(
                        201,
                        "{\"request_uri\":\"urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c\",\"expires_in\":60}"));

        PendingAuthorization pending = pushing().authorize(accountInformation());

        RecordedRequest request = stage.transport.onlyRequest();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri()).hasToString("https://as.example.com/as/par");
        assertThat(request.header("authorization")).hasValue("Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3");
        // State and challenge are made anew for every request; all else is the example's.
        assertThat(request.body())
                .matches("response_type=code&client_id=s6BhdRkqt3"
                        + "&redirect_uri=https%3A%2F%2Fclient\\.example\\.org%2Fcb&scope=account-information"
                        + "&state=[A-Za-z0-9_-]{43}&code_challenge=[A-Za-z0-9_-]{43}&code_challenge_method=S256");
        assertThat(pending.uri())
                .hasToString("https://as.example.com/authorize?client_id=s6BhdRkqt3&request_uri="
                        + "urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A6esc_11ACC5bwc014ltc14eY22c");
    }

    @Test
    void rfc9126Section23Error() {
        stage.answers(Answer.json(
                400,
                "{\"error\":\"invalid_request\","
                        + "\"error_description\":\"The redirect_uri is not valid for the given client\"}"));
        OAuthClient client = pushing();
        assertThat(catchThrowableOfType(ConfigurationException.class, () -> client.authorize(accountInformation()))
                        .field())
                .isEqualTo("invalid_request");
    }

    @Test
    void rfc9396Section2AuthorizationDetails() {
        AuthorizationDetail accounts = AuthorizationDetail.builder("account_information")
                .actions("list_accounts", "read_balances", "read_transactions")
                .locations("https://example.com/accounts")
                .build();
        AuthorizationDetail payment = AuthorizationDetail.builder("payment_initiation")
                .actions("initiate", "status", "cancel")
                .locations("https://example.com/payments")
                .member("instructedAmount", Map.of("currency", "EUR", "amount", "123.50"))
                .member("creditorName", "Merchant A")
                .member("creditorAccount", Map.of("iban", "DE02100100109307118603"))
                .member("remittanceInformationUnstructured", "Ref Number Merchant")
                .build();
        PendingAuthorization pending = client("gX1fBat3bV")
                .authorize(AuthorizationRequest.builder(URI.create("https://client.example.com/cb"), Scopes.NONE)
                        .account(AccountNaming.subject("alice"))
                        .options(RequestOptions.NONE
                                .authorizationDetail(accounts)
                                .authorizationDetail(payment))
                        .build());

        assertThat(new Gson().fromJson(query(pending.uri()).get("authorization_details"), Object.class))
                .isEqualTo(List.of(
                        Map.of(
                                "type",
                                "account_information",
                                "actions",
                                List.of("list_accounts", "read_balances", "read_transactions"),
                                "locations",
                                List.of("https://example.com/accounts")),
                        Map.of(
                                "type",
                                "payment_initiation",
                                "actions",
                                List.of("initiate", "status", "cancel"),
                                "locations",
                                List.of("https://example.com/payments"),
                                "instructedAmount",
                                Map.of("currency", "EUR", "amount", "123.50"),
                                "creditorName",
                                "Merchant A",
                                "creditorAccount",
                                Map.of("iban", "DE02100100109307118603"),
                                "remittanceInformationUnstructured",
                                "Ref Number Merchant")));
    }

    @Test
    void rfc9728Sections3And5ResourceMetadata() {
        stage.answers("{\"resource\":\"https://resource.example.com\","
                + "\"authorization_servers\":[\"https://as1.example.com\",\"https://as2.example.net\"],"
                + "\"bearer_methods_supported\":[\"header\",\"body\"],"
                + "\"scopes_supported\":[\"profile\",\"email\",\"phone\"],"
                + "\"resource_documentation\":\"https://resource.example.com/resource_documentation.html\"}");
        List<Challenge> challenges = ProtectedResources.challenges(TransportHeaders.builder()
                .add(
                        "WWW-Authenticate",
                        "Bearer resource_metadata="
                                + "\"https://resource.example.com/.well-known/oauth-protected-resource\"")
                .build());

        assertThat(challenges).hasSize(1);
        ProtectedResourceMetadata metadata = ProtectedResources.over(stage.transport)
                .fetch(URI.create("https://resource.example.com"), challenges.get(0));

        assertThat(stage.transport.onlyRequest().method()).isEqualTo("GET");
        assertThat(stage.transport.onlyRequest().uri())
                .hasToString("https://resource.example.com/.well-known/oauth-protected-resource");
        assertThat(metadata.resource()).isEqualTo("https://resource.example.com");
        assertThat(metadata.authorizationServers())
                .containsExactly("https://as1.example.com", "https://as2.example.net");
        assertThat(metadata.scopesSupported()).containsExactly("profile", "email", "phone");
        assertThat(metadata.requiresDpop()).isFalse();
    }

    private static Map<String, Object> jarm(Map<String, String> parameters) {
        Map<String, Object> claims = new LinkedHashMap<>(parameters);
        claims.put("iss", "https://accounts.example.com");
        claims.put("aud", "s6BhdRkqt3");
        claims.put("exp", 1311281970L);
        claims.put("state", "S8NJ7uqk5fY4EjNvP_G_FtyJu6pUsvH9jsYni9dMAJw");
        return claims;
    }

    private static AuthorizationCallback signed(Map<String, Object> claims, long at) {
        return Callbacks.signed(
                claims,
                "https://accounts.example.com",
                "s6BhdRkqt3",
                Instant.ofEpochSecond(at),
                Duration.ZERO,
                "accounts.example.com");
    }

    @Test
    void jarmSection21CodeAndError() {
        Map<String, Object> code = jarm(Map.of("code", "PyyFaux2o7Q0YfXBU32jhw.5FXSQpvr8akv9CeRDSd0QA"));
        AuthorizationCallback granted = signed(code, 1311281969);
        assertThat(granted.all("code")).containsExactly("PyyFaux2o7Q0YfXBU32jhw.5FXSQpvr8akv9CeRDSd0QA");
        assertThat(granted.state().orElseThrow().reveal()).isEqualTo("S8NJ7uqk5fY4EjNvP_G_FtyJu6pUsvH9jsYni9dMAJw");
        assertThat(granted.parameters().asMap()).doesNotContainKeys("aud", "exp");

        AuthorizationCallback denied = signed(jarm(Map.of("error", "access_denied")), 1311281969);
        assertThat(denied.all("error")).containsExactly("access_denied");
        assertThat(denied.all("code")).isEmpty();

        assertThatThrownBy(() -> signed(code, 1311281970)).hasMessageContaining("exp");
    }
}
