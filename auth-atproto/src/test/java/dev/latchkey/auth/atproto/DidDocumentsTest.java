package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.HANDLE;
import static dev.latchkey.auth.atproto.Internet.MALLORY;
import static dev.latchkey.auth.atproto.Internet.PDS;
import static dev.latchkey.auth.atproto.Internet.PLC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that a hostile directory, host or account publishes. */
class DidDocumentsTest {

    private static final String FAIR = Internet.document(ALICE, HANDLE, PDS);

    private final Internet internet = new Internet();
    private final AtprotoIdentities identities = internet.identities().build();

    private InvalidResponseException refusal() {
        return catchThrowableOfType(InvalidResponseException.class, () -> identities.resolveFresh(ALICE));
    }

    @ParameterizedTest
    @CsvSource({
        "#atproto_pds, AtprotoPersonalDataServer",
        "did:plc:ewvi7nxzyoun6zhxrhs64oiz#atproto_pds, AtprotoPersonalDataServer"
    })
    void bothFormsOfTheServicesNameAreTaken(String id, String type) {
        internet.document(FAIR.replace("\"#atproto_pds\"", "\"" + id + "\""));

        assertThat(identities.resolveFresh(ALICE).pds()).isEqualTo(URI.create(PDS));
        assertThat(identities.resolveFresh(ALICE).document().pds()).contains(URI.create(PDS));
    }

    @Test
    void theFirstServiceThatIsOneCounts() {
        internet.document(FAIR.replace(
                        "\"service\":[",
                        "\"service\":[7, {\"id\":\"#atproto_labeler\",\"type\":\"AtprotoLabeler\",\"serviceEndpoint\":\"https://l.example\"},"
                                + "{\"id\":\"did:plc:mmmmmmmmmmmmmmmmmmmmmmmm#atproto_pds\",\"type\":\"AtprotoPersonalDataServer\","
                                + "\"serviceEndpoint\":\"https://mallory.example.net\"},"
                                + "{\"id\":\"#atproto_pds\",\"type\":\"Other\",\"serviceEndpoint\":{\"a\":\"https://o.example\"}},")
                .replace(
                        "\"}]}",
                        "\"},{\"id\":\"#atproto_pds\",\"type\":\"AtprotoPersonalDataServer\","
                                + "\"serviceEndpoint\":\"https://second.example.net\"}]}"));

        assertThat(identities.resolveFresh(ALICE).pds()).isEqualTo(URI.create(PDS));
    }

