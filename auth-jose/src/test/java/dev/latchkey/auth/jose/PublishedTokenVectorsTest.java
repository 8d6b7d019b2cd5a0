package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Claims that specifications print without a key, signed with one of ours and sent through our validators. */
class PublishedTokenVectorsTest {

    private static final String LOGOUT = "{\"iss\":\"https://server.example.com\",\"sub\":\"248289761001\","
            + "\"aud\":\"s6BhdRkqt3\",\"iat\":1471566154,\"exp\":1471569754,\"jti\":\"bWJq\","
            + "\"sid\":\"08a5019c-17e1-4977-8f42-65a12843ea02\","
            + "\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}}";

    private final IdTokenStage stage = new IdTokenStage();

    private static AuthorizationServerMetadata.Builder server(String issuer) {
        return AuthorizationServerMetadata.builder(issuer)
                .authorizationEndpoint(URI.create("https://server.example.com/authorize"))
                .tokenEndpoint(URI.create("https://server.example.com/token"))
                .jwksUri(URI.create("https://keys.example.com/jwks"));
    }

    private AccessTokens accessTokens(String issuer, String audience, long now) {
        stage.publishes(Keys.jwk(Keys.RSA, "RjEwOwOA", ""));
        return AccessTokens.builder(stage.keys().build(), server(issuer).build(), audience)
                .clock(MutableClock.at(Instant.ofEpochSecond(now)))
                .clockSkew(Duration.ZERO)
                .build();
    }

    private static AccessToken accessToken(String claims) {
        return AccessToken.bearer(
                Keys.jwt("{\"typ\":\"at+JWT\",\"alg\":\"RS256\",\"kid\":\"RjEwOwOA\"}", claims, "RS256", Keys.RSA));
    }

    @Test
    void rfc9068Sections2And3() {
        AccessToken token = accessToken("{\"iss\":\"https://authorization-server.example.com/\",\"sub\":\"5ba552d67\","
                + "\"aud\":\"https://rs.example.com/\",\"exp\":1639528912,\"iat\":1618354090,"
                + "\"jti\":\"dbe39bf3a3ba4238a513f51d6e1691c4\",\"client_id\":\"s6BhdRkqt3\","
                + "\"scope\":\"openid profile reademail\"}");
        String issuer = "https://authorization-server.example.com/";

        ValidatedAccessToken valid =
                accessTokens(issuer, "https://rs.example.com/", 1618354090).bearer(token);

        assertThat(valid.issuer()).isEqualTo(issuer);
        assertThat(valid.subject()).isEqualTo("5ba552d67");
        assertThat(valid.clientId()).hasValue("s6BhdRkqt3");
        assertThat(valid.scopes()).isEqualTo(Scopes.of("openid", "profile", "reademail"));
        assertThat(valid.expiresAt()).isEqualTo(Instant.ofEpochSecond(1639528912));
        assertThat(valid.asMap()).containsEntry("jti", "dbe39bf3a3ba4238a513f51d6e1691c4");
        refused(
                "exp",
                "has passed",
                () -> accessTokens(issuer, "https://rs.example.com/", 1639528912)
                        .bearer(token));
        refused(
                "aud",
                "does not name",
                () -> accessTokens(issuer, "https://rs.example.com", 1618354090).bearer(token));
    }

