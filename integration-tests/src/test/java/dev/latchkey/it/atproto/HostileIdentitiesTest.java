package dev.latchkey.it.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.auth.atproto.AtprotoIdentities;
import dev.latchkey.auth.atproto.AtprotoIdentity;
import dev.latchkey.auth.atproto.Did;
import dev.latchkey.auth.atproto.Handle;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.it.Transport;
import dev.latchkey.it.atproto.lab.LabAccount;
import dev.latchkey.it.atproto.lab.LabDirectory;
import dev.latchkey.it.atproto.lab.LabPds;
import dev.latchkey.it.atproto.lab.Reply;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What strangers may publish about an account: who is believed, and what is refused, over each transport. */
final class HostileIdentitiesTest {

    private static final Handle ALICE = Handle.of("alice.test");
    private static final String FILE = "/.well-known/atproto-did";

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private <E extends OAuthException> E fails(Class<E> how, Transport transport) {
        return catchThrowableOfType(how, () -> world.identities(transport).resolve(ALICE));
    }

    private void document(Consumer<JsonObject> change) {
        world.lab.directory().alter(world.alice, change);
    }

    @ParameterizedTest
    @EnumSource
    void anAccountIsFoundByHandleAndByDid(Transport transport) {
        AtprotoIdentities identities = world.identities(transport);

        AtprotoIdentity byHandle = identities.resolve(ALICE);
        AtprotoIdentity byDid = world.identities(transport).resolve(Did.of(world.alice.did()));

        assertThat(byHandle.did()).hasToString(world.alice.did());
        assertThat(byHandle.handle()).contains(ALICE);
        assertThat(byHandle.pds()).isEqualTo(URI.create("https://pds.test"));
        assertThat(byDid).isEqualTo(byHandle);
        assertThat(world.lab.log().violations()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aDidOfTheWebIsFoundAtItsHost(Transport transport) {
        LabAccount wanda = world.lab.webAccount("wanda.test", world.pds);

        AtprotoIdentity found = world.identities(transport).resolve(Handle.of("wanda.test"));

        assertThat(found.did()).hasToString(wanda.did());
        assertThat(world.lab.log().lines()).contains("GET wanda.test/.well-known/did.json");
    }

    @ParameterizedTest
    @EnumSource
    void theDnsIsBelievedWhereTheTwoDiffer(Transport transport) {
        LabAccount mallory = world.lab.account("mallory.test", world.pds);
        world.lab.host("alice.test").script(FILE, Reply.text(mallory.did()));

        assertThat(world.identities(transport).resolve(ALICE).did()).hasToString(world.alice.did());
    }

    @ParameterizedTest
    @EnumSource
    void theFileWillDoWhereTheDnsSaysNothing(Transport transport) {
        world.lab.dns().txt("_atproto.alice.test", "v=spf1 -all");
        assertThat(world.identities(transport).resolve(ALICE).did()).hasToString(world.alice.did());
        world.lab.dns().fails("_atproto.alice.test");

        assertThat(world.identities(transport).resolve(ALICE).did()).hasToString(world.alice.did());
    }

    @ParameterizedTest
    @EnumSource
    void twoDidsInTheDnsAreRefusedAlthoughTheFileIsRight(Transport transport) {
        world.lab.dns().txt("_atproto.alice.test", "did=" + world.alice.did(), "x=y", "did=did:web:mallory.test");

        InvalidResponseException refusal = fails(InvalidResponseException.class, transport);

        assertThat(refusal.field()).isEqualTo("did");
        assertThat(refusal).hasMessageContaining("_atproto.alice.test");
    }

    @ParameterizedTest
    @EnumSource
    void aHandleThatTheDocumentDoesNotClaimIsRefused(Transport transport) {
        document(it -> it.add("alsoKnownAs", array("at://mallory.test")));

        assertThat(fails(InvalidResponseException.class, transport).field()).isEqualTo("alsoKnownAs");
    }

    @ParameterizedTest
    @EnumSource
    void anAccountWithABrokenHandleIsStillAnAccount(Transport transport) {
        world.lab.dns().missing("_atproto.alice.test");
        world.lab.host("alice.test").script(FILE, Reply.notFound());

        AtprotoIdentity found = world.identities(transport).resolve(Did.of(world.alice.did()));

        assertThat(found.handle()).isEmpty();
        assertThat(found.pds()).isEqualTo(URI.create("https://pds.test"));
    }

    @ParameterizedTest
    @EnumSource
    void aDocumentOfSomebodyElseIsRefused(Transport transport) {
        LabAccount mallory = world.lab.account("mallory.test", world.pds);
        world.lab.directory().put(world.alice.did(), LabDirectory.document(mallory, "https://pds.test"));

        assertThat(fails(InvalidResponseException.class, transport).field()).isEqualTo("id");
    }

    @ParameterizedTest
    @EnumSource
    void aDocumentThatDoesNotEndIsRefused(Transport transport) {
        document(it -> it.addProperty("more", "x".repeat(1 << 20)));

        assertThat(fails(InvalidResponseException.class, transport)).hasMessageContaining("plc.test");
    }

    @ParameterizedTest
    @EnumSource
    void aDocumentElsewhereIsRefused(Transport transport) {
        world.lab
                .directory()
                .host()
                .script("/" + world.alice.did(), Reply.redirect(302, "https://mallory.test/did.json"));
        world.lab
                .host("mallory.test")
                .document("/did.json", LabDirectory.document(world.alice, "https://mallory.test"));

        assertThat(fails(OAuthException.class, transport)).isNotNull();
        assertThat(world.lab.log().lines()).doesNotContain("GET mallory.test/did.json");
    }

    @ParameterizedTest
    @EnumSource
    void aDirectoryThatIsDownIsAMatterOfTime(Transport transport) {
        world.lab
                .directory()
                .host()
                .script("/" + world.alice.did(), Reply.text("later").status(503));

        assertThat(fails(TemporaryFailureException.class, transport)).hasMessageContaining("plc.test");
    }

    @ParameterizedTest
    @CsvSource({
        "http://pds.test",
        "https://pds.test/path",
        "https://user@pds.test",
        "https://pds.test?query",
        "https://pds.test#fragment",
        "ftp://pds.test",
        "pds.test",
        "''"
    })
    void aServerIsNamedByItsOriginAlone(String endpoint) {
        document(it -> service(it).addProperty("serviceEndpoint", endpoint));

        assertThat(fails(InvalidResponseException.class, Transport.APACHE).field())
                .isEqualTo("serviceEndpoint");
    }

    @ParameterizedTest
    @EnumSource
    void anAccountWithoutAServerIsNone(Transport transport) {
        document(it -> service(it).addProperty("type", "AtprotoLabeler"));

        assertThat(fails(InvalidResponseException.class, transport).field()).isEqualTo("service");
    }

    @ParameterizedTest
    @EnumSource
    void aFileMayBeElsewhereButNotInsideTheHouse(Transport transport) {
        world.lab.dns().missing("_atproto.alice.test");
        world.lab.host("alice.test").script(FILE, Reply.redirect(302, "https://www.test/did.txt"));
        world.lab.host("www.test").document("/did.txt", () -> Reply.text(" " + world.alice.did() + "\r\n"));
        assertThat(world.identities(transport).resolve(ALICE).did()).hasToString(world.alice.did());

        for (String inside : new String[] {
            "https://10.0.0.1/",
            "https://192.168.1.1/",
            "https://169.254.169.254/",
            "https://100.64.0.1/",
            "https://[fd00::1]/"
        }) {
            world.lab.host("alice.test").script(FILE, Reply.redirect(302, inside));
            assertThat(fails(InvalidResponseException.class, transport))
                    .as(inside)
                    .hasMessageContaining("alice.test")
                    .hasMessageContaining("must not be reached");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://www.test/did.txt, true",
        "http://www.test/did.txt, false",
        "https://user@www.test/did.txt, false",
        "https://www.test/did.txt#here, false",
        "file:///etc/passwd, false"
    })
    void aFileIsNotFollowedAnywhere(String location, boolean followed) {
        world.lab.dns().missing("_atproto.alice.test");
        world.lab.host("alice.test").script(FILE, Reply.redirect(302, location));
        world.lab.host("www.test").script("/did.txt", Reply.text(world.alice.did()));

        OAuthException refusal = fails(OAuthException.class, Transport.JDK);

        // Whatever the laboratory would have answered, it is not asked.
        assertThat(world.asked().stream().anyMatch(uri -> "www.test".equals(uri.getHost())))
                .isEqualTo(followed);
        assertThat(refusal == null).isEqualTo(followed);
    }

    @ParameterizedTest
    @EnumSource
    void redirectsThatDoNotEndAreGivenUp(Transport transport) {
        world.lab.dns().missing("_atproto.alice.test");
        world.lab.host("alice.test").script(FILE, Reply.redirect(302, "https://alice.test" + FILE));

        assertThat(fails(ConfigurationException.class, transport).getMessage()).contains("alice.test");
        assertThat(world.lab.log().to("alice.test", FILE)).hasSizeBetween(2, 11);
    }

    @ParameterizedTest
    @EnumSource
    void anEndlessFileNamesNobody(Transport transport) {
        world.lab.dns().missing("_atproto.alice.test");
        world.lab.host("alice.test").script(FILE, Reply.text("x".repeat(1 << 20)));

        assertThat(fails(ConfigurationException.class, transport)).isNotNull();
    }

    @ParameterizedTest
    @EnumSource
    void whatWasFoundIsRememberedForLessThanTenMinutesAndNotWhenItMatters(Transport transport) {
        AtprotoIdentities identities = world.identities(transport);
        identities.resolve(ALICE);
        LabPds other = world.lab.pds("other.test", world.server);
        world.lab.directory().move(world.alice, other);

        assertThat(identities.resolve(ALICE).pds()).isEqualTo(URI.create("https://pds.test"));
        assertThat(identities.resolveFresh(Did.of(world.alice.did())).pds())
                .isEqualTo(URI.create("https://other.test"));
        world.clock.ahead(Duration.ofMinutes(10));
        assertThat(identities.resolve(ALICE).pds()).isEqualTo(URI.create("https://other.test"));
    }

    private static JsonObject service(JsonObject document) {
        return document.getAsJsonArray("service").get(0).getAsJsonObject();
    }

    private static JsonArray array(String value) {
        JsonArray array = new JsonArray();
        array.add(value);
        return array;
    }
}
