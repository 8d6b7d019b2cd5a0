package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.HANDLE;
import static dev.latchkey.auth.atproto.Internet.MALLORY;
import static dev.latchkey.auth.atproto.Internet.WELL_KNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.Gate;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandleResolutionTest {

    private static final Answer ALICES_FILE = Answer.of(200, "text/plain", ALICE.toString());

    private final Internet internet = new Internet();
    private final AtprotoIdentities identities = internet.identities().build();

    private Did resolve() {
        return identities.resolve(HANDLE).did();
    }

    /** Several values of other kinds are usual; the seed failed on any second record. */
    @Test
    void otherRecordsAreIgnored() {
        internet.dns.put(
                "_atproto.alice.example.com",
                List.of(
                        "google-site-verification=x",
                        "did=" + ALICE,
                        "did=" + ALICE,
                        "DID=" + MALLORY,
                        "xdid=" + MALLORY));

        assertThat(resolve()).isEqualTo(ALICE);
    }

    /** Whoever can add a record cannot choose between two accounts, nor move the question to the web. */
    @Test
    void m6_recordsForTwoAccountsAreRefusedWhateverTheWebSays() {
        internet.dns.put("_atproto.alice.example.com", List.of("did=" + ALICE, "did=" + MALLORY));
        internet.web.put(WELL_KNOWN, ALICES_FILE);

        InvalidResponseException refusal = catchThrowableOfType(InvalidResponseException.class, this::resolve);

        assertThat(refusal.field()).isEqualTo("did");
        assertThat(refusal.host()).isEqualTo("_atproto.alice.example.com");
    }

    @Test
    void theDnsCountsWhereBothDiffer() {
        internet.web.put(WELL_KNOWN, Answer.of(200, "text/plain", MALLORY.toString()));

        assertThat(resolve()).isEqualTo(ALICE);
    }

    /** Both are asked at once, and nobody waits for the web once the DNS has answered. */
    @Test
    void theTwoAreAskedAtTheSameTime() throws Exception {
        Gate web = Gate.closed("the well-known file");
        internet.web.put(
                WELL_KNOWN, Answer.of(200, "text/plain", MALLORY.toString()).heldAt(web));

        AtprotoIdentities withThreads = AtprotoIdentities.builder(internet.transport)
                .txtRecords(internet)
                .timeout(Duration.ofMinutes(1))
                .build();

        CompletableFuture<Did> resolving = CompletableFuture.supplyAsync(
                () -> withThreads.resolve(HANDLE).did(), task -> new Thread(task).start());

        assertThat(resolving.get(10, TimeUnit.SECONDS)).isEqualTo(ALICE);
        web.awaitArrival();
        web.open();
    }

    @ParameterizedTest
    @CsvSource({"text/plain, 200", "application/octet-stream, 200", "text/html, 203"})
    void theFileIsEnoughWhateverItsType(String type, int status) {
        internet.dns.clear();
        internet.web.put(WELL_KNOWN, Answer.of(status, type, " \r\n" + ALICE + "\r\n\n"));

        assertThat(resolve()).isEqualTo(ALICE);
        assertThat(internet.asked).containsExactly("_atproto.alice.example.com");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503})
    void aHostThatHasABadDayHasNotSaidThatTheHandleIsNobodys(int status) {
        internet.dns.clear();
        internet.web.put(WELL_KNOWN, Answer.of(status));

        assertThatThrownBy(this::resolve)
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("its host");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 410, 418})
    void aHostThatHasNoFileHasSaidThatTheHandleIsNobodys(int status) {
        internet.dns.clear();
        internet.web.put(WELL_KNOWN, Answer.of(status));

        assertThatThrownBy(this::resolve)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("nobody's");
    }

    @Test
    void theFirstLineOfTheFileCounts() {
        internet.dns.clear();
        internet.web.put(WELL_KNOWN, Answer.of(200, "text/plain", ALICE + "\nmoved here in May\n"));

        assertThat(resolve()).isEqualTo(ALICE);
    }

    @Test
    void theFileIsEnoughWhileTheDnsIsDown() {
        internet.dnsIsDown = true;
        internet.web.put(WELL_KNOWN, ALICES_FILE);

        assertThat(resolve()).isEqualTo(ALICE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "did=did:plc:ewvi7nxzyoun6zhxrhs64oiz", "<!DOCTYPE html>", "did:plc", "did:plc:a b"})
    void aFileThatIsNoDidIsNone(String body) {
        internet.dns.clear();
        internet.web.put(WELL_KNOWN, Answer.of(200, "text/plain", body));

        ConfigurationException nobodys = catchThrowableOfType(ConfigurationException.class, this::resolve);

        assertThat(nobodys.field()).isEqualTo("handle");
        assertThat(nobodys).hasMessageContaining("_atproto.alice.example.com");
    }

    @Test
    void aRecordThatIsNoDidLeavesTheWordToTheFile() {
        internet.dns.put("_atproto.alice.example.com", List.of("did=nonsense"));
        internet.web.put(WELL_KNOWN, ALICES_FILE);

        assertThat(resolve()).isEqualTo(ALICE);
    }

    @Test
    void aHugeFileIsNone() {
        internet.dns.clear();
        internet.web.put(WELL_KNOWN, Answer.of(200, "text/plain", ALICE + " ".repeat(1 << 20)));

        assertThatThrownBy(this::resolve).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void threeRedirectsAreFollowed() {
        internet.dns.clear();
        internet.web.put(WELL_KNOWN, Answer.of(301).header("Location", "https://www.example.com/did"));
        internet.web.put("https://www.example.com/did", Answer.of(302).header("Location", "/b"));
        internet.web.put("https://www.example.com/b", Answer.of(307).header("Location", "https://c.example.com:443/c"));
        internet.web.put("https://c.example.com:443/c", ALICES_FILE);

        assertThat(resolve()).isEqualTo(ALICE);
        assertThat(internet.allRestrictedTo(AddressPolicy.publicOnly())).isTrue();
    }

    @Test
    void aFourthIsNot() {
        internet.dns.clear();
        internet.web.put(WELL_KNOWN, Answer.of(302).header("Location", WELL_KNOWN));

        assertThatThrownBy(this::resolve).isInstanceOf(ConfigurationException.class);
        assertThat(internet.requests()).hasSize(4);
    }

    /** Each hop is a stranger's choice again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://alice.example.com/did",
                "https://alice.example.com:8443/did",
                "https://u@alice.example.com/did",
                "https://alice.example.com/did#a",
                "https://169.254.169.254/latest",
                "https://[::1]/did",
                "https://10.0.0.1/",
                "ftp://alice.example.com/did",
                "file:///etc/passwd",
                "https:///did",
                "\\evil",
                ""
            })
    void t9_aRedirectLeadsNowhereElse(String location) {
        internet.dns.clear();
        internet.web.put(WELL_KNOWN, Answer.of(302).header("Location", location));

        assertThatThrownBy(this::resolve).isInstanceOfAny(ConfigurationException.class, InvalidResponseException.class);
        assertThat(internet.requests()).containsExactly("GET " + WELL_KNOWN);
    }

    /** The handle is innocent, its address is not. */
    @Test
    void t9_aHostThatMustNotBeReachedIsNamed() {
        internet.dns.clear();
        internet.web.put(WELL_KNOWN, Answer.failure(Kind.ADDRESS, Delivery.NOT_SENT));

        InvalidResponseException refusal = catchThrowableOfType(InvalidResponseException.class, this::resolve);

        assertThat(refusal.field()).isEqualTo("address");
        assertThat(refusal.host()).isEqualTo("alice.example.com");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"RESOLVE", "TLS"})
    void aHandleNeedsNoHostOfItsName(Kind kind) {
        internet.web.put(WELL_KNOWN, Answer.failure(kind, Delivery.NOT_SENT));
        assertThat(resolve()).isEqualTo(ALICE);

        internet.dns.clear();

        assertThatThrownBy(() -> internet.identities().build().resolve(HANDLE))
                .isInstanceOf(ConfigurationException.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"CONNECT", "DEADLINE", "EXCHANGE", "INTERRUPTED", "CLOSED"})
    void aHostThatDoesNotAnswerNowMayHaveTheAnswer(Kind kind) {
        internet.dns.clear();
        internet.web.put(WELL_KNOWN, Answer.failure(kind, Delivery.UNKNOWN));

        assertThatThrownBy(this::resolve).isInstanceOf(TemporaryFailureException.class);
    }

    @Test
    void withoutTheDnsNobodyIsSaidNotToExist() {
        internet.dnsIsDown = true;

        OAuthException failure = catchThrowableOfType(OAuthException.class, this::resolve);

        assertThat(failure).isInstanceOf(TemporaryFailureException.class).hasMessageContaining("alice.example.com");
    }

    @Test
    void aHandleLeadsOnlyToDidsThatAccountsHave() {
        internet.dns.put(
                "_atproto.alice.example.com", List.of("did=did:key:zQ3shZc2QzApp2oymGvQbzP8eKheVshBHbU4ZYjeXq"));

        assertThatThrownBy(this::resolve)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("did:key");
    }

    /** Its address says nothing of the record, which counts and may be there when the DNS is back. */
    @Test
    void aHostThatMustNotBeReachedDoesNotSpeakForADnsThatIsDown() {
        internet.dnsIsDown = true;
        internet.web.put(WELL_KNOWN, Answer.failure(Kind.ADDRESS, Delivery.NOT_SENT));

        assertThatThrownBy(this::resolve)
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("the DNS did not answer");
    }

    @Test
    void m11_whoFailsToGetAThreadGivesItsPlaceBack() {
        AtprotoIdentities none = internet.identities()
                .executor(task -> {
                    throw new RejectedExecutionException();
                })
                .build();
        for (int i = 0; i <= LookUpLimit.MOST; i++) {
            assertThatThrownBy(() -> none.resolve(HANDLE)).hasMessageContaining("did not answer");
        }
    }

    @Test
    void m11_allHopsOfAFileTogetherHaveTheTimeOfOne() {
        List<Duration> timeouts = new ArrayList<>();
        HttpTransport watched = new HttpTransport() {
            @Override
            public TransportResponse send(TransportRequest request) throws TransportException {
                timeouts.add(request.timeout());
                return internet.transport.send(request);
            }

            @Override
            public boolean honoursAddressPolicy() {
                return true;
            }
        };
        internet.dns.clear();
        internet.web.put(WELL_KNOWN, Answer.of(302).header("Location", "https://other.example.net/did"));
        internet.web.put("https://other.example.net/did", ALICES_FILE);
        AtprotoIdentities finder = AtprotoIdentities.builder(watched)
                .txtRecords(internet)
                .executor(Runnable::run)
                .timeout(Duration.ofSeconds(7))
                .build();

        assertThat(finder.resolve(HANDLE).did()).isEqualTo(ALICE);

        assertThat(timeouts.get(0)).isEqualTo(Duration.ofSeconds(7));
        assertThat(timeouts.get(1)).isLessThan(Duration.ofSeconds(7));
    }

    @Test
    void aServerThatFindsHandlesIsAskedInsteadAndMustBeRightAllTheSame() {
        String service = "https://pds.example.net/xrpc/com.atproto.identity.resolveHandle?handle=alice.example.com";
        AtprotoIdentities byService = internet.identities()
                .handleService(URI.create("https://pds.example.net/"))
                .build();
        internet.web.put(service, Answer.json(200, "{\"did\":\"" + ALICE + "\"}"));
        assertThat(byService.resolve(HANDLE).did()).isEqualTo(ALICE);
        assertThat(internet.asked).isEmpty();

        AtprotoIdentities again = internet.identities()
                .handleService(URI.create("https://pds.example.net"))
                .build();
        internet.web.put(
                Internet.PLC + MALLORY,
                Answer.json(200, Internet.document(MALLORY, Handle.of("mallory.example.com"), Internet.PDS)));
        internet.web.put(service, Answer.json(200, "{\"did\":\"" + MALLORY + "\"}"));
        assertThatThrownBy(() -> again.resolve(HANDLE)).isInstanceOf(InvalidResponseException.class);
        internet.web.put(service, Answer.json(400, "{\"error\":\"InvalidRequest\"}"));
        assertThatThrownBy(() -> again.resolve(HANDLE))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("nobody's");
        internet.web.put(service, Answer.json(200, "{\"did\":7}"));
        assertThatThrownBy(() -> again.resolve(HANDLE)).isInstanceOf(ConfigurationException.class);
        internet.web.put(service, Answer.of(503));
        assertThatThrownBy(() -> again.resolve(HANDLE)).isInstanceOf(TemporaryFailureException.class);
        assertThatThrownBy(() -> internet.identities()
                        .handleService(URI.create("http://pds.example.net"))
                        .build())
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    void marksThatNobodySeesAreNoPartOfAHandle() {
        assertThat(identities.resolve("\u202a@alice.\u200bexample.com\u2069 ").loginHint())
                .contains("alice.example.com");
    }
}
