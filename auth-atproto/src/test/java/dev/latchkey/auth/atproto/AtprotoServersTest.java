package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.AS;
import static dev.latchkey.auth.atproto.Internet.PDS;
import static dev.latchkey.auth.atproto.Internet.RESOURCE;
import static dev.latchkey.auth.atproto.Internet.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two documents that a server publishes, each with everything that the profile demands. */
class AtprotoServersTest {

    private static final URI PDS_ORIGIN = URI.create(PDS);

    private final Internet internet = new Internet();
    private final AtprotoServers servers = internet.servers().build();

    private InvalidResponseException refusal() {
        return catchThrowableOfType(InvalidResponseException.class, () -> servers.of(PDS_ORIGIN));
    }

    @Test
    void findsTheServerByTwoRequests() {
        AuthorizationServerMetadata metadata = servers.of(URI.create(PDS + "/"));

        assertThat(metadata.issuer()).isEqualTo(AS);
        assertThat(metadata.pushedAuthorizationRequestEndpoint()).contains(URI.create(AS + "/oauth/par"));
        assertThat(internet.requests()).containsExactly("GET " + RESOURCE, "GET " + SERVER);
        assertThat(internet.allRestrictedTo(AddressPolicy.publicOnly())).isTrue();
        assertThat(internet.transport.openResponses()).isZero();
    }

    @Test
    void fromAHandleToTheServerFiveQuestionsAreAskedAndNoneWhenItIsKnown() {
        AtprotoIdentities identities = internet.identities().build();

        for (int i = 0; i < 3; i++) {
            assertThat(servers.of(identities.resolve("alice.example.com").server())
                            .issuer())
                    .isEqualTo(AS);
        }

        assertThat(internet.asked).containsExactly("_atproto.alice.example.com");
        assertThat(internet.requests())
                .containsExactly(
                        "GET " + Internet.WELL_KNOWN,
                        "GET " + Internet.PLC + Internet.ALICE,
                        "GET " + RESOURCE,
                        "GET " + SERVER);
    }

    @Test
    void m6_asksAgainAfterAWhileOrWhenItMustBeFresh() {
        servers.of(PDS_ORIGIN);
        internet.clock.advance(Duration.ofMinutes(5).minusMillis(1));
        servers.of(PDS_ORIGIN);
        assertThat(internet.requests()).hasSize(2);

        internet.web.put(RESOURCE, Answer.json(200, Internet.resource(PDS, "https://moved.example.org")));
        internet.web.put(
                "https://moved.example.org/.well-known/oauth-authorization-server",
                Answer.json(200, Internet.server("https://moved.example.org")));

        assertThat(servers.ofFresh(PDS_ORIGIN).issuer()).isEqualTo("https://moved.example.org");
        assertThat(internet.requests()).hasSize(4);
        // Whoever asks next is told the same, for the whole time from then on.
        assertThat(servers.of(PDS_ORIGIN).issuer()).isEqualTo("https://moved.example.org");
        internet.clock.advance(Duration.ofMinutes(5).minusMillis(1));
        assertThat(servers.of(PDS_ORIGIN).issuer()).isEqualTo("https://moved.example.org");
        assertThat(internet.requests()).hasSize(4);
        internet.clock.advance(Duration.ofMillis(1));
        servers.of(PDS_ORIGIN);
        assertThat(internet.requests()).hasSize(6);
    }

