package dev.latchkey.auth.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.AccessToken;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** RFC 7591 and RFC 7592 on the wire. */
class ClientRegistrationsTest {

    private static final String ANSWER =
            "{\"client_id\":\"s6BhdRkqt3\",\"client_secret\":\"cf136dc3c1fc93f31185e5885805d\","
                    + "\"client_id_issued_at\":2893256800,\"client_secret_expires_at\":2893276800,"
                    + "\"redirect_uris\":[\"https://client.example.org/callback\"],\"client_name\":\"My Example\","
                    + "\"registration_access_token\":\"reg-5ecret\","
                    + "\"registration_client_uri\":\"https://server.example.com/register/s6BhdRkqt3\"}";
    private static final AuthorizationServerMetadata SERVER = AuthorizationServerMetadata.builder(
                    "https://server.example.com")
            .member("registration_endpoint", "https://server.example.com/register")
            .build();

    private final ScriptedTransport transport = ScriptedTransport.create();
    private final ClientRegistrations registrations = ClientRegistrations.over(transport);
    private final ClientMetadata metadata = ClientMetadata.builder()
            .redirectUris(URI.create("https://client.example.org/callback"))
            .clientName("My Example")
            .tokenEndpointAuthMethod("client_secret_basic")
            .grantTypes("authorization_code", "refresh_token")
            .member("example_extension_parameter", "example_value")
            .build();

    private RegisteredClient registered() {
        transport.answers(Answer.json(201, ANSWER));
        return registrations.register(SERVER, metadata);
    }

    @Test
    void registersWhatTheClientSaysOfItself() {
        RegisteredClient client = registered();

        assertThat(transport.onlyRequest().method()).isEqualTo("POST");
        assertThat(transport.onlyRequest().uri()).isEqualTo(URI.create("https://server.example.com/register"));
        assertThat(transport.onlyRequest().header("Content-Type")).contains("application/json");
        assertThat(transport.onlyRequest().header("Authorization")).isEmpty();
        assertThat(transport.onlyRequest().body())
                .isEqualTo(
                        "{\"redirect_uris\":[\"https://client.example.org/callback\"],\"client_name\":\"My Example\","
                                + "\"token_endpoint_auth_method\":\"client_secret_basic\","
                                + "\"grant_types\":[\"authorization_code\",\"refresh_token\"],"
                                + "\"example_extension_parameter\":\"example_value\"}");
        assertThat(client.clientId().value()).isEqualTo("s6BhdRkqt3");
        assertThat(client.clientSecret().orElseThrow().reveal()).isEqualTo("cf136dc3c1fc93f31185e5885805d");
        assertThat(client.clientSecretExpiresAt()).contains(Instant.ofEpochSecond(2893276800L));
        assertThat(client.metadata().member("client_name")).contains("My Example");
        assertThat(client.toString()).doesNotContain("5ecret", "cf136");
        assertThat(RegisteredClient.of(client.reveal()).reveal()).isEqualTo(client.reveal());
    }

    private static String document(String issuer) {
        return "{\"issuer\":\"" + issuer + "\",\"registration_endpoint\":\"https://server.example.com/register\"}";
    }

    @Test
    void findsTheServersMetadataByItself() {
        transport
                .answers(Answer.json(200, document("https://server.example.com")))
                .answers(Answer.json(201, ANSWER));

        RegisteredClient client = registrations.register(
                AuthorizationServer.openId("https://server.example.com"), metadata, AccessToken.bearer("init-5ecret"));

        assertThat(client.clientId().value()).isEqualTo("s6BhdRkqt3");
        assertThat(transport.requests().get(0).method()).isEqualTo("GET");
        assertThat(transport.requests().get(0).uri())
                .isEqualTo(URI.create("https://server.example.com/.well-known/openid-configuration"));
        assertThat(transport.requests().get(0).header("Authorization")).isEmpty();
        assertThat(transport.lastRequest().uri()).isEqualTo(URI.create("https://server.example.com/register"));
        assertThat(transport.lastRequest().header("Authorization")).contains("Bearer init-5ecret");
    }

    @Test
    void findsTheServersMetadataForAFutureToo() {
        transport
                .answers(Answer.json(200, document("https://server.example.com")))
                .answers(Answer.json(201, ANSWER));

        RegisteredClient client = registrations
                .async(Runnable::run)
                .register(AuthorizationServer.openId("https://server.example.com"), metadata)
                .join();

        assertThat(client.clientId().value()).isEqualTo("s6BhdRkqt3");
        assertThat(transport.lastRequest().uri()).isEqualTo(URI.create("https://server.example.com/register"));
    }

    @Test
    void aServerOfAnotherIssuerGetsNoRegistration() {
        transport.answers(Answer.json(200, document("https://evil.example.com")));

        assertThatThrownBy(() ->
                        registrations.register(AuthorizationServer.openId("https://server.example.com"), metadata))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("issuer from server.example.com");
        assertThat(transport.requests()).hasSize(1);
    }

    @Test
    void metadataIsFetchedOverHttpsAndWhatIsKnownIsNotFetched() {
        assertThatThrownBy(
                        () -> registrations.register(AuthorizationServer.openId("http://server.example.com"), metadata))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is not https");
        assertThat(transport.requests()).isEmpty();

        transport.answers(Answer.json(201, ANSWER));
        registrations.register(AuthorizationServer.of(SERVER), metadata);
        assertThat(transport.onlyRequest().method()).isEqualTo("POST");
    }

