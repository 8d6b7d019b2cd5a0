package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.JcaSessionKeys;
import dev.latchkey.auth.spi.JwsSigner;
import dev.latchkey.auth.spi.SessionKeys;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenType;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9449, at the sender. */
@Timeout(60)
class DpopTest {

    private static final URI TOKEN = URI.create("https://as.example.com/oauth/token");
    private static final long NOW = MutableClock.START.getEpochSecond();
    private static final AccessToken ACCESS_TOKEN =
            AccessToken.of("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU", TokenType.DPOP, null, Scopes.NONE);

    private final MutableClock clock = MutableClock.create();
    private final Dpop dpop = Dpop.create().clock(clock);

    private static AuthorizationServerMetadata accepting(String... algorithms) {
        return Stage.metadata()
                .member("dpop_signing_alg_values_supported", List.of(algorithms))
                .build();
    }

    private static Jwt proof(TransportHeaders headers) {
        assertThat(headers.names()).containsExactly("dpop");
        assertThat(headers.all("dpop")).hasSize(1);
        return Jwt.parse(headers.first("dpop").orElseThrow());
    }

    private TokenBinding binding() throws IOException {
        return dpop.create(accepting("ES256"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ES256", "PS256", "Ed25519", "EdDSA"})
    void d1_theHeaderHasTypeAlgorithmAndThePublicKeyAlone(String algorithm) throws Exception {
        assumeTrue(JcaSignature.has(Algorithm.of(algorithm), null), "Ed25519 came with Java 15");
        TokenBinding binding = dpop.create(accepting("HS256", "none", algorithm));

        Jwt proof = proof(binding.prove("POST", TOKEN, null, null));

        assertThat(proof.header)
                .containsOnlyKeys("typ", "alg", "jwk")
                .containsEntry("typ", "dpop+jwt")
                .containsEntry("alg", algorithm);
        JWK jwk = JWK.parse(JSONObjectUtils.toJSONString(JSONObjectUtils.getJSONObject(proof.header, "jwk")));
        assertThat(jwk.isPrivate()).isFalse();
        assertThat(jwk.toJSONObject().keySet())
                .isIn(Set.of("kty", "crv", "x", "y"), Set.of("kty", "n", "e"), Set.of("kty", "crv", "x"));
        proof.verifiedBy(
                algorithm.startsWith("Ed")
                        ? Ed25519.publicKey(jwk.toOctetKeyPair().getDecodedX())
                        : algorithm.startsWith("PS")
                                ? jwk.toRSAKey().toPublicKey()
                                : jwk.toECKey().toPublicKey());
        assertThat(binding.thumbprint()).isEqualTo(jwk.computeThumbprint().toString());
    }

    @Test
    void d1_theAlgorithmIsOneThatTheServerNames() throws Exception {
        assertThat(proof(dpop.create(accepting("PS256", "ES256")).prove("GET", TOKEN, null, null)).header)
                .as("our preference, not the server's")
                .containsEntry("alg", "ES256");
        assertThat(proof(dpop.algorithms("PS256", "ES256")
                                .create(accepting("ES256", "PS256"))
                                .prove("GET", TOKEN, null, null))
                        .header)
                .containsEntry("alg", "PS256");
        assertThat(proof(dpop.create(Stage.metadata().build()).prove("GET", TOKEN, null, null)).header)
                .as("a server that names none")
                .containsEntry("alg", "ES256");

        ConfigurationException refused =
                catchThrowableOfType(ConfigurationException.class, () -> dpop.create(accepting("RS256", "HS256")));
        assertThat(refused.field()).isEqualTo("dpop_signing_alg_values_supported");
        assertThat(refused).hasMessageContaining("RS256");
        for (String weak : new String[] {"HS256", "none", "RS256"}) {
            assertThatThrownBy(() -> dpop.algorithms("ES256", weak)).isInstanceOf(ConfigurationException.class);
        }
        assertThat(dpop.signingAlgorithm()).contains("ES256");
        assertThat(dpop.kind()).isEqualTo("dpop");
    }

    @Test
    void d2_noProofIsMadeTwice() throws Exception {
        TokenBinding binding = binding();
        Set<Object> ids = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            String id = (String)
                    proof(binding.prove("POST", TOKEN, null, "n")).claims.get("jti");
            assertThat(Base64.getUrlDecoder().decode(id)).as("128 bits").hasSize(16);
            assertThat(ids.add(id)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://as.example.com/oauth/token, https://as.example.com/oauth/token",
        "https://api.example.com/a?b=c, https://api.example.com/a",
        "https://api.example.com/a#b, https://api.example.com/a",
        "https://api.example.com?b=c, https://api.example.com/",
        "https://api.example.com, https://api.example.com/",
        "HTTPS://API.Example.COM/Path, https://api.example.com/Path",
        "https://api.example.com:443/a, https://api.example.com/a",
        "https://api.example.com:8443/a, https://api.example.com:8443/a",
        "http://127.0.0.1:80/a, http://127.0.0.1/a",
        "http://127.0.0.1:443/a, http://127.0.0.1:443/a",
        "https://[2001:DB8::1]:443/a, https://[2001:db8::1]/a",
        "https://api.example.com/a/./b/../c, https://api.example.com/a/c",
        "https://api.example.com/../a, https://api.example.com/a",
        "https://api.example.com/a/.., https://api.example.com/",
        "https://api.example.com/a/b/., https://api.example.com/a/b/",
        "https://api.example.com/a//b/../c/, https://api.example.com/a//c/",
        "https://api.example.com/.well-known/a, https://api.example.com/.well-known/a",
        "https://api.example.com/a%2fb%7Ec, https://api.example.com/a%2fb%7Ec",
        "https://api.example.com/a/%2e%2e/b, https://api.example.com/a/%2e%2e/b",
        "https://api.example.com/caf\u00e9/\u6f22, https://api.example.com/caf%C3%A9/%E6%BC%A2",
    })
    void d3_theUriIsInNormalFormWithoutQueryAndFragment(String uri, String htu) throws Exception {
        assertThat(proof(binding().prove("GET", URI.create(uri), null, null)).claims)
                .containsEntry("htu", htu);
    }

    @Test
    void d3_theMethodIsExact() throws Exception {
        for (String method : new String[] {"GET", "POST", "PATCH", "get"}) {
            assertThat(proof(binding().prove(method, TOKEN, null, null)).claims).containsEntry("htm", method);
        }
    }

    @Test
    void d4_athIsThereExactlyWhenATokenIsPresented() throws Exception {
        TokenBinding binding = binding();
        assertThat(proof(binding.prove("POST", TOKEN, null, null)).claims).containsOnlyKeys("jti", "htm", "htu", "iat");
        // RFC 9449 §7.1
        assertThat(proof(binding.prove(
                                "GET",
                                URI.create("https://resource.example.org/protectedresource"),
                                ACCESS_TOKEN,
                                null))
                        .claims)
                .containsOnlyKeys("jti", "htm", "htu", "iat", "ath")
                .containsEntry("ath", "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
        assertThat(binding.tokenType()).isEqualTo(TokenType.DPOP);
    }

    @Test
    void d4_aBearerTokenGetsNoProof() throws Exception {
        TokenBinding binding = binding();
        assertThat(catchThrowableOfType(
                                ConfigurationException.class,
                                () -> binding.prove("GET", TOKEN, AccessToken.bearer("b"), null))
                        .field())
                .isEqualTo("token_type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "a b", "a, b", "a\"b", "a\\b", "a\r\nX: y", "a\u0000", "a\u007f", "caf\u00e9", "a\tb"})
    void d7_aNonceWithAnIllegalCharacterIsRefused(String nonce) throws Exception {
        TokenBinding binding = binding();
        InvalidResponseException refused =
                catchThrowableOfType(InvalidResponseException.class, () -> binding.prove("POST", TOKEN, null, nonce));
        assertThat(refused.field()).isEqualTo("DPoP-Nonce");
        assertThat(refused.host()).isEqualTo("as.example.com");
    }

    @Test
    void d7_aNonceIsSentAsItCameAndIsNotTooLong() throws Exception {
        TokenBinding binding = binding();
        String nonce = "eyJ7S_zG.eyJH0-Z.HX4w-7v!#$%&'()*+,/:;<=>?@[]^`{|}~";
        assertThat(proof(binding.prove("POST", TOKEN, null, nonce)).claims).containsEntry("nonce", nonce);
        assertThatThrownBy(() -> binding.prove("POST", TOKEN, null, "n".repeat(4097)))
                .isInstanceOf(InvalidResponseException.class);
    }

    @Test
    void d8_theKeyIsSavedAndRestoredAndIsAnotherForEverySession() throws Exception {
        TokenBinding one = binding();
        TokenBinding other = binding();
        assertThat(other.thumbprint()).isNotEqualTo(one.thumbprint());

        TokenBinding restored = Dpop.create().clock(clock).restore(one.save());
        assertThat(restored.thumbprint()).isEqualTo(one.thumbprint());
        assertThat(proof(restored.prove("POST", TOKEN, null, null)).header.get("jwk"))
                .isEqualTo(proof(one.prove("POST", TOKEN, null, null)).header.get("jwk"));
        assertThatThrownBy(() -> dpop.restore(new byte[40])).isInstanceOf(IOException.class);
    }

    /** Over the wire: the code here, and the refresh on another node with nothing but the store in common. */
    @Test
    void d8_aSessionProvesTheSameKeyInEveryRequestOnEveryNode() throws Exception {
        Stage stage = new Stage();
        InMemoryTokenStore store = InMemoryTokenStore.create(stage.clock);
        OAuthClient here = bound(stage, store);
        PendingAuthorization pending =
                here.authorize(AuthorizationRequest.builder(URI.create("https://app.example.com/cb"), Stage.READ)
                        .account(AccountNaming.subject("alice"))
                        .build());
        stage.transport.answers(Stage.granted("DPoP"));
        Account account = here.complete(
                        AuthorizationCallback.parse(
                                "code=c&state=" + pending.state().reveal()),
                        pending.browserBinding())
                .account();
        Jwt first = Jwt.parse(stage.transport.onlyRequest().header("dpop").orElseThrow());
        assertThat(first.claims)
                .containsEntry("htm", "POST")
                .containsEntry("htu", "https://as.example.com/oauth/token")
                .containsEntry("iat", NOW)
                .doesNotContainKeys("ath", "nonce");

        stage.clock.advance(Duration.ofHours(2));
        stage.transport.answers(Stage.granted("DPoP"));
        AccessToken token = bound(stage, store).tokens(account, Stage.READ).token();

        assertThat(token.type()).isEqualTo(TokenType.DPOP);
        assertThat(stage.transport.lastRequest().form()).containsEntry("grant_type", "refresh_token");
        Jwt second = Jwt.parse(stage.transport.lastRequest().header("dpop").orElseThrow());
        assertThat(second.header.get("jwk")).isEqualTo(first.header.get("jwk"));
        assertThat(second.claims.get("jti")).isNotEqualTo(first.claims.get("jti"));
        assertThat(second.claims).containsEntry("iat", NOW + 7200);
    }

    private static OAuthClient bound(Stage stage, InMemoryTokenStore store) {
        return stage.builder(ClientAuthentication.none())
                .store(store)
                .binding(Dpop.create().clock(stage.clock))
                .build();
    }

    @Test
    void aKeyThatNeverLeavesItsHomeIsSavedAsAHandle() throws Exception {
        Vault vault = new Vault();
        Dpop overVault = Dpop.of(vault).clock(clock);
        TokenBinding binding = overVault.create(accepting("ES256"));

        assertThat(new String(binding.save(), StandardCharsets.US_ASCII)).isEqualTo("handle-1");
        TokenBinding restored = Dpop.of(vault).restore(binding.save());
        assertThat(restored.thumbprint()).isEqualTo(binding.thumbprint());
        vault.key.sealed = true;
        assertThatThrownBy(() -> restored.prove("GET", TOKEN, null, null)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> overVault.algorithms("PS256").create(accepting("PS256")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("PS256");
    }

    @Test
    void s1_neitherBindingNorFactoryPrintsAKeyOrAProof() throws Exception {
        assertThat(binding().toString()).isEqualTo("TokenBinding[dpop, ES256]");
        assertThat(Dpop.of(JcaSessionKeys.create()).toString()).isEqualTo("Dpop[ES256]");
        assertThat(proof(binding().prove("GET", TOKEN, ACCESS_TOKEN, null))
                        .claims
                        .values())
                .doesNotContain(ACCESS_TOKEN.reveal());
        assertThat(Map.of("proof", binding().prove("GET", TOKEN, null, null)).toString())
                .doesNotContain("ey");
    }

    /** Keys that stay in one place; whoever has the handle may ask for a signature. */
    private static final class Vault implements SessionKeys {

        private final TestKeys.Remote key = new TestKeys.Remote(TestKeys.es256());

        @Override
        public JwsSigner create(String algorithm) {
            if (!algorithm.equals("ES256")) {
                throw new IllegalArgumentException("algorithm must be ES256");
            }
            return key;
        }

        @Override
        public byte[] save(JwsSigner saved) {
            return "handle-1".getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public JwsSigner restore(byte[] saved) {
            return key;
        }
    }
}
