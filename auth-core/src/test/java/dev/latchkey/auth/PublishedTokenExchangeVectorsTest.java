package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.grant.SecurityToken;
import dev.latchkey.auth.grant.TokenExchangeGrant;
import dev.latchkey.auth.grant.TokenTypeIdentifier;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenType;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The exchanges of RFC 8693, to the letter. */
@Timeout(20)
class PublishedTokenExchangeVectorsTest {

    private static final String EXCHANGE = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange";
    private static final String JWT = "urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt";

    private final Stage stage = new Stage();

    private TokenResponse exchange(TokenExchangeGrant grant, String answer) {
        stage.answers(answer);
        return stage.builder()
                .client(
                        ClientId.of("rs08"),
                        ClientAuthentication.secretBasic(ClientSecret.of("long-secure-random-secret")))
                .build()
                .request(grant);
    }

    private static String answer(String token, String issuedTokenType, String tokenType, int expiresIn) {
        return "{\"access_token\":\"" + token + "\",\"issued_token_type\":\"" + issuedTokenType + "\",\"token_type\":\""
                + tokenType + "\",\"expires_in\":" + expiresIn + "}";
    }

    @Test
    void rfc8693Section23() {
        String issued =
                "eyJhbGciOiJFUzI1NiIsImtpZCI6IjllciJ9.eyJhdWQiOiJodHRwczovL2JhY2tlbmQuZXhhbXBsZS5jb20iLCJpc3MiOiJodHRwczov"
                        + "L2FzLmV4YW1wbGUuY29tIiwiZXhwIjoxNDQxOTE3NTkzLCJpYXQiOjE0NDE5MTc1MzMsInN1YiI6ImJkY0BleGFtcGxlLmNvbSIsInNjb3"
                        + "BlIjoiYXBpIn0.40y3ZgQedw6rxf59WlwHDD9jryFOr0_Wh3CGozQBihNBhnXEQgU85AI9x3KmsPottVMLPIWvmDCMy5-kdXjwhw";

        TokenResponse response = exchange(
                TokenExchangeGrant.builder(
                                SecurityToken.of(AccessToken.bearer("accVkjcJyb4BWCxGsndESCJQbdFMogUC5PbRDqceLTC")))
                        .resource(URI.create("https://backend.example.com/api"))
                        .build(),
                answer(issued, "urn:ietf:params:oauth:token-type:access_token", "Bearer", 60));

        RecordedRequest request = stage.transport.onlyRequest();
        assertThat(request.header("authorization")).hasValue("Basic cnMwODpsb25nLXNlY3VyZS1yYW5kb20tc2VjcmV0");
        assertThat(request.body())
                .isEqualTo(EXCHANGE + "&resource=https%3A%2F%2Fbackend.example.com%2Fapi"
                        + "&subject_token=accVkjcJyb4BWCxGsndESCJQbdFMogUC5PbRDqceLTC"
                        + "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token");
        assertThat(response.accessToken().reveal()).isEqualTo(issued);
        assertThat(response.issuedTokenType()).hasValue(TokenTypeIdentifier.ACCESS_TOKEN.uri());
        assertThat(response.accessToken().expiresAt())
                .hasValue(stage.clock.instant().plusSeconds(60));
    }

    @Test
    void rfc8693AppendixA1Impersonation() {
        String subject =
                "eyJhbGciOiJFUzI1NiIsImtpZCI6IjE2In0.eyJhdWQiOiJodHRwczovL2FzLmV4YW1wbGUuY29tIiwiaXNzIjoiaHR0cHM6Ly9vcmln"
                        + "aW5hbC1pc3N1ZXIuZXhhbXBsZS5uZXQiLCJleHAiOjE0NDE5MTA2MDAsIm5iZiI6MTQ0MTkwOTAwMCwic3ViIjoiYmRjQGV4YW1wbGUubm"
                        + "V0Iiwic2NvcGUiOiJvcmRlcnMgcHJvZmlsZSBoaXN0b3J5In0.PRBg-jXn4cJuj1gmYXFiGkZzRuzbXZ_sDxdE98ddW44ufsbWLKd3JJ1V"
                        + "ZhF64pbTtfjy4VXFVBDaQpKjn5JzAw";
        String issued =
                "eyJhbGciOiJFUzI1NiIsImtpZCI6IjcyIn0.eyJhdWQiOiJ1cm46ZXhhbXBsZTpjb29wZXJhdGlvbi1jb250ZXh0IiwiaXNzIjoiaHR0"
                        + "cHM6Ly9hcy5leGFtcGxlLmNvbSIsImV4cCI6MTQ0MTkxMzYxMCwic3ViIjoiYmRjQGV4YW1wbGUubmV0Iiwic2NvcGUiOiJvcmRlcnMgcH"
                        + "JvZmlsZSBoaXN0b3J5In0.rMdWpSGNACTvnFuOL74sYZ6MVuld2Z2WkGLmQeR9ztj6w2OXraQlkJmGjyiCq24kcB7AI2VqVxl3wSWnVKh85A";

        TokenResponse response = exchange(
                TokenExchangeGrant.builder(SecurityToken.of(subject, TokenTypeIdentifier.JWT))
                        .audience("urn:example:cooperation-context")
                        .build(),
                answer(issued, "urn:ietf:params:oauth:token-type:access_token", "Bearer", 3600));

        assertThat(stage.transport.onlyRequest().body())
                .isEqualTo(EXCHANGE + "&audience=urn%3Aexample%3Acooperation-context&subject_token=" + subject
                        + "&subject_token_type=" + JWT);
        assertThat(response.accessToken().reveal()).isEqualTo(issued);
        assertThat(response.accessToken().type()).isEqualTo(TokenType.BEARER);
    }