    /** The claims of §3.1 and, since they are of no RFC 9068 token yet, those that one needs. */
    @Test
    void rfc8705Section31_certificateBoundToken() throws Exception {
        String claims = "{\"iss\":\"https://server.example.com\",\"sub\":\"ty.webb@example.com\",\"exp\":1493726400,"
                + "\"nbf\":1493722800,\"cnf\":{\"x5t#S256\":\"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2\"},"
                + "\"aud\":\"https://rs.example.com\",\"iat\":1493722800,\"jti\":\"1\",\"client_id\":\"s6BhdRkqt3\"}";
        AccessTokens tokens = accessTokens("https://server.example.com", "https://rs.example.com", 1493722800);
        X509Certificate appendixA = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Base64.getDecoder()
                        .decode(
                                "MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAxODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsG"
                                        + "A1UEAwwEbXRsczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ/Au08/coZwxS7LfA"
                                        + "4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwIDSQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA"
                                        + "5x2eXZOVbUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=")));
        AccessToken bound = accessToken(claims);
        AccessToken boundToAppendixA = accessToken(claims.replace(
                "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2", "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0"));

        refused("cnf", "must not be used as a bearer token", () -> tokens.bearer(bound));
        refused("cnf", "is not bound to the certificate", () -> tokens.overTls(bound, appendixA));
        assertThat(tokens.overTls(boundToAppendixA, appendixA).certificateThumbprint())
                .hasValue("A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0");
    }

    private LogoutToken validated(String claims) {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""));
        MutableClock clock = MutableClock.at(Instant.ofEpochSecond(1471566154));
        OAuthClient client = OAuthClient.builder(stage.transport)
                .server(AuthorizationServer.of(
                        server("https://server.example.com").build()))
                .client(ClientId.of("s6BhdRkqt3"), ClientAuthentication.none())
                .idTokens(stage.verifier())
                .build();
        return LogoutTokens.builder(client)
                .store(InMemoryTokenStore.create(clock))
                .clock(clock)
                .build()
                .validate(Keys.jwt("{\"alg\":\"RS256\",\"typ\":\"logout+jwt\"}", claims, "RS256", Keys.RSA));
    }

    @Test
    void oidcBackChannelLogoutSection24() {
        LogoutToken token = validated(LOGOUT);

        assertThat(token.issuer()).isEqualTo("https://server.example.com");
        assertThat(token.subject()).hasValue("248289761001");
        assertThat(token.sessionId()).hasValue("08a5019c-17e1-4977-8f42-65a12843ea02");
        assertThat(token.identifier()).isEqualTo("bWJq");
        assertThat(token.expiresAt()).isEqualTo(Instant.ofEpochSecond(1471569754));
    }

    /** As drafts printed it: without the {@code exp} that the specification requires. */
    @Test
    void oidcBackChannelLogoutSection24_ofTheDraftsIsRefused() {
        refused("exp", "is missing", () -> validated(LOGOUT.replace("\"exp\":1471569754,", "")));
    }

    @Test
    void jarmSection21() throws Exception {
        stage.publishes(Keys.jwk(Keys.RSA, "1", ""));
        String claims = "{\"iss\":\"https://accounts.example.com\",\"aud\":\"s6BhdRkqt3\",\"exp\":1311281970,"
                + "\"code\":\"PyyFaux2o7Q0YfXBU32jhw.5FXSQpvr8akv9CeRDSd0QA\","
                + "\"state\":\"S8NJ7uqk5fY4EjNvP_G_FtyJu6pUsvH9jsYni9dMAJw\"}";

        assertThat(stage.claims(
                        stage.verifier(),
                        SignedResponse.AUTHORIZATION,
                        Keys.jwt("{\"alg\":\"RS256\",\"typ\":\"JWT\"}", claims, "RS256", Keys.RSA)))
                .isEqualTo(Map.of(
                        "iss", "https://accounts.example.com",
                        "aud", "s6BhdRkqt3",
                        "exp", 1311281970L,
                        "code", "PyyFaux2o7Q0YfXBU32jhw.5FXSQpvr8akv9CeRDSd0QA",
                        "state", "S8NJ7uqk5fY4EjNvP_G_FtyJu6pUsvH9jsYni9dMAJw"));
        refused(
                "response",
                "does not hold",
                () -> stage.claims(
                        stage.verifier(),
                        SignedResponse.AUTHORIZATION,
                        Keys.jwt("{\"alg\":\"RS256\",\"typ\":\"JWT\"}", claims, "RS256", Keys.OTHER_RSA)));
    }

    /** The browser is sent with the client's name and the object, and with nothing else (§5.1). */
    @Test
    void rfc9101Section51_requestByValue() throws Exception {
        SigningKey key =
                SigningKey.of(Keys.RSA).algorithm("RS256").keyId("k2bdc").build();
        String uri = OAuthClient.builder(stage.transport)
                .server(AuthorizationServer.of(
                        server("https://server.example.com").build()))
                .client(ClientId.of("s6BhdRkqt3"), ClientAuthentication.none())
                .requestObjects(RequestObjects.signedBy(key))
                .build()
                .authorize(AuthorizationRequest.builder(URI.create("https://client.example.org/cb"), Scopes.NONE)
                        .account(AccountNaming.subject("alice"))
                        .build())
                .uri()
                .toString();

        // The RFC prints client_id and request; §5 allows what a server wants to see beside the object.
        String before = "https://server.example.com/authorize?client_id=s6BhdRkqt3&response_type=code&request=";
        assertThat(uri).startsWith(before);
        Jwt object = Jwt.parse(uri.substring(before.length())).verifiedBy(Keys.RSA.getPublic());
        assertThat(object.header).containsEntry("alg", "RS256").containsEntry("kid", "k2bdc");
        assertThat(object.claims)
                .containsEntry("iss", "s6BhdRkqt3")
                .containsEntry("aud", "https://server.example.com")
                .containsEntry("client_id", "s6BhdRkqt3")
                .containsEntry("redirect_uri", "https://client.example.org/cb");
    }

    private static void refused(String field, String problem, ThrowingCallable call) {
        assertThatExceptionOfType(InvalidResponseException.class)
                .isThrownBy(call)
                .withMessageContaining(problem)
                .extracting(InvalidResponseException::field)
                .isEqualTo(field);
    }
}
