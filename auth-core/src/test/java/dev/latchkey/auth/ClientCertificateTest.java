package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.granted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.BackchannelRequest;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.TlsCredential;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client certificate authenticates the client and binds its tokens (RFC 8705). */
@Timeout(20)
class ClientCertificateTest {

    private final Stage stage = new Stage();
    private final ScriptedTransport mutual = ScriptedTransport.create();
    private final TlsCredential credential = TlsCredential.of(List.of(Specimens.certificate("app")), mutual);

    private static AuthorizationServerMetadata server(Map<String, ?> aliases) {
        return Stage.metadata()
                .member("revocation_endpoint", Stage.ISSUER + "/revoke")
                .member("mtls_endpoint_aliases", aliases)
                .build();
    }

    private OAuthClientBuilder builder(AuthorizationServerMetadata server) {
        return stage.builder(server).client(ClientId.of("app"), ClientAuthentication.tls(credential));
    }

    @Test
    void theClientIsNamedAndTheCertificateSaysTheRest() {
        mutual.answers(200, "application/json", granted(""));

        builder(server(Map.of())).build().clientCredentials(READ).token();

        assertThat(mutual.onlyRequest().uri()).isEqualTo(URI.create("https://as.example.com/token"));
        assertThat(mutual.onlyRequest().body()).isEqualTo("grant_type=client_credentials&scope=api.read&client_id=app");
        assertThat(mutual.onlyRequest().header("Authorization")).isEmpty();
        assertThat(stage.transport.requests()).isEmpty();
        assertThat(ClientAuthentication.tls(credential).method()).isEqualTo("tls_client_auth");
        assertThat(ClientAuthentication.selfSignedTls(credential).method()).isEqualTo("self_signed_tls_client_auth");
    }

    @Test
    void m4_aClientWithACertificateGoesWhereCertificatesAreAskedFor() {
        OAuthClient client = builder(server(Map.of("token_endpoint", "https://mtls.example.com/token")))
                .build();
        mutual.answers(200, "application/json", granted("")).answers(Answer.of(200));

        AccessToken token = client.clientCredentials(READ).token();
        client.revoke(token);

        assertThat(mutual.requests())
                .extracting(request -> request.uri().toString())
                .containsExactly("https://mtls.example.com/token", "https://as.example.com/revoke");
    }

    @Test
    void m4_aTokenOfACertificateAsksForUserInfoWhereCertificatesAreAskedFor() {
        AuthorizationServerMetadata server = Stage.metadata()
                .member("userinfo_endpoint", "https://as.example.com/me")
                .member("mtls_endpoint_aliases", Map.of("userinfo_endpoint", "https://mtls.example.com/me"))
                .build();
        OAuthClient client =
                builder(server).binding(TokenBinding.certificate(credential)).build();
        mutual.answers(200, "application/json", granted("")).answers(200, "application/json", "{\"sub\":\"alice\"}");
        TokenSource tokens = client.clientCredentials(READ);

        client.userInfo(tokens, "alice");

        assertThat(mutual.lastRequest().uri()).isEqualTo(URI.create("https://mtls.example.com/me"));
        assertThat(stage.transport.requests()).isEmpty();

        stage.answers(granted("")).answers("{\"sub\":\"alice\"}");
        OAuthClient bearer = stage.builder(server).build();
        bearer.userInfo(bearer.clientCredentials(READ), "alice");
        assertThat(stage.transport.lastRequest().uri()).isEqualTo(URI.create("https://as.example.com/me"));
    }

    @Test
    void m4_aClientWithoutOneDoesNot() {
        stage.answers(granted(""));

        stage.builder(server(Map.of("token_endpoint", "https://mtls.example.com/token")))
                .build()
                .clientCredentials(READ)
                .token();

        assertThat(stage.transport.onlyRequest().uri()).isEqualTo(URI.create("https://as.example.com/token"));
    }

    @Test
    void m4_anAliasIsHeldToTheRulesOfAnEndpoint() {
        for (String alias : List.of("http://mtls.example.com/token", "/token", "https://u:p@mtls.example.com/token")) {
            OAuthClient client =
                    builder(server(Map.of("token_endpoint", alias))).build();
            assertThatThrownBy(() -> client.clientCredentials(READ).token())
                    .as(alias)
                    .isInstanceOf(ConfigurationException.class);
        }
        assertThat(mutual.requests()).isEmpty();
    }

