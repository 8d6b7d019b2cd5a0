package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.JwsSigner;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.token.RefreshToken;
import java.io.IOException;
import java.net.URI;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class JwtAuthenticationTest {

    private static final String SECRET = "cf136dc3c1fc93f31185e5885805d1!!";
    private static final long NOW = MutableClock.START.getEpochSecond();

    private final Stage stage = new Stage();
    private final SigningKey key = TestKeys.es256();
    private final JwtAuthentication authentication =
            JwtAuthentication.privateKey(key).clock(stage.clock);

    @Test
    void k3_assertionHasIssuerAsOneAudience() throws Exception {
        Jwt assertion = stage.assertion(authentication).verifiedBy(key.publicKey());

        assertThat(assertion.claims)
                .containsOnlyKeys("iss", "sub", "aud", "iat", "exp", "jti")
                .containsEntry("iss", "my-app")
                .containsEntry("sub", "my-app")
                .containsEntry("aud", "https://as.example.com")
                .containsEntry("iat", NOW)
                .containsEntry("exp", NOW + 60);
        assertThat(assertion.header).containsOnly(Map.entry("typ", "JWT"), Map.entry("alg", "ES256"));
        assertThat(authentication.method()).isEqualTo("private_key_jwt");
        assertThat(authentication.signingAlgorithm()).contains("ES256");
    }

    /** RFC 7521 §4.2, RFC 7523 §2.2. */
    @Test
    void theFormCarriesTheAssertionAndNoSecret() {
        stage.assertion(authentication);
        RecordedRequest request = stage.transport.lastRequest();

        assertThat(request.body())
                .startsWith("grant_type=client_credentials&scope=api.read&client_id=my-app"
                        + "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
                        + "&client_assertion=ey");
        assertThat(request.header("authorization")).isEmpty();
        assertThat(request.form()).doesNotContainKey("client_secret");
    }

    @Test
    void k3_everyAttemptHasAnAssertionOfItsOwn() {
        OAuthClient client = stage.builder(authentication).build();
        Set<Object> ids = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            stage.clock.advance(Duration.ofSeconds(1));
            Jwt assertion = Jwt.parse(stage.requested(client));
            String id = (String) assertion.claims.get("jti");
            assertThat(Base64.getUrlDecoder().decode(id)).as("128 bits").hasSize(16);
            assertThat(ids.add(id)).isTrue();
            assertThat(assertion.claims).containsEntry("iat", NOW + i + 1).containsEntry("exp", NOW + i + 61);
        }
    }

    @Test
    void k3_theTokenEndpointIsTheAudienceOnlyByTheSwitch() throws Exception {
        Jwt assertion = stage.assertion(authentication.withTokenEndpointAsAudience());
        assertThat(assertion.verifiedBy(key.publicKey()).claims)
                .containsEntry("aud", "https://as.example.com/oauth/token");

        RequestDraft revocation = RequestDraft.of(
                RequestKind.REVOCATION,
                URI.create("https://as.example.com/revoke"),
                Stage.metadata().build(),
                Stage.CLIENT,
                Parameters.NONE);
        authentication.authenticate(revocation);
        assertThat(Jwt.parse(revocation.parameters().first("client_assertion").orElseThrow()).claims)
                .containsEntry("aud", "https://as.example.com");

        RequestDraft nowhere = RequestDraft.of(
                RequestKind.TOKEN,
                URI.create("https://as.example.com/oauth/token"),
                AuthorizationServerMetadata.builder("https://as.example.com").build(),
                Stage.CLIENT,
                Parameters.NONE);
        assertThatThrownBy(() -> authentication.withTokenEndpointAsAudience().authenticate(nowhere))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("token_endpoint");
    }

    @Test
    void k4_theExplicitTypeIsBehindASwitch() throws Exception {
        assertThat(stage.assertion(authentication.withExplicitType()).verifiedBy(key.publicKey()).header)
                .containsEntry("typ", "client-authentication+jwt");
        assertThat(stage.assertion(authentication).header).containsEntry("typ", "JWT");
    }

    @ParameterizedTest
    @CsvSource({"rsa, PS256", "rsa, RS512", "ec384, ES384", "ed25519, EdDSA", "ed25519, Ed25519"})
    void everyAlgorithmMakesAssertionsThatAReceiverAccepts(String file, String algorithm) throws Exception {
        SigningKey other = TestKeys.signing(file, algorithm);
        Jwt assertion = stage.assertion(JwtAuthentication.privateKey(other).clock(stage.clock));
        assertThat(assertion.verifiedBy(other.publicKey()).header).containsEntry("alg", algorithm);
    }

    @Test
    void theHeaderNamesKeyAndCertificateAsWanted() throws Exception {
        SigningKey certified = SigningKey.pem(TestKeys.pem("rsa-with-chain"))
                .algorithm("PS256")
                .keyId("2026-11")
                .build();
        JwtAuthentication plain = JwtAuthentication.privateKey(certified).clock(stage.clock);
        Jwt assertion = stage.assertion(plain.withCertificateThumbprint().withCertificateChain())
                .verifiedBy(certified.publicKey());

        assertThat(stage.assertion(plain).header).containsOnlyKeys("typ", "alg", "kid");
        assertThat(assertion.header)
                .containsEntry("kid", "2026-11")
                .containsEntry(
                        "x5t#S256",
                        CertificateThumbprint.of(certified.certificateChain().get(0)))
                .containsEntry(
                        "x5c",
                        List.of(
                                Base64.getEncoder()
                                        .encodeToString(certified
                                                .certificateChain()
                                                .get(0)
                                                .getEncoded()),
                                Base64.getEncoder()
                                        .encodeToString(certified
                                                .certificateChain()
                                                .get(1)
                                                .getEncoded())));
        assertThatThrownBy(authentication::withCertificateThumbprint)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("certificate");
    }

    @Test
    void aSecretSignsAndIsNotSent() throws Exception {
        JwtAuthentication bySecret =
                JwtAuthentication.secret(ClientSecret.of(SECRET)).clock(stage.clock);
        Jwt assertion = stage.assertion(bySecret).verifiedBy(SECRET);

        assertThat(bySecret.method()).isEqualTo("client_secret_jwt");
        assertThat(assertion.header).containsEntry("alg", "HS256");
        assertThat(assertion.claims).containsEntry("aud", "https://as.example.com");
        assertThat(stage.transport.lastRequest().body()).doesNotContain(SECRET.substring(0, 20));
    }

    @Test
    void aSecretThatIsRotatedSignsFromTheNextAttemptOn() throws Exception {
        AtomicReference<ClientSecret> current = new AtomicReference<>(ClientSecret.of(SECRET.repeat(2)));
        OAuthClient client = stage.builder(
                        JwtAuthentication.secret(current::get, "HS512").clock(stage.clock))
                .build();
        Jwt.parse(stage.requested(client)).verifiedBy(SECRET.repeat(2));
        current.set(ClientSecret.of(SECRET.repeat(3)));
        Jwt.parse(stage.requested(client)).verifiedBy(SECRET.repeat(3));
    }

    @Test
    void k5_aSecretShorterThanTheHashIsRefused() {
        String tooShort = SECRET.substring(1);
        assertThatThrownBy(() -> JwtAuthentication.secret(ClientSecret.of(tooShort)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("31 bytes")
                .hasMessageNotContaining(tooShort);
        assertThatThrownBy(() -> JwtAuthentication.secret(() -> ClientSecret.of(SECRET), "PS256"))
                .isInstanceOf(ConfigurationException.class);

        OAuthClient client = stage.builder(JwtAuthentication.secret(() -> ClientSecret.of(SECRET), "HS384"))
                .build();
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class, () -> client.request(ClientCredentialsGrant.of(Stage.READ)));
        assertThat(refused.field()).isEqualTo("client_secret");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void k5_aWeakKeyIsRefusedWhoeverWroteItsSigner() throws Exception {
        PublicKey weak = KeyLoadingTest.published("rsa-1024", "RSA");
        JwsSigner foreign = new JwsSigner() {
            @Override
            public String algorithm() {
                return "PS256";
            }

            @Override
            public PublicKey publicKey() {
                return weak;
            }

            @Override
            public byte[] sign(byte[] signingInput) {
                return new byte[128];
            }
        };
        assertThatThrownBy(() -> JwtAuthentication.privateKey(foreign)).hasMessageContaining("1024 bits");
        assertThatThrownBy(() -> RequestObjects.signedBy(foreign)).hasMessageContaining("1024 bits");
        assertThatThrownBy(() -> JwkSet.of(foreign)).hasMessageContaining("1024 bits");
    }

    @Test
    void aKeyElsewhereSignsAndItsTroubleSendsNothing() throws Exception {
        TestKeys.Remote remote = new TestKeys.Remote(key);
        OAuthClient client = stage.builder(JwtAuthentication.privateKey(remote).clock(stage.clock))
                .build();
        Jwt.parse(stage.requested(client)).verifiedBy(key.publicKey());

        remote.sealed = true;
        TemporaryFailureException failed = catchThrowableOfType(
                TemporaryFailureException.class, () -> client.request(ClientCredentialsGrant.of(Stage.READ)));
        assertThat(failed.safeToRetry()).isTrue();
        assertThat(stage.transport.requests()).hasSize(1);
    }

    @Test
    void aSignerThatGivesDerIsFoundOutBeforeAnythingIsSent() {
        JwsSigner der = new JwsSigner() {
            @Override
            public String algorithm() {
                return "ES256";
            }

            @Override
            public PublicKey publicKey() {
                return key.publicKey();
            }

            @Override
            public byte[] sign(byte[] signingInput) {
                return new byte[71];
            }
        };
        OAuthClient client = stage.builder(JwtAuthentication.privateKey(der)).build();
        assertThatThrownBy(() -> client.request(ClientCredentialsGrant.of(Stage.READ)))
                .hasStackTraceContaining("side by side");
        assertThat(stage.transport.requests()).isEmpty();
    }

    @Test
    void revocationIsAuthenticatedToo() throws Exception {
        OAuthClient client = stage.builder(authentication).build();
        stage.transport.answers(200, "text/plain", "");
        client.revoke(RefreshToken.of("r"));
        Jwt assertion = Jwt.parse(stage.transport.lastRequest().form().get("client_assertion"));
        assertThat(assertion.verifiedBy(key.publicKey()).claims).containsEntry("aud", "https://as.example.com");
    }

    @Test
    void s1_nothingOfAuthenticationPrintsASecret() throws IOException {
        List<Object> printed = new ArrayList<>(List.of(
                authentication,
                JwtAuthentication.secret(ClientSecret.of(SECRET)),
                new HmacSecret(() -> ClientSecret.of(SECRET), "HS256"),
                Signing.of(key, Signing.header("JWT", "ES256"))));
        for (Object each : printed) {
            assertThat(each.toString()).doesNotContain(SECRET).doesNotContain("eyJ");
        }
        assertThat(authentication.toString()).isEqualTo("ClientAuthentication[private_key_jwt, ES256]");
    }
}
