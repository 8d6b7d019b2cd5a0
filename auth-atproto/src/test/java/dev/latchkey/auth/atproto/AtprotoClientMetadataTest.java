package dev.latchkey.auth.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** M7 of the client-side checklist, and rules 9 to 12. */
class AtprotoClientMetadataTest {

    private static final URI ID = URI.create(Network.CLIENT_ID);

    private static AtprotoClientMetadata.Builder web() {
        return AtprotoClientMetadata.builder(ID).redirectUris(Network.REDIRECT);
    }

    private static String field(AtprotoClientMetadata.Builder builder) {
        return catchThrowableOfType(ConfigurationException.class, builder::build)
                .field();
    }

    @Test
    void seedDefect1_printsWhatTheServersDemand() throws Exception {
        Map<String, Object> document =
                Json.object(Network.metadata(ClientKeys.of(Network.KEY)).toJson());
        assertThat(document)
                .containsEntry("client_id", Network.CLIENT_ID)
                .containsEntry("application_type", "web")
                .containsEntry("response_types", List.of("code"))
                .containsEntry("grant_types", List.of("authorization_code", "refresh_token"))
                .containsEntry("redirect_uris", List.of(Network.REDIRECT.toString()))
                .containsEntry("scope", "atproto transition:generic")
                .containsEntry("dpop_bound_access_tokens", true)
                .containsEntry("token_endpoint_auth_method", "private_key_jwt")
                .containsEntry("token_endpoint_auth_signing_alg", "ES256")
                .doesNotContainKeys("response_type", "jwks_uri", "client_secret");
    }

    @Test
    void seedDefect14_publishesThePublicHalvesOfAllKeysWithTheirIdentifiers() throws Exception {
        Map<String, Object> document = Json.object(
                Network.metadata(ClientKeys.of(Network.key("new"), Network.KEY)).toJson());
        List<?> keys = (List<?>) ((Map<?, ?>) document.get("jwks")).get("keys");
        assertThat(keys).extracting(key -> ((Map<?, ?>) key).get("kid")).isEqualTo(List.of("new", "key-1"));
        keys.forEach(key -> {
            Map<?, ?> jwk = (Map<?, ?>) key;
            assertThat(jwk.keySet().toString()).isEqualTo("[kty, crv, x, y, kid, alg, use]");
            assertThat(String.valueOf(jwk.get("x"))).hasSize(43);
            assertThat(String.valueOf(jwk.get("y"))).hasSize(43);
        });
    }