    @Test
    void aBoundTokenGoesOverConnectionsWithTheCertificateAlone() throws Exception {
        OAuthClient client = builder(server(Map.of()))
                .binding(TokenBinding.certificate(credential))
                .build();
        mutual.answers(200, "application/json", granted("")).answers(Answer.of(204));
        TokenSource tokens = client.clientCredentials(READ);

        AuthorizedTransport.over(stage.transport, tokens)
                .to(URI.create("https://api.example.com"))
                .send(TransportRequest.builder("GET", URI.create("https://api.example.com/x"))
                        .build())
                .close();

        assertThat(mutual.lastRequest().uri()).isEqualTo(URI.create("https://api.example.com/x"));
        assertThat(mutual.lastRequest().header("Authorization")).contains("Bearer " + Stage.ACCESS_TOKEN);
        assertThat(stage.transport.requests()).isEmpty();
        TokenResult result = tokens.get(TokenOptions.NONE);
        // The SHA-256 of the three letters that stand for the certificate.
        assertThat(result.proof().orElseThrow().thumbprint()).isEqualTo("oXLO3K5HR0thXFTVEKXYSo3qMDLpWFh0MLQTU4vj8zM");
    }

    @Test
    void aPublicClientBindsItsTokensToo() {
        OAuthClient client = stage.builder(server(Map.of("token_endpoint", "https://mtls.example.com/token")))
                .binding(TokenBinding.certificate(credential))
                .build();
        mutual.answers(200, "application/json", granted(""));

        client.clientCredentials(READ).token();

        assertThat(mutual.onlyRequest().uri()).isEqualTo(URI.create("https://mtls.example.com/token"));
    }

    /** Ecosystems that ask for certificates everywhere do so of clients that authenticate by private_key_jwt too. */
    @Test
    void whoBindsTokensToACertificatePresentsItWhereNoTokenIsGrantedToo() {
        AuthorizationServerMetadata server = Stage.metadata()
                .member("device_authorization_endpoint", Stage.ISSUER + "/device")
                .member("backchannel_authentication_endpoint", Stage.ISSUER + "/bc")
                .member("introspection_endpoint", Stage.ISSUER + "/introspect")
                .member("revocation_endpoint", Stage.ISSUER + "/revoke")
                .member(
                        "mtls_endpoint_aliases",
                        Map.of("backchannel_authentication_endpoint", "https://mtls.example.com/bc"))
                .build();
        OAuthClient client = stage.builder(server)
                .binding(TokenBinding.certificate(credential))
                .build();
        mutual.answers(
                        200,
                        "application/json",
                        "{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":\"https://as.example.com/d\","
                                + "\"expires_in\":60}")
                .answers(200, "application/json", "{\"auth_req_id\":\"r\",\"expires_in\":60}")
                .answers(200, "application/json", "{\"active\":false}")
                .answers(200, "application/json", "{}")
                .answers(200, "application/json", "{}");

        client.authorizeDevice(READ);
        client.authenticateBackchannel(
                BackchannelRequest.loginHint(Stage.OPENID, "alice").build());
        client.introspect(AccessToken.bearer("t"));
        assertThat(client.revoke(AccessToken.bearer("t"))).isSameAs(Revocation.DONE);
        assertThat(client.revoke(RefreshToken.of("r"))).isSameAs(Revocation.DONE);

        assertThat(mutual.requests())
                .extracting(request -> request.uri().toString())
                .containsExactly(
                        "https://as.example.com/device",
                        "https://mtls.example.com/bc",
                        "https://as.example.com/introspect",
                        "https://as.example.com/revoke",
                        "https://as.example.com/revoke");
        assertThat(mutual.requests())
                .allSatisfy(request -> assertThat(request.header("DPoP")).isEmpty());
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void aKeyOfAnotherKindIsNotMadeForWhatGrantsNoToken() {
        AuthorizationServerMetadata server = Stage.metadata()
                .member("introspection_endpoint", Stage.ISSUER + "/introspect")
                .build();
        FakeBinding.Factory keys = new FakeBinding.Factory("fake");
        stage.answers("{\"active\":false}");

        stage.builder(server).binding(keys).build().introspect(AccessToken.bearer("t"));

        assertThat(stage.transport.onlyRequest().header("DPoP")).isEmpty();
        assertThat(keys.created).hasValue(0);
    }

    @Test
    void aRenewedCertificateServesAllRequestsFromThenOn() {
        OAuthClient client = builder(server(Map.of())).build();
        ScriptedTransport renewed = ScriptedTransport.create();
        renewed.answers(200, "application/json", granted(""));

        credential.replace(List.of(Specimens.certificate("renewed")), renewed);
        client.clientCredentials(READ).token();

        assertThat(renewed.requests()).hasSize(1);
        assertThat(mutual.requests()).isEmpty();
        assertThat(credential).hasToString("TlsCredential[CN=renewed]");
        assertThatThrownBy(() -> TlsCredential.of(List.of(), mutual)).isInstanceOf(IllegalArgumentException.class);
    }
}
