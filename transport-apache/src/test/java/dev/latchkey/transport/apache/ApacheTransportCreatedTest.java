package dev.latchkey.transport.apache;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.testkit.HttpTransportContract;
import dev.latchkey.auth.testkit.ServerTrust;

/** The contract over the client that the adapter makes itself. */
class ApacheTransportCreatedTest extends HttpTransportContract {

    @Override
    protected HttpTransport create() {
        return ApacheTransport.create();
    }

    @Override
    protected HttpTransport create(ServerTrust trust) {
        return ApacheTransport.create(trust.sslContext());
    }
}