    @Test
    void aPublicClientSaysSo() {
        assertThat(web().build().members())
                .containsEntry("token_endpoint_auth_method", "none")
                .doesNotContainKeys("jwks", "jwks_uri", "token_endpoint_auth_signing_alg");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://app.example.com/c.json",
                "https://app.example.com",
                "https://app.example.com/",
                "https://app.example.com/c/",
                "https://app.example.com:8443/c.json",
                "https://user@app.example.com/c.json",
                "https://app.example.com/c.json#x",
                "https://app.example.com/a/../c.json",
                "https://app.example.com/a/%2e%2E/c.json",
                "https://app.example.com/%2E/c.json",
                "https://app.example.com/a/.%2e/c.json",
                "https://App.example.com/c.json",
                "https://app.example.com/\u00fc.json",
                "https://192.0.2.1/c.json",
                "https://[2001:db8::1]/c.json",
                "https://localhost/c.json",
                "https://intranet/c.json",
                "https://app.localhost/c.json",
                "com.example.app:/c.json"
            })
    void m7_rule9_refusesIdentifiers(String id) {
        assertThat(field(AtprotoClientMetadata.builder(URI.create(id)).redirectUris(Network.REDIRECT)))
                .isEqualTo("client_id");
    }

    /** The servers compare all of it with what the document says. */
    @ParameterizedTest
    @ValueSource(
            strings = {"https://app.example.com/c.json?version=2", "https://app.example.com/a%2eb/..c/.well-known"})
    void rule9_takesIdentifiersAsTheServersDo(String id) {
        assertThat(AtprotoClientMetadata.builder(URI.create(id))
                        .redirectUris(Network.REDIRECT)
                        .scopes(Scopes.of("atproto"))
                        .build()
                        .members())
                .containsEntry("client_id", id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openid",
                "transition:generics",
                "transition:",
                "repo",
                "repo:",
                "repo:nonsense",
                "repo:app.example.post?action=creat",
                "blob:image",
                "rpc:app.example.get",
                "account:password",
                "Atproto",
                "include:x"
            })
    void rule30_namesAScopeThatIsNone(String scope) {
        assertThatThrownBy(() -> web().scopes(Scopes.of("atproto", scope)).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("scope: " + scope + " is none of the AT Protocol's");
        assertThatThrownBy(() ->
                        AtprotoClientMetadata.localhost(Scopes.of("atproto", scope), URI.create("http://127.0.0.1/")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(scope);
    }

    /** The servers compare texts, so that no other spelling of the same must get into the document. */
    @Test
    void rule30_printsScopesAsTheyWereGiven() {
        String given =
                "atproto repo?collection=app.example.post&action=create blob?accept=image/svg%2Bxml transition:email";
        assertThat(web().scopes(Scopes.parse(given)).build().members()).containsEntry("scope", given);
    }

    @Test
    void rule10_namesTheFieldThatIsWrong() {
        assertThat(field(web().scopes(Scopes.of("transition:generic")))).isEqualTo("scope");
        assertThat(field(web().scopes(Scopes.of("atproto", "transition:chat.bsky"))))
                .isEqualTo("scope");
        assertThat(field(web().redirectUris())).isEqualTo("redirect_uris");
        assertThat(field(web().homepage(URI.create("https://other.example.com"))))
                .isEqualTo("client_uri");
        assertThat(field(web().homepage(URI.create("https://app.example.com/elsewhere"))))
                .isEqualTo("client_uri");
        assertThat(field(web().logo(URI.create("http://app.example.com/logo.png"))))
                .isEqualTo("logo_uri");
        assertThat(field(web().termsOfService(URI.create("http://a.example/t"))))
                .isEqualTo("tos_uri");
        assertThat(field(web().privacyPolicy(URI.create("http://a.example/p")))).isEqualTo("policy_uri");
        assertThat(field(web().jwksUri(URI.create("https://app.example.com/jwks"))))
                .isEqualTo("jwks_uri");
        assertThat(field(web().keys(ClientKeys.of(Network.KEY)).jwksUri(URI.create("http://app.example.com/jwks"))))
                .isEqualTo("jwks_uri");
        assertThat(web().homepage(URI.create("https://app.example.com")).build().members())
                .containsEntry("client_uri", "https://app.example.com");
    }

    @Test
    void rule10_keysNeedAnIdentifierOfTheirOwnAndEs256() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        SigningKey other = SigningKey.of(rsa.generateKeyPair()).keyId("rsa").build();
        assertThatThrownBy(() -> ClientKeys.of(other)).hasMessageContaining("ES256");
        assertThatThrownBy(() -> ClientKeys.of(Network.KEY, Network.key("key-1")))
                .hasMessageContaining("key-1");
    }

    @ParameterizedTest
    @CsvSource({
        "false, http://app.example.com/cb, false",
        "false, http://127.0.0.1/cb, false",
        "false, com.example.app:/cb, false",
        "false, https://elsewhere.example.com/cb, true",
        "false, https://user@app.example.com/cb, false",
        "false, https://localhost/cb, false",
        "false, https://127.0.0.1/cb, false",
        "false, https://[::1]/cb, false",
        "false, https://intranet/cb, false",
        "true, com.example.app:/cb, true",
        "true, com.example.app://cb, false",
        "true, com.example.app:///cb, false",
        "true, com.example.other:/cb, false",
        "true, https://app.example.com/cb, true",
        "true, https://elsewhere.example.com/cb, false",
        "true, http://127.0.0.1:1234/cb, true",
        "true, http://localhost/cb, false"
    })
    void rule11_redirectUris(boolean isNative, URI redirect, boolean allowed) {
        AtprotoClientMetadata.Builder builder =
                AtprotoClientMetadata.builder(ID).redirectUris(redirect);
        if (isNative) {
            builder.asNative();
        }
        if (allowed) {
            assertThat(builder.build().redirectUris()).containsExactly(redirect);
        } else {
            assertThat(field(builder)).isEqualTo("redirect_uris");
        }
    }

    @Test
    void rule12_theLocalhostClientIsItsOwnDocument() {
        AtprotoClientMetadata local = AtprotoClientMetadata.localhost(
                Scopes.of("atproto", "transition:generic"),
                URI.create("http://127.0.0.1/"),
                URI.create("http://[::1]/"));
        assertThat(local.clientId())
                .isEqualTo("http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2F"
                        + "&redirect_uri=http%3A%2F%2F%5B%3A%3A1%5D%2F&scope=atproto%20transition%3Ageneric");
        assertThat(local.keys()).isEmpty();
        assertThat(local.accepts(URI.create("http://127.0.0.1:8080/"))).isTrue();
        assertThat(local.accepts(URI.create("http://127.0.0.1:8080/other"))).isFalse();
        AtprotoClientMetadata fixed =
                AtprotoClientMetadata.localhost(Scopes.of("atproto"), URI.create("http://127.0.0.1:8080/"));
        assertThat(fixed.accepts(URI.create("http://127.0.0.1:8080/"))).isTrue();
        assertThat(fixed.accepts(URI.create("http://127.0.0.1:8081/")))
                .as("servers hold a client to the port that it names")
                .isFalse();
        for (String wrong : List.of("http://localhost/", "https://127.0.0.1/", "https://app.example.com/cb")) {
            assertThatThrownBy(() -> AtprotoClientMetadata.localhost(Scopes.of("atproto"), URI.create(wrong)))
                    .isInstanceOf(ConfigurationException.class);
        }
    }

    @Test
    void isServedByAnyServerAndAsAFile(@TempDir Path folder) throws Exception {
        AtprotoClientMetadata metadata = web().build();
        ClientMetadataPage page = ClientMetadataPage.of(metadata);
        assertThat(page.status("GET")).isEqualTo(200);
        assertThat(page.headers("GET")).containsEntry("Content-Type", "application/json");
        assertThat(page.body("GET")).isEqualTo(metadata.toJson());
        assertThat(page.body("HEAD")).isEmpty();
        assertThat(page.status("POST")).isEqualTo(405);
        metadata.writeTo(folder.resolve("client-metadata.json"));
        assertThat(Files.readAllBytes(folder.resolve("client-metadata.json"))).isEqualTo(metadata.toJson());
    }

    @Test
    void aNativeClientIsSentBackToAnyPortOfThisMachine() {
        AtprotoClientMetadata cli = AtprotoClientMetadata.builder(ID)
                .redirectUris(URI.create("http://127.0.0.1/cb"))
                .asNative()
                .build();
        assertThat(cli.accepts(URI.create("http://127.0.0.1:49152/cb"))).isTrue();
        assertThat(cli.accepts(URI.create("http://127.0.0.1:49152/other"))).isFalse();
        assertThat(cli.accepts(URI.create("http://localhost:49152/cb"))).isFalse();
        assertThat(web().build().accepts(URI.create("https://app.example.com:8443/callback")))
                .isFalse();
    }

    @Test
    void theKeysCanBeServedApartFromTheDocument() throws Exception {
        AtprotoClientMetadata metadata = web().keys(ClientKeys.of(Network.key("new"), Network.KEY))
                .jwksUri(URI.create("https://app.example.com/jwks.json"))
                .build();
        assertThat(Json.object(ClientMetadataPage.of(metadata).body("GET")))
                .containsEntry("jwks_uri", "https://app.example.com/jwks.json")
                .containsEntry("token_endpoint_auth_method", "private_key_jwt")
                .doesNotContainKey("jwks");

        ClientMetadataPage keys = ClientMetadataPage.ofKeys(metadata);

        assertThat(keys.status("GET")).isEqualTo(200);
        assertThat(keys.headers("GET")).containsEntry("Content-Type", "application/json");
        assertThat(keys.body("HEAD")).isEmpty();
        Map<String, Object> set = Json.object(keys.body("GET"));
        assertThat((List<?>) set.get("keys"))
                .extracting(key -> ((Map<?, ?>) key).get("kid"))
                .isEqualTo(List.of("new", "key-1"));
        assertThat(new String(keys.body("GET"), java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain("\"d\"");
        assertThat(catchThrowableOfType(ConfigurationException.class, () -> ClientMetadataPage.ofKeys(web().build()))
                        .field())
                .isEqualTo("jwks_uri");
    }
}
