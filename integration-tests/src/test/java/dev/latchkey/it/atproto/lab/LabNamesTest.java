package dev.latchkey.it.atproto.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.CommunicationException;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.ServiceUnavailableException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The laboratory's DNS server as JNDI sees it, and what hosts serve for a name. */
final class LabNamesTest {

    private final Lab lab = Lab.start(Clock.systemUTC());
    private final LabAuthorizationServer server = lab.authorizationServer("as.test");
    private final LabPds pds = lab.pds("pds.test", server);

    @AfterEach
    void close() {
        lab.close();
    }

    // The only type that JNDI takes, and a server of ours.
    @SuppressWarnings({"JdkObsolete", "BanJNDI"})
    private List<String> txt(String name) throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, lab.dns().url());
        environment.put("com.sun.jndi.dns.timeout.initial", "100");
        environment.put("com.sun.jndi.dns.timeout.retries", "1");
        DirContext context = new InitialDirContext(environment);
        try {
            List<String> values = new ArrayList<>();
            Attribute found = context.getAttributes(name, new String[] {"TXT"}).get("TXT");
            for (int i = 0; found != null && i < found.size(); i++) {
                values.add(String.valueOf(found.get(i)));
            }
            return values;
        } finally {
            context.close();
        }
    }

    @Test
    void anAccountHasItsDidInTheDns() throws NamingException {
        LabAccount alice = lab.account("alice.test", pds);

        assertThat(txt("_atproto.alice.test")).containsExactly("did=" + alice.did());

        assertThat(alice.did()).matches("did:plc:[a-z2-7]{24}");
        assertThat(lab.log().lines()).containsExactly("DNS TXT _atproto.alice.test");
    }

    @Test
    void namesDoNotMindTheirCase() throws NamingException {
        lab.dns().txt("_atproto.Bob.test", "did=did:plc:x");

        assertThat(txt("_ATPROTO.bob.test")).containsExactly("did=did:plc:x");
    }

    @Test
    void aNameMayHaveSeveralRecordsOrNone() throws NamingException {
        lab.dns().txt("many.test", "v=spf1", "did=did:plc:a", "did=did:plc:b");
        lab.dns().txt("none.test");

        assertThat(txt("many.test")).containsExactlyInAnyOrder("v=spf1", "did=did:plc:a", "did=did:plc:b");
        assertThat(txt("none.test")).isEmpty();
    }

    @Test
    void aLongRecordIsSeveralStrings() throws NamingException {
        String did = "did=did:web:" + "x".repeat(300);
        lab.dns().txt("long.test", did);

        assertThat(txt("long.test")).containsExactly(did.substring(0, 255) + " " + did.substring(255));
    }

    @Test
    void itFailsInThreeWays() {
        lab.dns().fails("failing.test");
        lab.dns().silent("silent.test");

        assertThatThrownBy(() -> txt("missing.test")).isInstanceOf(NameNotFoundException.class);
        assertThatThrownBy(() -> txt("failing.test")).isInstanceOf(ServiceUnavailableException.class);
        assertThatThrownBy(() -> txt("silent.test")).isInstanceOf(CommunicationException.class);
    }

    @Test
    void documentsAreAtTheirHosts() {
        LabAccount alice = lab.account("alice.test", pds);
        LabAccount wanda = lab.webAccount("wanda.test", pds);
        RawClient reader = new RawClient(lab, Clock.systemUTC(), server, pds, "/client.json");

        assertThat(reader.get(URI.create("https://alice.test/.well-known/atproto-did"))
                        .body
                        .trim())
                .isEqualTo(alice.did());
        Answer document = reader.get(lab.directory().host().uri("/" + alice.did()));
        assertThat(document.text("id")).isEqualTo(alice.did());
        assertThat(document.body).contains("\"serviceEndpoint\":\"https://pds.test\"", "at://alice.test");
        assertThat(reader.get(lab.directory().host().uri("/did:plc:unknown")).status)
                .isEqualTo(404);
        assertThat(reader.get(URI.create("https://wanda.test/.well-known/did.json"))
                        .text("id"))
                .isEqualTo(wanda.did());
        assertThat(reader.get(pds.host().uri("/.well-known/oauth-protected-resource")).body)
                .contains("\"authorization_servers\":[\"https://as.test\"]");
        assertThat(reader.get(server.host().uri("/.well-known/oauth-authorization-server")).body)
                .contains("\"issuer\":\"https://as.test\"", "\"protected_resources\":[\"https://pds.test\"]");
    }

    @Test
    void nobodyLeavesTheLaboratory() {
        assertThatThrownBy(() -> lab.at(URI.create("https://bsky.social/")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https://bsky.social");
        assertThatThrownBy(() -> lab.at(URI.create("http://pds.test/"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aScriptTakesAPathUntilItIsFairAgain() {
        RawClient reader = new RawClient(lab, Clock.systemUTC(), server, pds, "/client.json");
        URI uri = pds.host().uri("/.well-known/oauth-protected-resource");

        pds.host().script(uri.getPath(), Reply.redirect(302, "https://other.test/"));
        assertThat(reader.get(uri).status).isEqualTo(302);
        pds.host().fair(uri.getPath());
        assertThat(reader.get(uri).status).isEqualTo(200);
    }
}
