package dev.latchkey.transport.jdk;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.testkit.HttpTransportContract;
import dev.latchkey.auth.testkit.ServerTrust;

/** The contract over the client that the adapter makes itself. */
class JdkTransportCreatedTest extends HttpTransportContract {

    @Override
    protected HttpTransport create() {
        return JdkTransport.create();
    }

    @Override
    protected HttpTransport create(ServerTrust trust) {
        return JdkTransport.create(trust.sslContext());
    }

    /** The client of Java 11 reports a reset in the handshake like any other. */
    @Override
    protected boolean tellsAHandshakeBrokenOff() {
        return Runtime.version().feature() > 11;
    }
}
