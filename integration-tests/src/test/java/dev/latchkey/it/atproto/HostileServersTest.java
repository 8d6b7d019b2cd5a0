package dev.latchkey.it.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.latchkey.auth.atproto.AtprotoServers;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.it.Transport;
import dev.latchkey.it.atproto.lab.LabPds;
import dev.latchkey.it.atproto.lab.Reply;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a personal data server and its authorization server may say of each other, over each transport. */
final class HostileServersTest {

    private static final URI PDS = URI.create("https://pds.test");
    private static final String RESOURCE = "/.well-known/oauth-protected-resource";
    private static final String METADATA = "/.well-known/oauth-authorization-server";

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private <E extends OAuthException> E fails(Class<E> how, Transport transport) {
        return catchThrowableOfType(how, () -> world.servers(transport).of(PDS));
    }

    private void names(String... servers) {
        JsonArray array = new JsonArray();
        for (String server : servers) {
            array.add(server);
        }
        world.pds.alterResource(it -> it.add("authorization_servers", array));
    }

    @ParameterizedTest
    @EnumSource
    void aServerIsFoundInTwoRequestsAndRemembered(Transport transport) {
        AtprotoServers servers = world.servers(transport);

        assertThat(servers.of(PDS).issuer()).isEqualTo("https://as.test");
        assertThat(servers.of(PDS).issuer()).isEqualTo("https://as.test");

        assertThat(world.lab.log().lines()).containsExactly("GET pds.test" + RESOURCE, "GET as.test" + METADATA);
        assertThat(world.lab.log().violations()).isEmpty();
        world.clock.ahead(Duration.ofMinutes(10));
        servers.of(PDS);
        servers.ofFresh(PDS);
        assertThat(world.lab.log().all()).hasSize(6);
    }

    @ParameterizedTest
    @EnumSource
    void anAuthorizationServerMayBeNamedItself(Transport transport) {
        assertThat(world.servers(transport).of(URI.create("https://as.test")).issuer())
                .isEqualTo("https://as.test");
    }

    @ParameterizedTest
    @EnumSource
    void twoAuthorizationServersAreRefused(Transport transport) {
        world.lab.authorizationServer("other.test");
        names("https://as.test", "https://other.test");

        assertThat(fails(InvalidResponseException.class, transport).field()).isEqualTo("authorization_servers");
        assertThat(world.lab.log().lines()).containsExactly("GET pds.test" + RESOURCE);
    }

    /** Every reference server is a personal data server and its own authorization server. */
    @ParameterizedTest
    @EnumSource
    void aServerWhoseResourceMetadataAreWrongIsNotBegunAtByItsAddress(Transport transport) {
        LabPds both = world.lab.pds("both.test", world.lab.authorizationServer("both.test"));
        for (Consumer<JsonObject> lie : List.<Consumer<JsonObject>>of(
                it -> it.getAsJsonArray("authorization_servers").add("https://mallory.test"),
                it -> it.getAsJsonArray("authorization_servers").set(0, new JsonPrimitive("https://mallory.test")),
                it -> it.addProperty("resource", "https://other.test"),
                it -> it.remove("authorization_servers"))) {
            both.alterResource(lie);
            notBegunAt(transport, "https://both.test");
        }
        both.alterResource(fair -> {});
        world.lab
                .host("both.test")
                .script(RESOURCE, Reply.text("").status(302).with("Location", "https://both.test/elsewhere"));
        notBegunAt(transport, "https://both.test");
        world.lab.host("both.test").script(RESOURCE, Reply.text("").status(404));

        try (Visitor visitor = Visitor.confidential(world, transport)) {
            assertThat(visitor.client().authorize("https://both.test").uri()).hasHost("both.test");
        }
    }

    private void notBegunAt(Transport transport, String address) {
        try (Visitor visitor = Visitor.confidential(world, transport)) {
            assertThat(catchThrowableOfType(
                            OAuthException.class, () -> visitor.client().authorize(address)))
                    .isNotNull();
        }
        assertThat(world.lab.log().to("both.test", "/oauth/par")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://as.test",
                "https://as.test/",
                "https://as.test/path",
                "https://as.test:443",
                "https://AS.test",
                "https://as.test?query",
                "https://as.test#fragment",
                "https://user@as.test",
                "as.test",
                ""
            })
    void anAuthorizationServerIsNamedByItsOriginAlone(String issuer) {
        names(issuer);

        assertThat(fails(InvalidResponseException.class, Transport.APACHE).field())
                .isEqualTo("authorization_servers");
        assertThat(world.lab.log().lines()).containsExactly("GET pds.test" + RESOURCE);
    }

    @ParameterizedTest
    @EnumSource
    void noAuthorizationServerInsideTheHouseIsAsked(Transport transport) {
        names("https://10.0.0.1");

        OAuthException refusal = fails(OAuthException.class, transport);

        assertThat(refusal).isNotInstanceOf(TemporaryFailureException.class);
        assertThat(refusal).hasMessageContaining("10.0.0.1");
    }

