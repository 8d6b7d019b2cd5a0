package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.callbackOf;
import static dev.latchkey.auth.Stage.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationCode;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.CodeVerifier;
import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.authorize.DevicePoll;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.error.Challenge;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.ExtensionGrant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.grant.RefreshTokenGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.protocol.AuthorizationCodeGrant;
import dev.latchkey.auth.protocol.Challenges;
import dev.latchkey.auth.protocol.IdTokenChecks;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the specifications print. */
@Timeout(20)
class PublishedVectorsTest {

    private static final ClientId S6BHDRKQT3 = ClientId.of("s6BhdRkqt3");
    private static final ClientAuthentication GX1F = ClientAuthentication.secretBasic(ClientSecret.of("gX1fBat3bV"));

    private final Stage stage = new Stage();

    private OAuthClient client(ClientAuthentication authentication) {
        return stage.builder(AuthorizationServerMetadata.builder("https://server.example.com")
                        .authorizationEndpoint(URI.create("https://server.example.com/authorize"))
                        .tokenEndpoint(URI.create("https://server.example.com/token"))
                        .deviceAuthorizationEndpoint(URI.create("https://server.example.com/device_authorization"))
                        .build())
                .client(S6BHDRKQT3, authentication)
                .security(SecurityProfile.LENIENT) // RFC 6749 §4.3 is among the vectors.
                .build();
    }

