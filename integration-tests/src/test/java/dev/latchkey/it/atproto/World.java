package dev.latchkey.it.atproto;

import dev.latchkey.auth.atproto.AtprotoIdentities;
import dev.latchkey.auth.atproto.AtprotoServers;
import dev.latchkey.auth.atproto.TxtRecords;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.it.Transport;
import dev.latchkey.it.atproto.lab.Lab;
import dev.latchkey.it.atproto.lab.LabAccount;
import dev.latchkey.it.atproto.lab.LabAuthorizationServer;
import dev.latchkey.it.atproto.lab.LabClock;
import dev.latchkey.it.atproto.lab.LabPds;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A laboratory with one server of each kind and one account, and the library's ways to it. */
final class World implements AutoCloseable {

    final LabClock clock = new LabClock();
    final Lab lab = Lab.start(clock);
    final LabAuthorizationServer server = lab.authorizationServer("as.test");
    final LabPds pds = lab.pds("pds.test", server);
    final LabAccount alice = lab.account("alice.test", pds);
    private final List<LabTransport> opened = new ArrayList<>();

    /** A transport to the laboratory's hosts. */
    HttpTransport transport(Transport kind) {
        LabTransport transport = new LabTransport(
                kind.trusting(lab.trust().client()), host -> lab.ports().get(host));
        opened.add(transport);
        return transport;
    }

    AtprotoIdentities identities(Transport kind) {
        return finder(kind).build();
    }

    AtprotoIdentities.Builder finder(Transport kind) {
        return AtprotoIdentities.builder(transport(kind))
                .clock(clock)
                .plcDirectory(lab.directory().host().uri(""))
                .txtRecords(TxtRecords.at(new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), lab.dns().port())))
                .dangerouslyAllowLoopback();
    }

    AtprotoServers servers(Transport kind) {
        return finderOfServers(kind).build();
    }

    AtprotoServers.Builder finderOfServers(Transport kind) {
        return AtprotoServers.builder(transport(kind)).clock(clock).dangerouslyAllowLoopback();
    }

    /** What the library was about to send, and where. */
    List<URI> asked() {
        return opened.stream().flatMap(transport -> transport.asked().stream()).collect(Collectors.toList());
    }

    @Override
    public void close() {
        opened.forEach(HttpTransport::close);
        lab.close();
    }
}
