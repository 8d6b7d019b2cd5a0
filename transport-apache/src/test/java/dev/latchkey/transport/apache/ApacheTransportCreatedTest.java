package dev.latchkey.transport.apache;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.testkit.HttpTransportContract;
import dev.latchkey.auth.testkit.ServerTrust;
import org.apache.hc.client5.http.impl.classic.HttpClients;

/** The contract over the client that the adapter makes itself. */
class ApacheTransportCreatedTest extends HttpTransportContract {

    @Override
    protected HttpTransport create() {
        return ApacheTransport.create();
    }

    @Override
    protected HttpTransport create(ServerTrust trust) {
        // The trust of create() is the default context's, which no test should touch.
        return ApacheTransport.over(Clients.trusting(trust, HttpClients.custom().disableAutomaticRetries()));
    }
}
