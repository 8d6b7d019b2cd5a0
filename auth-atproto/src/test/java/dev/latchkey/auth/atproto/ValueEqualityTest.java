package dev.latchkey.auth.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.util.Map;
import nl.jqno.equalsverifier.EqualsVerifier;
import nl.jqno.equalsverifier.Warning;
import nl.jqno.equalsverifier.api.SingleTypeEqualsVerifierApi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueEqualityTest {

    @BeforeAll
    static void open() {
        Module own = ValueEqualityTest.class.getModule();
        if (own.isNamed()) {
            own.getPackages().forEach(each -> own.addOpens(each, EqualsVerifier.class.getModule()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Did.class,
                Handle.class,
                Nsid.class,
                Permission.class,
                DidDocument.class,
                AtprotoIdentity.class,
                AtprotoStart.class
            })
    <T> void valuesKeepTheContractOfEquality(Class<T> type) {
        SingleTypeEqualsVerifierApi<T> verifier = EqualsVerifier.forClass(type)
                .suppress(Warning.NULL_FIELDS)
                .withPrefabValues(
                        DidDocument.class,
                        DidDocument.of(Internet.ALICE, Map.of("id", Internet.ALICE.toString())),
                        DidDocument.of(Internet.MALLORY, Map.of("id", Internet.MALLORY.toString())));
        // A document is about the DID that is a member of it.
        (type == DidDocument.class ? verifier.withIgnoredFields("id") : verifier).verify();
    }

    /** All else follows from what was granted. */
    @Test
    void permissionsKeepTheContractOfEquality() {
        EqualsVerifier.forClass(Permissions.class)
                .withPrefabValues(Scopes.class, Scopes.of("atproto"), Scopes.of("openid"))
                .suppress(Warning.NULL_FIELDS)
                .withOnlyTheseFields("granted")
                .verify();
    }

    @Test
    void sayWhatTheyAre() {
        DidDocument document = DidDocument.of(Internet.ALICE, Map.of("id", Internet.ALICE.toString()));
        AtprotoIdentity alice = new AtprotoIdentity(document, Internet.HANDLE, URI.create(Internet.PDS));

        assertThat(alice)
                .hasToString("AtprotoIdentity[" + Internet.ALICE + ", alice.example.com, https://pds.example.net]");
        assertThat(AtprotoStart.at(alice, "alice.example.com")).hasToString("AtprotoStart[" + alice + "]");
        assertThat(AtprotoStart.at(URI.create("https://pds.example.net")))
                .hasToString("AtprotoStart[https://pds.example.net]");
    }
}
