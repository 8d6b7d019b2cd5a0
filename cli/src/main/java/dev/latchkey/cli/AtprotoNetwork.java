package dev.latchkey.cli;

import dev.latchkey.auth.atproto.AtprotoIdentities;
import dev.latchkey.auth.atproto.TxtRecords;
import dev.latchkey.auth.spi.HttpTransport;
import java.net.URI;

/** Where accounts of the AT Protocol are found, and what reaches their servers. */
final class AtprotoNetwork implements AutoCloseable {

    private final Terminal terminal;
    private final ServerOptions server;
    private final HttpTransport transport;
    private final AtprotoIdentities identities;

    private AtprotoNetwork(Terminal terminal, ServerOptions server, AtprotoOptions options, HttpTransport transport) {
        this.terminal = terminal;
        this.server = server;
        this.transport = transport;
        AtprotoIdentities.Builder finder = AtprotoIdentities.builder(transport).clock(terminal.clock());
        if (options.plcDirectory != null) {
            warn("--plc-directory lets " + host(options.plcDirectory) + " say who is who");
            finder.plcDirectory(options.plcDirectory);
        }
        if (options.handleService != null) {
            warn("--handle-service lets " + host(options.handleService) + " say whose a handle is");
            finder.handleService(options.handleService);
        }
        options.nameServer().ifPresent(address -> {
            warn("--dns lets " + options.dns + " say whose a handle is");
            finder.txtRecords(TxtRecords.at(address));
        });
        if (server.httpAllowed) {
            warn("--dangerously-allow-http lets servers of the AT Protocol be on this machine, without TLS");
            finder.dangerouslyAllowLoopback();
        }
        this.identities = finder.build();
    }

    /** Reaches the network as the options say. */
    static AtprotoNetwork open(Terminal terminal, ServerOptions server, AtprotoOptions options) {
        HttpTransport transport = server.transport().open(server.tls());
        try {
            return new AtprotoNetwork(terminal, server, options, transport);
        } catch (RuntimeException e) {
            transport.close();
            throw e;
        }
    }

    private void warn(String what) {
        terminal.tell("warning: " + Terminal.clean(what) + ". It is for development alone.");
    }

    /** Without a user's password, which a refusal will speak of without saying it. */
    private static String host(URI address) {
        return address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
    }

    HttpTransport transport() {
        return transport;
    }

    AtprotoIdentities identities() {
        return identities;
    }

    ServerOptions server() {
        return server;
    }

    @Override
    public void close() {
        transport.close();
    }
}