    @Test
    void anEmptySecretIsNone() {
        transport.answers(Answer.json(
                201,
                "{\"client_id\":\"a\",\"client_secret\":\"\",\"registration_access_token\":\"reg-5ecret\","
                        + "\"registration_client_uri\":\"https://server.example.com/register/a\"}"));

        RegisteredClient client = registrations.register(SERVER, metadata);

        assertThat(client.clientSecret()).isEmpty();
        assertThat(client.registrationAccessToken().orElseThrow().reveal()).isEqualTo("reg-5ecret");
        assertThatThrownBy(() -> RegisteredClient.of(Map.of("client_id", ""))).hasMessage("client_id is missing");
    }

    @Test
    void aSecretThatDoesNotEndHasNoEnd() {
        transport.answers(
                Answer.json(200, "{\"client_id\":\"a\",\"client_secret\":\"b\",\"client_secret_expires_at\":0}"));

        assertThat(registrations.register(SERVER, metadata).clientSecretExpiresAt())
                .isEmpty();
    }

    @Test
    void anInitialAccessTokenGoesAlong() {
        transport.answers(Answer.json(201, ANSWER));

        registrations.register(SERVER, metadata, AccessToken.bearer("initial"));

        assertThat(transport.onlyRequest().header("Authorization")).contains("Bearer initial");
    }

    @Test
    void readsChangesAndEndsARegistration() {
        RegisteredClient client = registered();

        transport.answers(Answer.json(200, ANSWER.replace("reg-5ecret", "reg-new")));
        RegisteredClient read = registrations.read(client);
        assertThat(transport.lastRequest().method()).isEqualTo("GET");
        assertThat(transport.lastRequest().uri())
                .isEqualTo(URI.create("https://server.example.com/register/s6BhdRkqt3"));
        assertThat(transport.lastRequest().header("Authorization")).contains("Bearer reg-5ecret");
        assertThat(read.registrationAccessToken().orElseThrow().reveal()).isEqualTo("reg-new");

        transport.answers(Answer.json(200, "{\"client_id\":\"s6BhdRkqt3\",\"client_name\":\"Other\"}"));
        RegisteredClient changed = registrations.update(
                read, read.metadata().toBuilder().clientName("Other").build());
        assertThat(transport.lastRequest().method()).isEqualTo("PUT");
        assertThat(transport.lastRequest().header("Authorization")).contains("Bearer reg-new");
        assertThat(transport.lastRequest().body())
                .contains("\"client_id\":\"s6BhdRkqt3\"", "\"client_name\":\"Other\"", "\"client_secret\":\"cf136")
                .doesNotContain("registration_", "client_id_issued_at", "client_secret_expires_at");
        // What the answer leaves out of the server's own members stays as it was.
        assertThat(changed.registrationAccessToken()).isEqualTo(read.registrationAccessToken());

        transport.answers(Answer.of(204));
        registrations.delete(changed);
        assertThat(transport.lastRequest().method()).isEqualTo("DELETE");
    }

    @Test
    void anotherClientsRegistrationIsRefused() {
        RegisteredClient client = registered();
        transport.answers(Answer.json(200, ANSWER.replace("s6BhdRkqt3", "other")));

        assertThatThrownBy(() -> registrations.read(client))
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo("client_id"));
    }

    @Test
    void refusalsSayWhatToDo() {
        transport.answers(Answer.json(400, "{\"error\":\"invalid_redirect_uri\",\"error_description\":\"no\"}"));
        assertThatThrownBy(() -> registrations.register(SERVER, metadata))
                .isInstanceOfSatisfying(
                        ConfigurationException.class, e -> assertThat(e.field()).isEqualTo("invalid_redirect_uri"));
        transport.answers(Answer.json(401, "{}"));
        assertThatThrownBy(() -> registrations.register(SERVER, metadata)).isInstanceOf(AccessDeniedException.class);
        transport.answers(Answer.json(500, "{}"));
        assertThatThrownBy(() -> registrations.register(SERVER, metadata))
                .isInstanceOfSatisfying(
                        TemporaryFailureException.class,
                        e -> assertThat(e.safeToRetry()).isFalse());
        for (String json :
                List.of("{}", "{\"client_id\":7}", "{\"client_id\":\"a\",\"client_secret_expires_at\":\"x\"}")) {
            transport.answers(Answer.json(201, json));
            assertThatThrownBy(() -> registrations.register(SERVER, metadata))
                    .isInstanceOf(InvalidResponseException.class);
        }
    }

    @Test
    void whatCannotBeAskedIsNotSent() {
        AuthorizationServerMetadata without = AuthorizationServerMetadata.builder("https://server.example.com")
                .build();
        AuthorizationServerMetadata plain = AuthorizationServerMetadata.builder("https://server.example.com")
                .member("registration_endpoint", "http://server.example.com/register")
                .build();

        assertThatThrownBy(() -> registrations.register(without, metadata))
                .hasMessageContaining("registration_endpoint");
        assertThatThrownBy(() -> registrations.register(plain, metadata)).hasMessageContaining("https");
        assertThatThrownBy(() -> registrations.read(RegisteredClient.of(Map.of("client_id", "a"))))
                .hasMessageContaining("registration_client_uri");
        assertThatThrownBy(() -> ClientMetadata.builder().redirectUris(URI.create("/cb")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(transport.requests()).isEmpty();
    }
}