    @Test
    void rfc8693AppendixA2Delegation() {
        String subject =
                "eyJhbGciOiJFUzI1NiIsImtpZCI6IjE2In0.eyJhdWQiOiJodHRwczovL2FzLmV4YW1wbGUuY29tIiwiaXNzIjoiaHR0cHM6Ly9vcmln"
                        + "aW5hbC1pc3N1ZXIuZXhhbXBsZS5uZXQiLCJleHAiOjE0NDE5MTAwNjAsInNjb3BlIjoic3RhdHVzIGZlZWQiLCJzdWIiOiJ1c2VyQGV4YW"
                        + "1wbGUubmV0IiwibWF5X2FjdCI6eyJzdWIiOiJhZG1pbkBleGFtcGxlLm5ldCJ9fQ.4rPRSWihQbpMIgAmAoqaJojAxj-p2X8_fAtAGTXrv"
                        + "MxU-eEZHnXqY0_AOZgLdxw5DyLzua8H_I10MCcckF-Q_g";
        String actor =
                "eyJhbGciOiJFUzI1NiIsImtpZCI6IjE2In0.eyJhdWQiOiJodHRwczovL2FzLmV4YW1wbGUuY29tIiwiaXNzIjoiaHR0cHM6Ly9vcmln"
                        + "aW5hbC1pc3N1ZXIuZXhhbXBsZS5uZXQiLCJleHAiOjE0NDE5MTAwNjAsInN1YiI6ImFkbWluQGV4YW1wbGUubmV0In0.7YQ-3zPfhUvzje"
                        + "5oqw8COCvN5uP6NsKik9CVV6cAOf4QKgM-tKfiOwcgZoUuDL2tEs6tqPlcBlMjiSzEjm3yBg";
        String issued =
                "eyJhbGciOiJFUzI1NiIsImtpZCI6IjcyIn0.eyJhdWQiOiJ1cm46ZXhhbXBsZTpjb29wZXJhdGlvbi1jb250ZXh0IiwiaXNzIjoiaHR0"
                        + "cHM6Ly9hcy5leGFtcGxlLmNvbSIsImV4cCI6MTQ0MTkxMzYxMCwic2NvcGUiOiJzdGF0dXMgZmVlZCIsInN1YiI6InVzZXJAZXhhbXBsZS"
                        + "5uZXQiLCJhY3QiOnsic3ViIjoiYWRtaW5AZXhhbXBsZS5uZXQifX0.3paKl9UySKYB5ng6_cUtQ2qlO8Rc_y7Mea7IwEXTcYbNdwG9-G1E"
                        + "KCFe5fW3H0hwX-MSZ49Wpcb1SiAZaOQBtw";

        TokenResponse response = exchange(
                TokenExchangeGrant.builder(SecurityToken.of(subject, TokenTypeIdentifier.JWT))
                        .audience("urn:example:cooperation-context")
                        .actor(SecurityToken.of(actor, TokenTypeIdentifier.JWT))
                        .build(),
                answer(issued, "urn:ietf:params:oauth:token-type:jwt", "N_A", 3600));

        assertThat(stage.transport.onlyRequest().body())
                .isEqualTo(EXCHANGE + "&audience=urn%3Aexample%3Acooperation-context&subject_token=" + subject
                        + "&subject_token_type=" + JWT + "&actor_token=" + actor + "&actor_token_type=" + JWT);
        assertThat(response.issuedTokenType()).hasValue(TokenTypeIdentifier.JWT.uri());
        assertThat(response.accessToken().reveal()).isEqualTo(issued);
    }
}