    @Test
    void failuresAreNotRemembered() {
        internet.web.put(SERVER, Answer.of(503));
        assertThatThrownBy(() -> servers.of(PDS_ORIGIN)).isInstanceOf(TemporaryFailureException.class);

        internet.web.put(SERVER, Answer.json(200, Internet.server(AS)));

        assertThat(servers.of(PDS_ORIGIN).issuer()).isEqualTo(AS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "resource | {'resource':'https://other.example.net','authorization_servers':['https://as.example.org']}",
                "resource | {'resource':'https://pds.example.net/','authorization_servers':['https://as.example.org']}",
                "resource | {'authorization_servers':['https://as.example.org']}",
                "authorization_servers | {'resource':'https://pds.example.net'}",
                "authorization_servers | {'resource':'https://pds.example.net','authorization_servers':[]}",
                "authorization_servers | {'resource':'https://pds.example.net','authorization_servers':'https://as.example.org'}",
                "authorization_servers | {'resource':'https://pds.example.net','authorization_servers':['https://as.example.org','https://b.example.org']}",
                "authorization_servers | {'resource':'https://pds.example.net','authorization_servers':['https://as.example.org','https://as.example.org']}",
                "authorization_servers | {'resource':'https://pds.example.net','authorization_servers':[7]}",
                "authorization_servers | {'resource':'https://pds.example.net','authorization_servers':[null]}",
                "authorization_servers | {'resource':'https://pds.example.net','authorization_servers':['https://as.example.org/']}",
                "authorization_servers | {'resource':'https://pds.example.net','authorization_servers':['https://as.example.org/path']}",
                "authorization_servers | {'resource':'https://pds.example.net','authorization_servers':['https://as.example.org:443']}",
                "authorization_servers | {'resource':'https://pds.example.net','authorization_servers':['https://AS.example.org']}",
                "authorization_servers | {'resource':'https://pds.example.net','authorization_servers':['http://as.example.org']}",
                "authorization_servers | {'resource':'https://pds.example.net','authorization_servers':['https://u@as.example.org']}",
                "authorization_servers | {'resource':'https://pds.example.net','authorization_servers':['https://as.example.org?a']}",
                "authorization_servers | {'resource':'https://pds.example.net','authorization_servers':['https://as.example.org#a']}",
                "authorization_servers | {'resource':'https://pds.example.net','authorization_servers':['as.example.org']}",
            })
    void m6_aResourceNamesItselfAndExactlyOneServer(String field, String document) {
        internet.web.put(RESOURCE, Answer.json(200, document.replace('\'', '"')));

        assertThat(refusal().field()).isEqualTo(field);
        assertThat(refusal().host()).isEqualTo("pds.example.net");
        assertThat(internet.requests()).allMatch(("GET " + RESOURCE)::equals);
    }

    /** A personal data server may name what is inside the house. */
    @ParameterizedTest
    @ValueSource(
            strings = {"https://10.0.0.1", "https://127.0.0.1:8443", "https://[fd00::1]", "https://169.254.169.254"})
    void t9_anAuthorizationServerInsideTheHouseIsNotReached(String issuer) {
        internet.web.put(RESOURCE, Answer.json(200, Internet.resource(PDS, issuer)));

        InvalidResponseException refusal = refusal();

        assertThat(refusal.field()).isEqualTo("address");
        assertThat(refusal.host()).isEqualTo(URI.create(issuer).getHost());
        assertThat(internet.requests()).containsExactly("GET " + RESOURCE);
    }

