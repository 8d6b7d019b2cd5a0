package dev.latchkey.it.badfixtures.auth.atproto;

import dev.latchkey.it.badfixtures.auth.Client;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Another module, which may know all of the core, and what an address looks like. */
final class MayNameHosts {

    private final Client client = new Client();

    URI document(String did) {
        client.renew();
        return URI.create("https://plc.directory/" + URLEncoder.encode(did, StandardCharsets.UTF_8));
    }

    /** The application said where its name server is. */
    String server(InetSocketAddress address) {
        return "dns://" + address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
