package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.ResponseMode;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Documents of every kind inside encryption: their signature counts, and its algorithm is held against the security profile. */
@Timeout(60)
class InnerAlgorithmTest {

    private static final String ISSUER = "https://as.example.com";
    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final KeyPair OURS = Keys.rsa(2048);

    private final ScriptedTransport transport = ScriptedTransport.create();
    private final MutableClock clock = MutableClock.create();
    private final InMemoryTokenStore replays = InMemoryTokenStore.create(clock);

    private OAuthClient client(SecurityProfile security) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("issuer", ISSUER);
        for (String each : new String[] {
            "authorization", "token", "pushed_authorization_request", "introspection", "userinfo", "revocation"
        }) {
            metadata.put(each + "_endpoint", ISSUER + "/" + each);
        }
        metadata.put("jwks_uri", ISSUER + "/jwks");
        metadata.put("authorization_response_iss_parameter_supported", true);
        json("/.well-known/oauth-authorization-server", metadata);
        transport
                .onGet("/jwks")
                .alwaysAnswers(Answer.of(200, "application/jwk-set+json", Keys.set(Keys.jwk(Keys.RSA, "1", ""))));
        ServerKeys keys = ServerKeys.builder(transport).executor(Runnable::run).build();
        JoseIdTokensBuilder verifier = JoseIdTokens.builder(keys)
                .decryptionKeys(DecryptionKeys.of(OURS))
                .algorithms("RS256", "PS256");
        for (SignedResponse each : SignedResponse.values()) {
            verifier.responseAlgorithms(each, "RS256", "PS256");
        }
        return OAuthClient.builder(transport)
                .server(AuthorizationServer.oauth(ISSUER))
                .client(
                        Stage.CLIENT,
                        JwtAuthentication.privateKey(TestKeys.es256()).clock(clock))
                .binding(Dpop.create().clock(clock))
                .requestObjects(RequestObjects.signedBy(TestKeys.es256()))
                .idTokens(verifier.build())
                .clock(clock)
                .security(security)
                .build();
    }

    private void json(String path, Map<String, Object> document) {
        transport.onGet(path).alwaysAnswers(Answer.of(200, "application/json", JSONObjectUtils.toJSONString(document)));
    }

    private static String encrypted(String content) {
        try {
            JWEObject jwe = new JWEObject(
                    new JWEHeader.Builder(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A256GCM).build(),
                    new Payload(content));
            jwe.encrypt(new RSAEncrypter((RSAPublicKey) OURS.getPublic()));
            return jwe.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static String header(SignedResponse kind, String algorithm) {
        return "{\"alg\":\"" + algorithm + "\",\"kid\":\"1\""
                + (kind == SignedResponse.INTROSPECTION ? ",\"typ\":\"token-introspection+jwt\"" : "") + "}";
    }

    /** What a document says that nothing else is wrong with. */
    private String claims(SignedResponse kind, String state) {
        long now = clock.instant().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", ISSUER);
        claims.put("aud", Stage.CLIENT.value());
        claims.put("iat", now);
        claims.put("exp", now + 60);
        claims.put("sub", "alice");
        switch (kind) {
            case AUTHORIZATION:
                claims.put("code", "SplxlOBeZQQYbYS6WxSbIA");
                claims.put("state", state);
                break;
            case INTROSPECTION:
                claims.put("token_introspection", Map.of("active", true, "sub", "alice"));
                break;
            case LOGOUT_TOKEN:
                claims.put("jti", "bWJq");
                claims.put("events", Map.of(EVENT, Map.of()));
                break;
            default:
                break;
        }
        return JSONObjectUtils.toJSONString(claims);
    }

    /** Has a client take a document, whose text depends on the state of an authorization for one kind. */
    private void take(OAuthClient client, SignedResponse kind, Document document) {
        switch (kind) {
            case AUTHORIZATION:
                transport
                        .onPost("/pushed_authorization_request")
                        .answers(201, "application/json", "{\"request_uri\":\"urn:a\",\"expires_in\":60}");
                PendingAuthorization pending = client.authorize(
                        AuthorizationRequest.builder(URI.create("https://app.example.com/cb"), Scopes.of("read"))
                                .account(AccountNaming.subject("alice"))
                                .responseMode(ResponseMode.JWT)
                                .build());
                transport.onPost("/token").alwaysAnswers(Stage.granted("DPoP"));
                client.complete(
                        AuthorizationCallback.parse("response="
                                + document.of(claims(kind, pending.state().reveal()))),
                        pending.browserBinding());
                break;
            case INTROSPECTION:
                transport
                        .onPost("/introspection")
                        .answers(200, "application/token-introspection+jwt", document.of(claims(kind, "")));
                assertThat(client.introspect(AccessToken.bearer("a")).isActive())
                        .isTrue();
                break;
            case USERINFO:
                transport.onGet("/userinfo").answers(200, "application/jwt", document.of(claims(kind, "")));
                assertThat(client.userInfo(TokenSource.of(AccessToken.bearer("a")), "alice")
                                .subject())
                        .isEqualTo("alice");
                break;
            default:
                LogoutTokens.builder(client)
                        .store(replays)
                        .clock(clock)
                        .build()
                        .validate(document.of(claims(kind, "")));
        }
    }

    private interface Document {
        String of(String claims);
    }

    private InvalidResponseException refusal(SecurityProfile security, SignedResponse kind, Document document) {
        OAuthClient client = client(security);
        InvalidResponseException refused =
                catchThrowableOfType(InvalidResponseException.class, () -> take(client, kind, document));
        assertThat(refused).as("the refusal").isNotNull();
        assertThat(replays.size()).as("nothing was taken from the claims").isZero();
        assertThat(transport.requests())
                .as("no code was sent")
                .noneMatch(each -> each.path().equals("/token"));
        return refused;
    }

    @ParameterizedTest
    @CsvSource({
        "FAPI2,AUTHORIZATION",
        "FAPI2,INTROSPECTION",
        "FAPI2,USERINFO",
        "FAPI2,LOGOUT_TOKEN",
        "FAPI2_MESSAGE_SIGNING,AUTHORIZATION",
        "FAPI2_MESSAGE_SIGNING,INTROSPECTION",
        "FAPI2_MESSAGE_SIGNING,USERINFO",
        "FAPI2_MESSAGE_SIGNING,LOGOUT_TOKEN"
    })
    void j1_aWeakAlgorithmInsideEncryptionIsRefusedUnderFapi(String security, SignedResponse kind) {
        InvalidResponseException refused = refusal(
                SecurityProfile.of(security),
                kind,
                claims -> encrypted(Keys.jwt(header(kind, "RS256"), claims, "RS256", Keys.RSA)));

        assertThat(refused).hasMessageContaining("FAPI 2.0 Security Profile §5.4.1-1");
        assertThat(refused.field()).isEqualTo("response");
    }

    @ParameterizedTest
    @EnumSource(SignedResponse.class)
    void aStrongAlgorithmInsideEncryptionIsTakenUnderFapi(SignedResponse kind) {
        take(
                client(SecurityProfile.FAPI2_MESSAGE_SIGNING),
                kind,
                claims -> encrypted(Keys.jwt(header(kind, "PS256"), claims, "PS256", Keys.RSA)));
    }

    @ParameterizedTest
    @EnumSource(SignedResponse.class)
    void whatFapiRefusesIsTakenUnderOAuth(SignedResponse kind) {
        take(
                client(SecurityProfile.OAUTH2_1),
                kind,
                claims -> encrypted(Keys.jwt(header(kind, "RS256"), claims, "RS256", Keys.RSA)));
    }

    @ParameterizedTest
    @EnumSource(SignedResponse.class)
    void j1_encryptionAloneIsNoSignature(SignedResponse kind) {
        assertThat(refusal(SecurityProfile.OAUTH2_1, kind, InnerAlgorithmTest::encrypted))
                .hasMessageMatching(".* (is not a JWT: .*|.*base64url.*)");
    }

    @ParameterizedTest
    @EnumSource(SignedResponse.class)
    void j1_noneInsideEncryptionIsNoSignature(SignedResponse kind) {
        assertThat(refusal(
                        SecurityProfile.OAUTH2_1,
                        kind,
                        claims -> encrypted(Keys.base64(header(kind, "none")) + "." + Keys.base64(claims) + ".")))
                .hasMessageContaining("is not signed: alg is none");
    }

    /** Naming an algorithm says that the client is registered to get them signed. */
    @ParameterizedTest
    @CsvSource({"INTROSPECTION,/introspection", "USERINFO,/userinfo"})
    void i10_plainJsonIsRefusedWhereASignedAnswerIsRegistered(SignedResponse kind, String path) {
        OAuthClient client = client(SecurityProfile.OAUTH2_1);
        transport
                .on("plain", request -> request.path().equals(path))
                .alwaysAnswers(Answer.json(200, "{\"active\":true,\"sub\":\"alice\"}"));

        InvalidResponseException refused = catchThrowableOfType(InvalidResponseException.class, () -> {
            if (kind == SignedResponse.USERINFO) {
                client.userInfo(TokenSource.of(AccessToken.bearer("a")), "alice");
            } else {
                client.introspect(AccessToken.bearer("a"));
            }
        });

        assertThat(refused).hasMessageContaining("the answer is not signed");
        assertThat(transport.lastRequest().header("accept").orElse("")).contains("jwt");
    }
}