    static Stream<Arguments> lacking() {
        return Stream.of(
                arguments("issuer", "'issuer':'https://as.example.org'", "'issuer':'https://other.example.org'"),
                arguments("issuer", "'issuer':'https://as.example.org'", "'issuer':'https://as.example.org/'"),
                arguments("issuer", "'issuer':'https://as.example.org',", ""),
                arguments("authorization_endpoint", "'authorization_endpoint'", "'x'"),
                arguments("token_endpoint", "'token_endpoint'", "'x'"),
                arguments("pushed_authorization_request_endpoint", "'pushed_authorization_request_endpoint'", "'x'"),
                arguments("token_endpoint", "https://as.example.org/oauth/token", "http://as.example.org/oauth/token"),
                arguments("revocation_endpoint", "https://as.example.org/oauth/revoke", "http://as.example.org/"),
                arguments("jwks_uri", "https://as.example.org/oauth/jwks", "http://as.example.org/"),
                arguments(
                        "pushed_authorization_request_endpoint",
                        "https://as.example.org/oauth/par",
                        "https://u@as.example.org/"),
                arguments("pushed_authorization_request_endpoint", "https://as.example.org/oauth/par", "/oauth/par"),
                arguments("pushed_authorization_request_endpoint", "https://as.example.org/oauth/par", ""),
                arguments("authorization server metadata", "https://as.example.org/oauth/token", "/oauth/token"),
                arguments("response_types_supported", "'response_types_supported':['code']", "'x':0"),
                arguments("response_types_supported", "['code']", "['code id_token']"),
                arguments("grant_types_supported", "'authorization_code',", ""),
                arguments("grant_types_supported", ",'refresh_token'", ""),
                arguments("grant_types_supported", "['authorization_code','refresh_token']", "'authorization_code'"),
                arguments("code_challenge_methods_supported", "'S256'", "'plain'"),
                arguments("token_endpoint_auth_methods_supported", "'none',", ""),
                arguments("token_endpoint_auth_methods_supported", ",'private_key_jwt'", ""),
                arguments(
                        "token_endpoint_auth_signing_alg_values_supported",
                        "'token_endpoint_auth_signing_alg_values_supported':['RS256','ES256']",
                        "'token_endpoint_auth_signing_alg_values_supported':['RS256']"),
                arguments(
                        "token_endpoint_auth_signing_alg_values_supported",
                        "'token_endpoint_auth_signing_alg_values_supported':['RS256','ES256']",
                        "'token_endpoint_auth_signing_alg_values_supported':['none','ES256']"),
                arguments("scopes_supported", "'atproto',", ""),
                arguments(
                        "dpop_signing_alg_values_supported",
                        "'dpop_signing_alg_values_supported':['RS256','ES256']",
                        "'dpop_signing_alg_values_supported':['RS256']"),
                arguments(
                        "authorization_response_iss_parameter_supported",
                        "'authorization_response_iss_parameter_supported':true",
                        "'authorization_response_iss_parameter_supported':'true'"),
                arguments(
                        "require_pushed_authorization_requests",
                        "'require_pushed_authorization_requests':true",
                        "'require_pushed_authorization_requests':false"),
                arguments("client_id_metadata_document_supported", ",'client_id_metadata_document_supported':true", ""),
                arguments(
                        "require_request_uri_registration",
                        "'require_request_uri_registration':true",
                        "'require_request_uri_registration':false"),
                arguments("issuer", "{'issuer'", "{'issuer':'https://as.example.org','issuer'"));
    }

    /** One thing is wrong each time, and it is that one which is named. */
    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("lacking")
    void m6_everythingThatTheProfileDemandsIsThere(String field, String fair, String broken) {
        String document = Internet.server(AS).replace('"', '\'');
        assertThat(document).contains(fair);
        internet.web.put(SERVER, Answer.json(200, document.replace(fair, broken).replace('\'', '"')));

        assertThat(refusal().field()).isEqualTo(field);
        assertThat(refusal().host()).isEqualTo("as.example.org");
    }

    @Test
    void whatTheProfileDoesNotDemandMayBeAbsent() {
        internet.web.put(
                SERVER,
                Answer.json(
                        200,
                        Internet.server(AS)
                                .replace("\"require_request_uri_registration\":true,", "")
                                .replaceAll("\"(revocation_endpoint|jwks_uri)\":\"[^\"]*\",", "")));

        assertThat(servers.of(PDS_ORIGIN).revocationEndpoint()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "['https://other.example.net']",
                "[]",
                "'https://pds.example.net'",
                "['https://pds.example.net/']",
                "[7]"
            })
    void m6_aServerThatIsThereForOthersIsRefused(String resources) {
        serves(resources);

        assertThat(refusal().field()).isEqualTo("protected_resources");
        assertThat(refusal()).hasMessageContaining(PDS);
    }

    @Test
    void aServerThatIsThereForThisOneAmongOthersIsTaken() {
        serves("['https://other.example.net','https://pds.example.net']");

        assertThat(servers.of(PDS_ORIGIN).issuer()).isEqualTo(AS);
    }

    private void serves(String resources) {
        String document = Internet.server(AS).replaceFirst("\\{", "{'protected_resources':" + resources + ",");
        internet.web.put(SERVER, Answer.json(200, document.replace('\'', '"')));
    }

