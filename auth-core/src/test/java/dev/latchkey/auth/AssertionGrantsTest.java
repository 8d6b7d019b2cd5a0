package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.Assertion;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.grant.JwtBearerGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.grant.SamlBearerGrant;
import dev.latchkey.auth.grant.SecurityToken;
import dev.latchkey.auth.grant.TokenExchangeGrant;
import dev.latchkey.auth.grant.TokenTypeIdentifier;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.IdToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.auth.token.TokenType;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Token exchange (RFC 8693) and bearer assertions (RFC 7522, RFC 7523) on the wire. */
@Timeout(20)
class AssertionGrantsTest {

    private static final String EXCHANGE = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange";

    private final Stage stage = new Stage();

    private TokenResponse send(Grant grant, String answer) {
        stage.answers(answer);
        return stage.client().request(grant, RequestOptions.NONE);
    }

    private String body() {
        return stage.transport.lastRequest().body();
    }

    private static String exchanged(String issued, String type) {
        return "{\"access_token\":\"at-5ecret\",\"issued_token_type\":\"" + issued + "\",\"token_type\":\"" + type
                + "\",\"expires_in\":60}";
    }

    @Test
    void exchangesASubjectTokenForOneOfAnotherApi() {
        TokenResponse response = send(
                TokenExchangeGrant.builder(
                                SecurityToken.of(AccessToken.bearer("accVkjcJyb4BWCxGsndESCJQbdFMogUC5PbRDqceLTC")))
                        .resource(URI.create("https://backend.example.com/api"))
                        .build(),
                exchanged("urn:ietf:params:oauth:token-type:access_token", "Bearer"));

        assertThat(body())
                .isEqualTo(EXCHANGE + "&resource=https%3A%2F%2Fbackend.example.com%2Fapi"
                        + "&subject_token=accVkjcJyb4BWCxGsndESCJQbdFMogUC5PbRDqceLTC"
                        + "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token&client_id=app");
        assertThat(response.issuedTokenType()).contains(TokenTypeIdentifier.ACCESS_TOKEN.uri());
        assertThat(response.accessToken().type()).isEqualTo(TokenType.BEARER);
    }

    @Test
    void namesWhoActsForWhomAndForWhat() {
        send(
                TokenExchangeGrant.builder(SecurityToken.of(IdToken.of("subj")))
                        .actor(SecurityToken.of("act", TokenTypeIdentifier.JWT))
                        .audience("one")
                        .audience("two")
                        .scopes(Scopes.of("read"))
                        .requestedTokenType(TokenTypeIdentifier.SAML2)
                        .build(),
                exchanged("urn:ietf:params:oauth:token-type:saml2", "N_A"));

        assertThat(body())
                .isEqualTo(EXCHANGE + "&audience=one&audience=two&scope=read"
                        + "&requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Asaml2&subject_token=subj"
                        + "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aid_token&actor_token=act"
                        + "&actor_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt&client_id=app");
    }

    @Test
    void k14_anExchangeMustSayWhatWasIssued() {
        TokenExchangeGrant grant = TokenExchangeGrant.of(SecurityToken.of(RefreshToken.of("r")));

        assertThatThrownBy(() -> send(grant, Stage.granted("")))
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo("issued_token_type"));
    }

    @Test
    void k14_whatIsNoAccessTokenIsAcceptedFromAnExchangeAlone() {
        TokenExchangeGrant grant = TokenExchangeGrant.of(SecurityToken.of(AccessToken.bearer("a")));
        String saml = exchanged("urn:ietf:params:oauth:token-type:saml2", "n_a");

        TokenResponse response = send(grant, saml);

        assertThat(response.accessToken().type()).isEqualTo(TokenType.NOT_APPLICABLE);
        assertThat(response.accessToken().reveal()).isEqualTo("at-5ecret");
        assertThatThrownBy(() -> send(ClientCredentialsGrant.of(Scopes.NONE), saml))
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo("token_type"));
        // An access token is presented somehow, so that its type must be one.
        assertThatThrownBy(() -> send(grant, exchanged("urn:ietf:params:oauth:token-type:access_token", "N_A")))
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo("token_type"));
    }

    @Test
    void anExchangedTokenIsKeptLikeAnyOther() {
        stage.answers(exchanged("urn:ietf:params:oauth:token-type:access_token", "Bearer"));
        OAuthClient client = stage.client();
        TokenSource tokens = client.tokens(TokenExchangeGrant.of(SecurityToken.of(AccessToken.bearer("incoming"))));

        assertThat(tokens.token()).isEqualTo(tokens.token());
        assertThat(stage.transport.requests()).hasSize(1);
    }

    @Test
    void sendsAssertions() {
        send(
                JwtBearerGrant.of(Assertion.of("eyJhbGciOiJFUzI1NiIsImtpZCI6IjE2In0.e30.c2ln"), Scopes.NONE),
                Stage.granted(""));
        assertThat(body())
                .isEqualTo("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
                        + "&assertion=eyJhbGciOiJFUzI1NiIsImtpZCI6IjE2In0.e30.c2ln&client_id=app");

        send(
                SamlBearerGrant.ofXml("<Assertion>?</Assertion>".getBytes(StandardCharsets.UTF_8), Scopes.of("a", "b")),
                Stage.granted(""));
        assertThat(body())
                .isEqualTo("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer"
                        + "&assertion=PEFzc2VydGlvbj4_PC9Bc3NlcnRpb24-&scope=a+b&client_id=app");
    }

    @Test
    void printsNoToken() {
        SecurityToken token = SecurityToken.of("5ecret", TokenTypeIdentifier.JWT);

        assertThat(token).hasToString("SecurityToken[redacted, urn:ietf:params:oauth:token-type:jwt]");
        assertThat(TokenExchangeGrant.of(token).toString()).doesNotContain("5ecret");
        assertThat(JwtBearerGrant.of(Assertion.of("5ecret"), Scopes.NONE).toString())
                .doesNotContain("5ecret");
    }
}