    @ParameterizedTest
    @EnumSource
    void anotherIssuerThanTheOneThatWasAskedIsRefused(Transport transport) {
        world.server.alterMetadata(it -> it.addProperty("issuer", "https://other.test"));

        assertThat(fails(InvalidResponseException.class, transport).field()).isEqualTo("issuer");
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatDoesNotKnowTheResourceIsRefused(Transport transport) {
        world.server.alterMetadata(it -> it.add("protected_resources", new JsonArray()));

        assertThat(fails(InvalidResponseException.class, transport).field()).isEqualTo("protected_resources");
    }

    @ParameterizedTest
    @EnumSource
    void theResourceOfAnotherIsRefused(Transport transport) {
        world.pds.alterResource(it -> it.addProperty("resource", "https://other.test"));

        assertThat(fails(InvalidResponseException.class, transport).field()).isEqualTo("resource");
    }

    @ParameterizedTest
    @CsvSource({
        "authorization_endpoint, ",
        "token_endpoint, ",
        "pushed_authorization_request_endpoint, ",
        "token_endpoint, http://as.test/oauth/token",
        "require_pushed_authorization_requests, ",
        "require_pushed_authorization_requests, false",
        "require_request_uri_registration, false",
        "authorization_response_iss_parameter_supported, ",
        "authorization_response_iss_parameter_supported, false",
        "client_id_metadata_document_supported, ",
        "client_id_metadata_document_supported, false"
    })
    void metadataThatLackSomethingAreRefused(String member, String value) {
        world.server.alterMetadata(it -> {
            it.remove(member);
            if ("false".equals(value)) {
                it.addProperty(member, false);
            } else if (value != null) {
                it.addProperty(member, value);
            }
        });

        assertThat(fails(InvalidResponseException.class, Transport.APACHE).field())
                .isEqualTo(member);
    }

    @ParameterizedTest
    @CsvSource({
        "response_types_supported, code",
        "grant_types_supported, authorization_code",
        "grant_types_supported, refresh_token",
        "code_challenge_methods_supported, S256",
        "token_endpoint_auth_methods_supported, none",
        "token_endpoint_auth_methods_supported, private_key_jwt",
        "token_endpoint_auth_signing_alg_values_supported, ES256",
        "scopes_supported, atproto",
        "dpop_signing_alg_values_supported, ES256"
    })
    void metadataThatDoNotSupportSomethingAreRefused(String member, String value) {
        world.server.alterMetadata(it -> {
            JsonArray left = new JsonArray();
            it.getAsJsonArray(member).forEach(each -> {
                if (!each.getAsString().equals(value)) {
                    left.add(each);
                }
            });
            it.add(member, left);
        });

        assertThat(fails(InvalidResponseException.class, Transport.APACHE).field())
                .isEqualTo(member);
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatTakesUnsignedAssertionsIsRefused(Transport transport) {
        world.server.alterMetadata(it -> it.getAsJsonArray("token_endpoint_auth_signing_alg_values_supported")
                .add("none"));

        assertThat(fails(InvalidResponseException.class, transport).field())
                .isEqualTo("token_endpoint_auth_signing_alg_values_supported");
    }

    @ParameterizedTest
    @CsvSource({
        "pds.test, " + RESOURCE + ", 201, application/json",
        "pds.test, " + RESOURCE + ", 200, text/plain",
        "as.test, " + METADATA + ", 201, application/json",
        "as.test, " + METADATA + ", 200, text/html"
    })
    void statusAndTypeAreExact(String host, String path, int status, String type) {
        // All else is right.
        world.lab.host(host).alter(path, right -> right.status(status).with("Content-Type", type));

        assertThat(fails(OAuthException.class, Transport.JDK))
                .isNotInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining(host);
    }

    @ParameterizedTest
    @CsvSource({"pds.test, " + RESOURCE, "as.test, " + METADATA})
    void documentsElsewhereAreRefused(String host, String path) {
        world.lab.host(host).script(path, Reply.redirect(302, "https://mallory.test/document"));
        world.lab.host("mallory.test").document("/document", new JsonObject());

        for (Transport transport : Transport.values()) {
            assertThat(fails(OAuthException.class, transport)).hasMessageContaining(host);
        }
        assertThat(world.lab.log().lines()).doesNotContain("GET mallory.test/document");
    }

    @ParameterizedTest
    @CsvSource({"pds.test, " + RESOURCE, "as.test, " + METADATA})
    void documentsThatDoNotEndAreRefused(String host, String path) {
        world.lab.host(host).script(path, Reply.of(200, "application/json", "{\"x\":\"" + "x".repeat(1 << 22) + "\"}"));

        for (Transport transport : Transport.values()) {
            assertThat(fails(InvalidResponseException.class, transport)).hasMessageContaining(host);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHostThatIsNeitherKindIsToldSo(Transport transport) {
        world.lab.host("neither.test");

        ConfigurationException refusal = catchThrowableOfType(
                ConfigurationException.class, () -> world.servers(transport).of(URI.create("https://neither.test")));

        assertThat(refusal).hasMessageContaining("neither.test");
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatIsDownIsAMatterOfTime(Transport transport) {
        world.lab.host("as.test").script(METADATA, Reply.text("later").status(503));

        assertThat(fails(TemporaryFailureException.class, transport)).hasMessageContaining("as.test");
    }
}