    /** Without such a document it may be the authorization server itself: what a user names when asked for a provider. */
    @Test
    void aServerWithoutResourceMetadataIsTriedAsTheIssuer() {
        serves("['https://pds.example.net']");

        assertThat(servers.of(URI.create(AS)).issuer()).isEqualTo(AS);
        assertThat(internet.requests())
                .containsExactly("GET " + AS + "/.well-known/oauth-protected-resource", "GET " + SERVER);
    }

    @Test
    void aServerThatIsNeitherIsNamed() {
        ConfigurationException neither = catchThrowableOfType(
                ConfigurationException.class, () -> servers.of(URI.create("https://www.example.com")));

        assertThat(neither.field()).isEqualTo("server");
        assertThat(neither).hasMessageContaining("www.example.com");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void m6_neitherDocumentIsRedirected(int status) {
        Answer redirect = Answer.of(status).header("Location", "https://elsewhere.example.com/");
        internet.web.put(SERVER, redirect);
        assertThat(refusal().field()).isEqualTo("status");
        assertThat(refusal().host()).isEqualTo("as.example.org");

        internet.web.put(RESOURCE, redirect);

        assertThat(refusal().host()).isEqualTo("pds.example.net");
        assertThat(internet.requests()).noneMatch(request -> request.contains("elsewhere"));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 203, 206, 400, 401, 403, 410})
    void m6_eachDocumentComesWithStatus200(int status) {
        internet.web.put(SERVER, Answer.json(status, Internet.server(AS)));
        assertThatThrownBy(() -> servers.of(PDS_ORIGIN)).isInstanceOf(ConfigurationException.class);

        internet.web.put(RESOURCE, Answer.json(status, Internet.resource(PDS, AS)));
        internet.web.put(SERVER, Answer.json(200, Internet.server(AS)));

        assertThatThrownBy(() -> servers.of(PDS_ORIGIN))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("pds.example.net");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "text/plain", "application/jrd+json", "application/did+ld+json", ""})
    void m6_eachDocumentIsJsonByItsType(String type) {
        internet.web.put(SERVER, Answer.of(200, type, Internet.server(AS)));
        assertThat(refusal().field()).isEqualTo("content-type");

        internet.web.put(RESOURCE, Answer.of(200, type, Internet.resource(PDS, AS)));

        assertThat(refusal().host()).isEqualTo("pds.example.net");
    }

    @Test
    void aHugeDocumentIsNotReadToItsEnd() {
        String padding = " ".repeat(70_000);
        internet.web.put(SERVER, Answer.json(200, padding + Internet.server(AS)));

        assertThat(refusal().field()).isEqualTo("body");
    }

    @Test
    void aServerThatDoesNotAnswerNowIsAskedAgainLater() {
        internet.web.put(RESOURCE, Answer.failure(Kind.CONNECT, Delivery.NOT_SENT));
        assertThatThrownBy(() -> servers.of(PDS_ORIGIN))
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("pds.example.net");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://pds.example.net", "https://pds.example.net/path", "http://localhost:2583", "pds"})
    void onlyAnOriginIsAsked(String server) {
        assertThatThrownBy(() -> servers.of(URI.create(server))).isInstanceOf(ConfigurationException.class);
        assertThat(internet.requests()).isEmpty();
    }

    @Test
    void theSwitchForTestsAllowsPlainHttpOnLoopback() {
        internet.web.put(
                "http://localhost:2583/.well-known/oauth-protected-resource",
                Answer.json(200, Internet.resource("http://localhost:2583", "http://127.0.0.1:2584")));
        internet.web.put(
                "http://127.0.0.1:2584/.well-known/oauth-authorization-server",
                Answer.json(200, Internet.server("http://127.0.0.1:2584")));
        AtprotoServers local = internet.servers()
                .dangerouslyAllowLoopback()
                .timeout(Duration.ofSeconds(2))
                .build();

        assertThat(local.of(URI.create("http://localhost:2583")).issuer()).isEqualTo("http://127.0.0.1:2584");
        assertThat(internet.allRestrictedTo(AddressPolicy.dangerouslyAllowingLoopback()))
                .isTrue();
        assertThat(internet.transport.lastRequest().timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThatThrownBy(() -> local.of(URI.create("http://pds.example.net")))
                .isInstanceOf(ConfigurationException.class);
    }
}