    @Test
    void rfc7636AppendixB() {
        byte[] octets = new byte[32];
        int[] printed = {
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214, 191,
            240, 91, 88, 5, 88, 83, 132, 141, 121
        };
        for (int i = 0; i < printed.length; i++) {
            octets[i] = (byte) printed[i];
        }
        CodeVerifier verifier =
                CodeVerifier.of(Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
        assertThat(verifier.reveal()).isEqualTo("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assertThat(verifier.challenge()).isEqualTo("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    @Test
    void rfc7636Section41BoundsTheVerifier() {
        for (String bad : List.of("a".repeat(42), "a".repeat(129), "a".repeat(42) + "+", "a".repeat(42) + " ")) {
            assertThatThrownBy(() -> CodeVerifier.of(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("aaa");
        }
        CodeVerifier.of("~._-".repeat(32));
    }

    @Test
    void oidcCoreAppendixA4AccessTokenHash() {
        IdTokenClaims claims = IdTokenClaims.of("RS256", Map.of("at_hash", "77QmUPtjPfzWtF2AnpK9RQ"));
        new IdTokenChecks(claims, "host", stage.clock.instant(), Duration.ZERO)
                .accessTokenHash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        assertThatThrownBy(() -> new IdTokenChecks(claims, "host", stage.clock.instant(), Duration.ZERO)
                        .accessTokenHash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Z"))
                .hasMessageContaining("at_hash");
    }

    @Test
    void rfc6749Section231ClientSecretBasic() throws Exception {
        RequestDraft draft = RequestDraft.of(
                RequestKind.TOKEN,
                URI.create("https://server.example.com/token"),
                Stage.metadata().build(),
                S6BHDRKQT3,
                Parameters.NONE);
        ClientAuthentication.secretBasic(ClientSecret.of("7Fjfp0ZBr1KtDRbnfVdmIw"))
                .authenticate(draft);
        assertThat(draft.headers().first("authorization"))
                .hasValue("Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3");
    }

    @Test
    void rfc6749Section231ClientSecretPost() {
        stage.answers(Stage.granted(""));
        client(ClientAuthentication.secretPost(ClientSecret.of("7Fjfp0ZBr1KtDRbnfVdmIw")))
                .request(RefreshTokenGrant.of(RefreshToken.of("tGzv3JOkF0XG5Qx2TlKWIA")));
        assertThat(stage.transport.onlyRequest().body())
                .isEqualTo("grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA"
                        + "&client_id=s6BhdRkqt3&client_secret=7Fjfp0ZBr1KtDRbnfVdmIw");
    }

    @Test
    void rfc6749Section41AuthorizationCode() {
        PendingAuthorization pending = client(GX1F)
                .authorize(AuthorizationRequest.builder(URI.create("https://client.example.com/cb"), Scopes.NONE)
                        .account(AccountNaming.subject("alice"))
                        .build());
        assertThat(pending.uri().toString())
                .startsWith("https://server.example.com/authorize?response_type=code&client_id=s6BhdRkqt3"
                        + "&redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb&state=");

        AuthorizationCallback callback = AuthorizationCallback.parse(
                URI.create("https://client.example.com/cb?code=SplxlOBeZQQYbYS6WxSbIA&state=xyz"));
        assertThat(callback.state().orElseThrow().reveal()).isEqualTo("xyz");
        assertThat(callback.all("code")).containsExactly("SplxlOBeZQQYbYS6WxSbIA");
    }

    @Test
    void rfc6749Section414Successful() {
        stage.answers("{\"access_token\":\"2YotnFZFEjr1zCsicMWpAA\",\"token_type\":\"example\",\"expires_in\":3600,"
                + "\"refresh_token\":\"tGzv3JOkF0XG5Qx2TlKWIA\",\"example_parameter\":\"example_value\"}");
        // The type of the example is one that nobody asked for.
        assertThatThrownBy(() -> client(GX1F).request(ClientCredentialsGrant.of(Scopes.NONE)))
                .hasMessageContaining("token_type");
        stage.answers("{\"access_token\":\"2YotnFZFEjr1zCsicMWpAA\",\"token_type\":\"bearer\",\"expires_in\":3600,"
                + "\"refresh_token\":\"tGzv3JOkF0XG5Qx2TlKWIA\",\"example_parameter\":\"example_value\"}");
        TokenResponse response = client(GX1F).request(ClientCredentialsGrant.of(Scopes.NONE));
        assertThat(response.accessToken().reveal()).isEqualTo("2YotnFZFEjr1zCsicMWpAA");
        assertThat(response.refreshToken().orElseThrow().reveal()).isEqualTo("tGzv3JOkF0XG5Qx2TlKWIA");
        assertThat(response.members()).containsEntry("example_parameter", "example_value");
        assertThat(response.accessToken().expiresAt())
                .hasValue(stage.clock.instant().plusSeconds(3600));
    }

    @Test
    @SuppressWarnings("deprecation")
    void rfc6749Sections43And44And6() {
        OAuthClient client = client(ClientAuthentication.secretBasic(ClientSecret.of("gX1fBat3bV")));
        stage.answers(Stage.granted("")).answers(Stage.granted("")).answers(Stage.granted(""));
        client.request(PasswordGrant.of("johndoe", Password.of("A3ddj3w"), Scopes.NONE));
        assertThat(stage.transport.lastRequest().body())
                .isEqualTo("grant_type=password&username=johndoe&password=A3ddj3w");
        assertThat(stage.transport.lastRequest().header("authorization"))
                .hasValue("Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW");
        client.request(ClientCredentialsGrant.of(Scopes.NONE));
        assertThat(stage.transport.lastRequest().body()).isEqualTo("grant_type=client_credentials");
        client.request(RefreshTokenGrant.of(RefreshToken.of("tGzv3JOkF0XG5Qx2TlKWIA")));
        assertThat(stage.transport.lastRequest().body())
                .isEqualTo("grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA");
    }

    @Test
    void rfc6749Section413TokenRequest() {
        AuthorizationCodeGrant grant = AuthorizationCodeGrant.of(
                AuthorizationCode.of("SplxlOBeZQQYbYS6WxSbIA"),
                URI.create("https://client.example.com/cb"),
                CodeVerifier.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assertThat(grant.grantType()).isEqualTo("authorization_code");
        assertThat(grant.parameters().asMap())
                .isEqualTo(Map.of(
                        "code", List.of("SplxlOBeZQQYbYS6WxSbIA"),
                        "redirect_uri", List.of("https://client.example.com/cb"),
                        "code_verifier", List.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));
    }

    @Test
    void rfc6749Section45Saml() {
        stage.answers(Stage.granted(""));
        client(GX1F)
                .request(ExtensionGrant.of(
                        "urn:ietf:params:oauth:grant-type:saml2-bearer",
                        Parameters.of("assertion", "PEFzc2VydGlvbiBJc3N1ZUluc3RhbnQ")));
        assertThat(stage.transport.onlyRequest().body())
                .isEqualTo("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer"
                        + "&assertion=PEFzc2VydGlvbiBJc3N1ZUluc3RhbnQ");
    }

    @Test
    void rfc6749Section52Error() {
        stage.answers(Answer.of(400, "application/json;charset=UTF-8", "{\"error\":\"invalid_request\"}"));
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class, () -> client(GX1F).request(ClientCredentialsGrant.of(Scopes.NONE)));
        assertThat(refused.field()).isEqualTo("invalid_request");
    }

    @Test
    void rfc6749AppendixBFormEncoding() {
        stage.answers(Stage.granted(""));
        client(GX1F).request(ExtensionGrant.of("urn:x", Parameters.of("x", " %&+£€")));
        assertThat(stage.transport.onlyRequest().body()).isEqualTo("grant_type=urn%3Ax&x=+%25%26%2B%C2%A3%E2%82%AC");
    }

    @Test
    void rfc8414Section3Locations() {
        assertThat(Discovery.rfc8414("https://example.com").location())
                .hasValue(URI.create("https://example.com/.well-known/oauth-authorization-server"));
        assertThat(Discovery.rfc8414("https://example.com/issuer1").location())
                .hasValue(URI.create("https://example.com/.well-known/oauth-authorization-server/issuer1"));
        assertThat(Discovery.openId("https://example.com/issuer1").location())
                .hasValue(URI.create("https://example.com/issuer1/.well-known/openid-configuration"));
    }

    @Test
    void rfc8414Section32Document() {
        stage.answers("{\"issuer\":\"https://server.example.com\","
                + "\"authorization_endpoint\":\"https://server.example.com/authorize\","
                + "\"token_endpoint\":\"https://server.example.com/token\","
                + "\"token_endpoint_auth_methods_supported\":[\"client_secret_basic\",\"private_key_jwt\"],"
                + "\"token_endpoint_auth_signing_alg_values_supported\":[\"RS256\",\"ES256\"],"
                + "\"userinfo_endpoint\":\"https://server.example.com/userinfo\","
                + "\"jwks_uri\":\"https://server.example.com/jwks.json\","
                + "\"registration_endpoint\":\"https://server.example.com/register\","
                + "\"scopes_supported\":[\"openid\",\"profile\",\"email\",\"address\",\"phone\",\"offline_access\"],"
                + "\"response_types_supported\":[\"code\",\"code token\"],"
                + "\"service_documentation\":\"http://server.example.com/service_documentation.html\","
                + "\"ui_locales_supported\":[\"en-US\",\"en-GB\",\"en-CA\",\"fr-FR\",\"fr-CA\"]}");
        AuthorizationServerMetadata server = stage.builder()
                .server(AuthorizationServer.oauth("https://server.example.com"))
                .build()
                .metadata();
        assertThat(server.tokenEndpoint()).hasValue(URI.create("https://server.example.com/token"));
        assertThat(server.texts("ui_locales_supported")).hasSize(5).startsWith("en-US");
    }

    @Test
    void rfc8628Sections31To35() {
        OAuthClient client = stage.builder(AuthorizationServerMetadata.builder("https://server.example.com")
                        .tokenEndpoint(URI.create("https://server.example.com/token"))
                        .deviceAuthorizationEndpoint(URI.create("https://server.example.com/device_authorization"))
                        .build())
                .client(ClientId.of("1406020730"), ClientAuthentication.none())
                .build();
        stage.answers("{\"device_code\":\"GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS\",\"user_code\":\"WDJB-MJHT\","
                + "\"verification_uri\":\"https://example.com/device\","
                + "\"verification_uri_complete\":\"https://example.com/device?user_code=WDJB-MJHT\","
                + "\"expires_in\":1800,\"interval\":5}");
        DeviceAuthorization device = client.authorizeDevice(Scopes.of("example_scope"));
        assertThat(stage.transport.lastRequest().body()).isEqualTo("scope=example_scope&client_id=1406020730");
        assertThat(device.interval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(device.expiresAt()).isEqualTo(stage.clock.instant().plusSeconds(1800));

        stage.answers(Answer.json(400, "{\"error\":\"authorization_pending\"}"));
        assertThat(client.poll(device, AccountNaming.subject("alice"))).isEqualTo(DevicePoll.PENDING);
        assertThat(stage.transport.lastRequest().body())
                .isEqualTo("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
                        + "&device_code=GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS&client_id=1406020730");
    }

    @Test
    void rfc9207Section21() {
        String callback =
                "code=x1848ZT64p4IirMPT0R-X3141MFPTuBX-VFL_cvaplMH58&state=ZWVlNDBlYzA1NjdkMDNhYjg3ZjUxZjAyNGQzMTM2NzI"
                        + "&iss=https%3A%2F%2Fhonest.as.example";
        assertThat(AuthorizationCallback.parse(callback).all("iss")).containsExactly("https://honest.as.example");
        OAuthClient client = stage.builder(AuthorizationServerMetadata.builder("https://honest.as.example")
                        .authorizationEndpoint(URI.create("https://honest.as.example/authorize"))
                        .tokenEndpoint(URI.create("https://honest.as.example/token"))
                        .member("authorization_response_iss_parameter_supported", true)
                        .build())
                .build();
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(Stage.REDIRECT, Scopes.NONE)
                .account(AccountNaming.subject("alice"))
                .build());
        String state = query(pending.uri()).get("state");
        assertThatThrownBy(() -> client.complete(
                        callbackOf("error", "access_denied", "state", state, "iss", "https://attacker.as.example"),
                        pending.browserBinding()))
                .hasMessageContaining("iss")
                .hasMessageNotContaining("access_denied");
    }

    @Test
    void rfc8707Section2() {
        RequestOptions options = RequestOptions.NONE
                .resource(URI.create("https://cal.example.com/"))
                .resource(URI.create("https://contacts.example.com/"));
        stage.answers(Stage.granted(""));
        client(GX1F)
                .request(RefreshTokenGrant.of(RefreshToken.of("4LTC8lb0acc6Oy4esc1Nk9BWC0imAwH7kic16BDC2")), options);
        assertThat(stage.transport.onlyRequest().body())
                .endsWith("&resource=https%3A%2F%2Fcal.example.com%2F&resource=https%3A%2F%2Fcontacts.example.com%2F");
        for (String bad : List.of("/relative", "https://api.example.com/#fragment")) {
            assertThatThrownBy(() -> RequestOptions.NONE.resource(URI.create(bad)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void rfc9110Section1161Challenges() {
        List<Challenge> challenges = Challenges.parse(List.of(
                "Basic realm=\"simple\", Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\"",
                "Negotiate YWJjZA==, Bearer"));
        assertThat(challenges).extracting(Challenge::scheme).containsExactly("Basic", "Newauth", "Negotiate", "Bearer");
        assertThat(challenges.get(1).parameters())
                .isEqualTo(Map.of("realm", "apps", "type", "1", "title", "Login to \"apps\""));
        assertThat(AccessToken.bearer("x").type().name()).isEqualTo("Bearer");
    }

    @Test
    void hostileChallengesAreReadInReasonableTime() {
        List<String> hostile = List.of(
                "a,".repeat(8_000),
                "a ".repeat(8_000),
                "a=\"".repeat(5_000),
                "B x=\"" + "\\\\".repeat(8_000),
                ",".repeat(16_000),
                "B x=\"" + "y".repeat(16_000) + "\"",
                "=".repeat(16_000),
                "x".repeat(100_000));
        // In a quadratic reader this takes minutes; the time-out of this class is what fails then.
        for (int i = 0; i < 5; i++) {
            assertThat(Challenges.parse(hostile)).isNotNull();
        }
    }
}
