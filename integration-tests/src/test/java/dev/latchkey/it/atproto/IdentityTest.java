package dev.latchkey.it.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.atproto.AtprotoIdentities;
import dev.latchkey.auth.atproto.AtprotoIdentity;
import dev.latchkey.auth.atproto.AtprotoServers;
import dev.latchkey.auth.atproto.Did;
import dev.latchkey.auth.atproto.Handle;
import dev.latchkey.auth.atproto.TxtRecords;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.it.atproto.lab.Lab;
import dev.latchkey.it.atproto.lab.LabAccount;
import dev.latchkey.it.atproto.lab.LabAuthorizationServer;
import dev.latchkey.it.atproto.lab.LabPds;
import dev.latchkey.it.atproto.lab.Reply;
import dev.latchkey.transport.apache.ApacheTransport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Accounts and servers of the laboratory, found over the wire: its DNS by JNDI, its hosts by TLS. */
final class IdentityTest {

    private static final String DIRECTORY = "https://" + Lab.DIRECTORY;

    private final Lab lab = Lab.start(Clock.systemUTC());
    private final LabAuthorizationServer server = lab.authorizationServer("as.test");
    private final LabPds pds = lab.pds("pds.test", server);
    private final LabAccount alice = lab.account("alice.test", pds);
    private final HttpTransport apache = ApacheTransport.create(lab.trust().client());
    private final HttpTransport transport = new Cables(lab, apache);
    private final AtprotoIdentities identities =
            identities().dangerouslyAllowLoopback().build();
    private final AtprotoServers servers =
            AtprotoServers.builder(transport).dangerouslyAllowLoopback().build();

    private AtprotoIdentities.Builder identities() {
        return AtprotoIdentities.builder(transport)
                .txtRecords(TxtRecords.at(new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), lab.dns().port())))
                .plcDirectory(URI.create(DIRECTORY))
                // One look-up after the other, so that what was asked can be counted.
                .executor(Runnable::run);
    }

    @AfterEach
    void close() {
        apache.close();
        lab.close();
    }

    @Test
    void fromAHandleToTheAuthorizationServer() {
        AtprotoIdentity identity = identities.resolve("@Alice.test").identity().orElseThrow();

        assertThat(identity.did()).hasToString(alice.did());
        assertThat(identity.handle()).contains(Handle.of("alice.test"));
        assertThat(servers.of(identity.pds()).issuer()).isEqualTo("https://as.test");
        assertThat(lab.log().lines())
                .containsExactly(
                        "DNS TXT _atproto.alice.test",
                        "GET alice.test/.well-known/atproto-did",
                        "GET plc.test/" + alice.did(),
                        "GET pds.test/.well-known/oauth-protected-resource",
                        "GET as.test/.well-known/oauth-authorization-server");
        assertThat(lab.log().violations()).isEmpty();
    }

    @Test
    void anAccountWhoseNameIsItsHost() {
        LabAccount wanda = lab.webAccount("wanda.test", pds);

        AtprotoIdentity identity = identities.resolve("wanda.test").identity().orElseThrow();

        assertThat(identity.did()).hasToString(wanda.did());
        assertThat(identity.pds()).isEqualTo(URI.create("https://pds.test"));
    }

    @Test
    void theFileOverARedirectWhileTheDnsFails() {
        lab.dns().fails("_atproto.alice.test");
        lab.host("www.test").script("/did", Reply.text("\n" + alice.did() + "\n"));
        lab.host("alice.test").script("/.well-known/atproto-did", Reply.redirect(302, "https://www.test/did"));

        assertThat(identities.resolve(Handle.of("alice.test")).did()).hasToString(alice.did());
    }

    @Test
    void anAccountThatMovedIsFoundWhereItIsNow() {
        identities.resolve(Handle.of("alice.test"));
        lab.directory().move(alice, lab.pds("new.test", lab.authorizationServer("other.test")));

        AtprotoIdentity now = identities.resolveFresh(Did.of(alice.did()));

        assertThat(now.pds()).isEqualTo(URI.create("https://new.test"));
        assertThat(servers.ofFresh(now.pds()).issuer()).isEqualTo("https://other.test");
    }

    @Test
    void aNameThatWasTakenAwayIsNoName() {
        lab.dns().txt("_atproto.mallory.test", "did=" + alice.did());

        assertThatThrownBy(() -> identities.resolve("mallory.test")).isInstanceOf(InvalidResponseException.class);
        lab.directory().alter(alice, document -> document.remove("alsoKnownAs"));
        assertThat(identities.resolve(Did.of(alice.did())).handle()).isEmpty();
    }

    @Test
    void anAuthorizationServerThatIsThereForOthersIsRefused() {
        pds.alterResource(document -> document.addProperty("resource", "https://other.test"));

        InvalidResponseException refusal =
                catchThrowableOfType(InvalidResponseException.class, () -> servers.of(URI.create("https://pds.test")));

        assertThat(refusal.field()).isEqualTo("resource");
    }

    /** All of the laboratory is on this machine: without the switch, nothing of it is reached. */
    @Test
    void withoutTheSwitchNothingOnThisMachineIsReached() {
        AtprotoIdentities strict = identities().build();

        InvalidResponseException refusal =
                catchThrowableOfType(InvalidResponseException.class, () -> strict.resolveFresh(Did.of(alice.did())));

        assertThat(refusal.field()).isEqualTo("address");
        assertThat(refusal.host()).isEqualTo(Lab.DIRECTORY);
        assertThatThrownBy(() -> AtprotoServers.create(transport).of(URI.create("https://pds.test")))
                .isInstanceOf(InvalidResponseException.class);
        assertThat(lab.log().lines()).isEqualTo(List.of());
    }

    /** Leads each of the laboratory's names to its port. The policy stays on the request, and Apache keeps it. */
    private static final class Cables implements HttpTransport {

        private final Lab lab;
        private final HttpTransport beneath;

        Cables(Lab lab, HttpTransport beneath) {
            this.lab = lab;
            this.beneath = beneath;
        }

        @Override
        public TransportResponse send(TransportRequest request) throws TransportException {
            URI at;
            try {
                at = lab.at(request.uri());
            } catch (IllegalArgumentException e) {
                throw new TransportException(
                        Kind.RESOLVE,
                        Delivery.NOT_SENT,
                        "No address for " + request.uri().getHost(),
                        e);
            }
            TransportRequest.Builder there = TransportRequest.builder(request.method(), at)
                    .timeout(request.timeout())
                    .addressPolicy(request.addressPolicy());
            request.headers().asMap().forEach((name, values) -> values.forEach(value -> there.addHeader(name, value)));
            request.body().ifPresent(there::body);
            return beneath.send(there.build());
        }

        @Override
        public boolean honoursAddressPolicy() {
            return beneath.honoursAddressPolicy();
        }
    }
}
