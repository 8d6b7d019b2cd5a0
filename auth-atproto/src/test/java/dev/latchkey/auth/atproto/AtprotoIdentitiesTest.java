package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.HANDLE;
import static dev.latchkey.auth.atproto.Internet.MALLORY;
import static dev.latchkey.auth.atproto.Internet.PDS;
import static dev.latchkey.auth.atproto.Internet.PLC;
import static dev.latchkey.auth.atproto.Internet.WELL_KNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.AuthListener;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.testkit.Answer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AtprotoIdentitiesTest {

    private final Internet internet = new Internet();
    private final AtprotoIdentities identities = internet.identities().build();

    @ParameterizedTest
    @ValueSource(strings = {"alice.example.com", "@Alice.Example.COM", " at://alice.example.com "})
    void findsAnAccountByItsHandle(String input) {
        AtprotoStart start = identities.resolve(input);

        AtprotoIdentity alice = start.identity().orElseThrow();
        assertThat(alice.did()).isEqualTo(ALICE);
        assertThat(alice.handle()).contains(HANDLE);
        assertThat(alice.pds()).isEqualTo(URI.create(PDS));
        assertThat(alice.document().signingKey()).contains("zQ3shXjHeiBuRCKmM36cuYnm7YEMzhGnCmCyW92sRJ9pribSF");
        assertThat(start.server()).isEqualTo(URI.create(PDS));
        assertThat(start.loginHint()).contains("alice.example.com");
        assertThat(internet.asked).containsExactly("_atproto.alice.example.com");
    }

    @Test
    void findsAnAccountByItsDid() {
        AtprotoIdentity alice = identities.resolve(ALICE);

        assertThat(alice.handle()).contains(HANDLE);
        assertThat(identities.resolve(ALICE.toString()).identity()).contains(alice);
    }

    @Test
    void aSignInByDidWaitsForNoHandle() {
        internet.dnsIsDown = true;

        AtprotoStart start = identities.resolve(ALICE.toString());
        identities.resolve(ALICE.toString());

        assertThat(start.identity().orElseThrow().handle()).isEmpty();
        assertThat(start.loginHint()).contains(ALICE.toString());
        assertThat(internet.asked).isEmpty();
        assertThat(internet.requests()).containsExactly("GET https://plc.directory/" + ALICE);
    }

    /** An account whose handle is broken can sign in all the same, by its DID. */
    @ParameterizedTest
    @ValueSource(strings = {"at://mallory.example.com", "at://alice.local", "https://alice.example.com", "at://-"})
    void anAccountWithoutAValidHandleIsStillAnAccount(String alsoKnownAs) {
        internet.dns.put("_atproto.mallory.example.com", List.of("did=" + MALLORY));
        internet.document(Internet.document(ALICE, HANDLE, PDS).replace("at://alice.example.com", alsoKnownAs));

        AtprotoIdentity alice = identities.resolve(ALICE);

        assertThat(alice.did()).isEqualTo(ALICE);
        assertThat(alice.handle()).isEmpty();
        assertThat(alice.pds()).isEqualTo(URI.create(PDS));
    }

    @Test
    void aHandleThatCannotBeCheckedNowIsCheckedAgainTheNextTime() {
        internet.dnsIsDown = true;
        assertThat(identities.resolve(ALICE).handle()).isEmpty();

        internet.dnsIsDown = false;
        int asked = internet.asked.size();
        assertThat(identities.resolve(ALICE).handle()).isEmpty();
        assertThat(internet.asked).hasSize(asked);

        internet.clock.advance(Duration.ofMinutes(1));

        assertThat(identities.resolve(ALICE).handle()).contains(HANDLE);
    }

    /** Whoever controls a name may point it at anybody; the account must call itself so. */
    @Test
    void m6_aHandleThatTheAccountDoesNotClaimIsRefused() {
        internet.dns.put("_atproto.mallory.example.com", List.of("did=" + ALICE));

        InvalidResponseException refusal =
                catchThrowableOfType(InvalidResponseException.class, () -> identities.resolve("mallory.example.com"));

        assertThat(refusal.field()).isEqualTo("alsoKnownAs");
        assertThat(refusal.host()).isEqualTo("plc.directory");
    }

    @Test
    void theFirstHandleThatIsOneByItsSyntaxCounts() {
        internet.document(Internet.document(ALICE, HANDLE, PDS)
                .replace(
                        "\"at://alice.example.com\"",
                        "7, \"https://a.example.com\", \"at://\", \"at://Alice.example.com\", \"at://b.example.com\""));

        assertThat(identities.resolve(ALICE).handle()).contains(HANDLE);
        assertThatThrownBy(() -> identities.resolve("b.example.com")).isInstanceOf(ConfigurationException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "https://pds.example.net, https://pds.example.net",
        "https://PDS.example.net/, https://pds.example.net",
        "https://pds.example.net:443, https://pds.example.net",
        "https://pds.example.net:8443, https://pds.example.net:8443",
        "pds.example.net:8443, https://pds.example.net:8443"
    })
    void aServerIsAnOutcomeOfItsOwn(String input, URI server) {
        AtprotoStart start = identities.resolve(input);

        assertThat(start.identity()).isEmpty();
        assertThat(start.loginHint()).isEmpty();
        assertThat(start.server()).isEqualTo(server);
        assertThat(internet.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "alice",
                "alice@example.com",
                "http://pds.example.net",
                "https://u:p@pds.example.net",
                "https://pds.example.net/xrpc",
                "https://pds.example.net?a",
                "https://pds.example.net#a",
                "https://",
                "ftp://pds.example.net",
                "http://localhost:2583",
                "localhost:2583/a",
                "did:web:",
                "did:plc:abc",
                "did:plc:EWVI7NXZYOUN6ZHXRHS64OIZ",
                "did:key:zQ3shZc2QzApp2oymGvQbzP8eKheVshBHbU4ZYjeXqwSKEn6N",
                "did:web:example.com:user",
                "did:web:example.com%3A8443",
                "did:web:127.0.0.1",
                "did:web:localhost",
                "did:web:localhost%3A1234",
                "did:web:a.local",
                "did:web:%2e%2e",
                "alice.test",
                "alice.local"
            })
    void whatIsNothingOfTheKindIsRefusedBeforeAnythingIsAsked(String input) {
        assertThatThrownBy(() -> identities.resolve(input)).isInstanceOf(ConfigurationException.class);

        assertThat(internet.requests()).isEmpty();
        assertThat(internet.asked).isEmpty();
    }

    @Test
    void findsADidWebAtItsHost() {
        Did did = Did.of("did:web:bob.example.com");
        Handle bob = Handle.of("bob.example.com");
        internet.dns.put("_atproto.bob.example.com", List.of("did=" + did));
        internet.web.put(
                "https://bob.example.com/.well-known/did.json",
                Answer.json(200, Internet.document(did, bob, "https://pds.example.net/")));

        AtprotoIdentity identity = identities.resolve(bob);

        assertThat(identity.did()).isEqualTo(did);
        assertThat(identity.pds()).isEqualTo(URI.create(PDS));
    }

    @Test
    void isAskedOnceInAWhile() {
        identities.resolve("alice.example.com");
        int before = internet.requests().size();

        internet.clock.advance(Duration.ofMinutes(5).minusMillis(1));
        identities.resolve("@ALICE.example.com");
        identities.resolve(ALICE);

        assertThat(internet.requests()).hasSize(before);
        assertThat(internet.asked).hasSize(1);
        internet.clock.advance(Duration.ofMillis(1));
        identities.resolve("alice.example.com");
        assertThat(internet.asked).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice.example.com",
                "@Alice.example.com",
                " at://alice.example.com",
                "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
            })
    void isForgottenByWhateverIsTyped(String input) {
        identities.resolve("alice.example.com");
        int before = internet.requests().size();

        identities.forget(input);

        identities.resolve("alice.example.com");
        assertThat(internet.requests()).hasSizeGreaterThan(before);
    }

    @Test
    void rememberingEndsBeforeTenMinutes() {
        AtprotoIdentities.Builder builder = internet.identities();

        assertThatThrownBy(() -> builder.rememberFor(Duration.ofMinutes(10)))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> builder.rememberFor(Duration.ZERO)).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> builder.timeout(Duration.ZERO)).isInstanceOf(ConfigurationException.class);
    }

    /** What a subject is verified by is not remembered from before it moved. */
    @Test
    void m6_aFreshLookAsksTheDirectoryAndNothingElse() {
        identities.resolve(ALICE);
        int before = internet.requests().size();
        internet.document(Internet.document(ALICE, HANDLE, "https://moved.example.net"));

        AtprotoIdentity fresh = identities.resolveFresh(ALICE);

        assertThat(fresh.pds()).isEqualTo(URI.create("https://moved.example.net"));
        assertThat(fresh.handle()).isEmpty();
        assertThat(internet.requests().subList(before, before + 1)).containsExactly("GET " + PLC + ALICE);
        assertThat(internet.requests()).hasSize(before + 1);
        // What was remembered is not so any more, by whatever name.
        assertThat(identities.resolve(ALICE).pds()).isEqualTo(fresh.pds());
    }

    @Test
    void m6_whatAFreshLookContradictsIsForgottenUnderEveryName() {
        identities.resolve(HANDLE);
        identities.resolve(ALICE.toString());
        internet.document(Internet.document(ALICE, HANDLE, "https://moved.example.net"));

        identities.resolveFresh(ALICE);

        assertThat(identities.resolve(HANDLE).pds()).isEqualTo(URI.create("https://moved.example.net"));
        assertThat(identities.resolve(ALICE.toString()).server()).isEqualTo(URI.create("https://moved.example.net"));
    }

    @Test
    void m6_whatAFreshLookConfirmsStays() {
        identities.resolve(HANDLE);
        identities.resolveFresh(ALICE);
        int before = internet.requests().size();

        identities.resolve(HANDLE);

        assertThat(internet.requests()).hasSize(before);
    }

    @Test
    void failuresAreNotRemembered() {
        internet.web.put(PLC + ALICE, Answer.of(503));
        assertThatThrownBy(() -> identities.resolve(HANDLE)).isInstanceOf(TemporaryFailureException.class);

        internet.document(Internet.document(ALICE, HANDLE, PDS));

        assertThat(identities.resolve(HANDLE).did()).isEqualTo(ALICE);
    }

    /** Everything that is fetched may be a stranger's choice. */
    @Test
    void t9_everyRequestIsHeldToPublicAddresses() {
        internet.dns.clear();
        internet.web.put(WELL_KNOWN, Answer.of(200, "text/plain", ALICE.toString()));

        identities.resolve("alice.example.com");
        identities.resolveFresh(ALICE);

        assertThat(internet.requests())
                .containsExactly("GET " + WELL_KNOWN, "GET " + PLC + ALICE, "GET " + PLC + ALICE);
        assertThat(internet.allRestrictedTo(AddressPolicy.publicOnly())).isTrue();
    }

    @Test
    void t9_aTransportThatDoesNotHonourThePolicyIsRefused() {
        HttpTransport naive = request -> {
            throw new AssertionError("not asked");
        };

        ConfigurationException refusal =
                catchThrowableOfType(ConfigurationException.class, () -> AtprotoIdentities.create(naive));

        assertThat(refusal.field()).isEqualTo("transport");
        assertThatThrownBy(() -> AtprotoServers.create(naive)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void t9_theSwitchForTestsAllowsLoopbackAndSaysSoOnEveryRequest() {
        Did did = Did.of("did:web:localhost%3A1234");
        Handle handle = Handle.of("alice.test");
        internet.dns.put("_atproto.alice.test", List.of("did=" + did));
        internet.web.put(
                "http://localhost:1234/.well-known/did.json",
                Answer.json(200, Internet.document(did, handle, "http://localhost:2583")));
        AtprotoIdentities local = internet.identities()
                .plcDirectory(URI.create("http://127.0.0.1:2582"))
                .dangerouslyAllowLoopback()
                .build();

        AtprotoIdentity identity = local.resolve("alice.test").identity().orElseThrow();

        assertThat(identity.did()).isEqualTo(did);
        assertThat(identity.pds()).isEqualTo(URI.create("http://localhost:2583"));
        assertThat(local.resolve("localhost:2583").server()).isEqualTo(URI.create("http://localhost:2583"));
        assertThat(local.resolve("http://[::1]:2583").server()).isEqualTo(URI.create("http://[::1]:2583"));
        assertThat(internet.allRestrictedTo(AddressPolicy.dangerouslyAllowingLoopback()))
                .isTrue();
        assertThatThrownBy(() -> local.resolve("http://pds.example.net")).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> local.resolve("alice.local")).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> internet.identities()
                        .plcDirectory(URI.create("http://127.0.0.1:2582"))
                        .build())
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    void asksAnotherDirectoryIfToldTo() {
        internet.web.put("https://plc.example.com/" + ALICE, Answer.json(200, Internet.document(ALICE, HANDLE, PDS)));

        internet.identities()
                .plcDirectory(URI.create("https://plc.example.com/"))
                .build()
                .resolveFresh(ALICE);

        assertThat(internet.requests()).containsExactly("GET https://plc.example.com/" + ALICE);
    }

    @Test
    void anExecutorThatTakesNothingIsAFailureForNow() {
        AtprotoIdentities stuck = internet.identities()
                .executor(lookUp -> {
                    throw new RejectedExecutionException("full");
                })
                .build();

        assertThatThrownBy(() -> stuck.resolve(HANDLE)).isInstanceOf(TemporaryFailureException.class);
    }

    @Test
    void anExecutorThatRunsNothingIsNotWaitedForWithoutEnd() {
        AtprotoIdentities stuck = internet.identities()
                .timeout(Duration.ofMillis(50))
                .executor(lookUp -> {})
                .build();

        assertThatThrownBy(() -> stuck.resolve(HANDLE)).isInstanceOf(TemporaryFailureException.class);
    }

    @Test
    void aListenerHearsWhatWasFoundAndWhetherAnybodyWasAsked() {
        List<String> told = new ArrayList<>();
        AtprotoIdentities heard = internet.identities()
                .listener(new AuthListener() {
                    @Override
                    public void identityResolved(String name, boolean remembered, Duration took) {
                        assertThat(took.isNegative()).isFalse();
                        told.add(name + " " + remembered);
                        throw new IllegalStateException("a listener's own fault");
                    }
                })
                .build();
        heard.resolve(HANDLE);
        heard.resolve(HANDLE);
        heard.resolve(ALICE);
        internet.clock.advance(Duration.ofHours(1));
        heard.resolve(ALICE);
        assertThat(told).containsExactly(HANDLE + " false", HANDLE + " true", ALICE + " true", ALICE + " false");
    }
}
