package dev.latchkey.transport.jdk;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.testkit.HttpTransportContract;
import dev.latchkey.auth.testkit.ServerTrust;
import java.net.http.HttpClient;

/** The contract over the client that a user would naively pass in. */
class JdkTransportOverDefaultClientTest extends HttpTransportContract {

    @Override
    protected HttpTransport create() {
        return JdkTransport.over(HttpClient.newHttpClient());
    }

    @Override
    protected HttpTransport create(ServerTrust trust) {
        return JdkTransport.over(
                HttpClient.newBuilder().sslContext(trust.sslContext()).build());
    }

    /** The client's proxy and its open connections are not the transport's. */
    @Override
    protected boolean honoursAddressPolicy() {
        return false;
    }

    /** The client of Java 11 reports a reset in the handshake like any other. */
    @Override
    protected boolean tellsAHandshakeBrokenOff() {
        return Runtime.version().feature() > 11;
    }
}