    static Stream<Arguments> hostile() {
        return Stream.of(
                arguments(
                        "about another", FAIR.replace("\"id\":\"" + ALICE + "\"", "\"id\":\"" + MALLORY + "\""), "id"),
                arguments("about nobody", FAIR.replaceFirst("\"id\":\"[^\"]*\",", ""), "id"),
                arguments("about a number", FAIR.replaceFirst("\"id\":\"[^\"]*\"", "\"id\":7"), "id"),
                arguments("about two", FAIR.replaceFirst("\"id\":", "\"id\":\"" + MALLORY + "\",\"id\":"), "id"),
                arguments("without services", FAIR.replaceFirst("\"service\":.*", "\"service\":[]}"), "service"),
                arguments("service is no list", FAIR.replaceFirst("\"service\":.*", "\"service\":{}}"), "service"),
                arguments("another type", FAIR.replace("AtprotoPersonalDataServer", "PersonalDataServer"), "service"),
                arguments("no array", "[" + FAIR + "]", "JSON"),
                arguments("cut off", FAIR.substring(0, FAIR.length() - 2), "JSON"),
                arguments("nested", "{\"id\":" + "[".repeat(1000) + "]".repeat(1000) + "}", "JSON"),
                arguments(
                        "of many values",
                        FAIR.replaceFirst("\\}$", ",\"x\":[" + "{},".repeat(500) + "{}]}"),
                        "document"),
                arguments("huge", FAIR.replace("\"id\"", " ".repeat(70_000) + "\"id\""), "body"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void m6_aDocumentThatCannotBeIsRefused(String name, String document, String field) {
        internet.document(document);

        InvalidResponseException refusal = refusal();

        assertThat(refusal.field()).isEqualTo(field);
        assertThat(refusal.host()).isEqualTo("plc.directory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://pds.example.net",
                "https://u:p@pds.example.net",
                "https://pds.example.net/path",
                "https://pds.example.net?q",
                "https://pds.example.net#f",
                "https://",
                "pds.example.net",
                "https://pds.example.net:0",
                "https://pds.example.net:99999",
                "https://pds_example_net",
                "https://pds example.net",
                "http://localhost:2583",
                ""
            })
    void m6_aServersAddressIsAnOriginAndNothingElse(String endpoint) {
        internet.document(FAIR.replace("\"" + PDS + "\"", "\"" + endpoint + "\""));

        assertThat(refusal().field()).isEqualTo("serviceEndpoint");
        assertThat(refusal()).hasMessageNotContaining("u:p");
    }

    @ParameterizedTest
    @CsvSource({"text/html", "application/octet-stream", "text/json", "application/jsonx", "''"})
    void anotherTypeIsRefused(String type) {
        internet.web.put(PLC + ALICE, Answer.of(200, type, FAIR));

        assertThat(refusal().field()).isEqualTo("content-type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/did+ld+json", "Application/DID+json; charset=utf-8"})
    void theTypesOfDocumentsAreTaken(String type) {
        internet.web.put(PLC + ALICE, Answer.of(200, type, FAIR));

        assertThat(identities.resolveFresh(ALICE).did()).isEqualTo(ALICE);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void noRedirectIsFollowed(int status) {
        internet.web.put(PLC + ALICE, Answer.of(status).header("Location", "https://elsewhere.example.com/"));

        assertThat(refusal().field()).isEqualTo("status");
        assertThat(internet.requests()).hasSize(1).allMatch(("GET " + PLC + ALICE)::equals);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 206, 404, 410})
    void anotherStatusIsNobody(int status) {
        internet.web.put(PLC + ALICE, Answer.json(status, FAIR));

        assertThatThrownBy(() -> identities.resolveFresh(ALICE)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void aDirectoryThatDoesNotAnswerNowIsNoVerdict() {
        internet.web.put(PLC + ALICE, Answer.of(503));
        assertThatThrownBy(() -> identities.resolveFresh(ALICE)).isInstanceOf(TemporaryFailureException.class);

        internet.web.put(PLC + ALICE, Answer.failure(Kind.DEADLINE, Delivery.UNKNOWN));
        assertThatThrownBy(() -> identities.resolveFresh(ALICE)).isInstanceOf(TemporaryFailureException.class);
    }

    @Test
    void t9_aHostOfADidThatMustNotBeReachedIsNamed() {
        internet.web.put(
                "https://inside.example.com/.well-known/did.json", Answer.failure(Kind.ADDRESS, Delivery.NOT_SENT));

        InvalidResponseException refusal = catchThrowableOfType(
                InvalidResponseException.class, () -> identities.resolveFresh(Did.of("did:web:inside.example.com")));

        assertThat(refusal.field()).isEqualTo("address");
        assertThat(refusal.host()).isEqualTo("inside.example.com");
    }

    @Test
    void aDocumentWithoutKeysOrNamesSaysNothingOfThem() {
        internet.document(
                "{\"id\":\"" + ALICE + "\",\"alsoKnownAs\":null,\"verificationMethod\":[{\"id\":\"#atproto\"}],"
                        + FAIR.substring(FAIR.indexOf("\"service\"")));

        DidDocument document = identities.resolveFresh(ALICE).document();

        assertThat(document.signingKey()).isEmpty();
        assertThat(document.claimedHandle()).isEmpty();
        assertThat(document.asMap()).containsEntry("id", ALICE.toString());
        assertThat(document).hasToString("DidDocument[" + ALICE + "]");
    }

    @Test
    void aDocumentIsReadPrintedAndLookedThrough() {
        DidDocument fair = DidDocument.parse(ALICE, FAIR.getBytes(StandardCharsets.UTF_8));
        assertThat(fair.problems()).isEmpty();
        assertThat(DidDocument.parse(ALICE, fair.toJson())).isEqualTo(fair);
        DidDocument bare = DidDocument.of(ALICE, Map.of("id", ALICE.toString()));
        assertThat(bare.problems()).containsExactly("alsoKnownAs", "verificationMethod", "service");
        assertThatThrownBy(() -> DidDocument.of(MALLORY, bare.asMap())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DidDocument.parse(ALICE, new byte[] {'['}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDidWithoutAServerHasADocumentAllTheSame() {
        internet.document("{\"id\":\"" + ALICE + "\"}");
        assertThat(identities.document(ALICE).pds()).isEmpty();
    }

    @Test
    void aClaimWithAnAtSignIsNoHandle() {
        internet.document(FAIR.replace("at://", "at://@"));
        assertThat(identities.document(ALICE).claimedHandle()).isEmpty();
    }
}
