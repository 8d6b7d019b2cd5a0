package dev.latchkey.transport.apache;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.testkit.HttpTransportContract;
import dev.latchkey.auth.testkit.ServerTrust;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.io.CloseMode;
import org.junit.jupiter.api.AfterEach;

/** The contract over the client that a user would naively pass in: it follows, keeps, authenticates and retries. */
class ApacheTransportOverDefaultClientTest extends HttpTransportContract {

    private final CloseableHttpClient client = HttpClients.createDefault();

    @Override
    protected HttpTransport create() {
        return ApacheTransport.over(client);
    }

    @Override
    protected HttpTransport create(ServerTrust trust) {
        return ApacheTransport.over(Clients.trusting(trust, HttpClients.custom()));
    }

    /** The client's resolver, and its pool, are not the transport's. */
    @Override
    protected boolean honoursAddressPolicy() {
        return false;
    }

    @AfterEach
    void closeClient() {
        client.close(CloseMode.IMMEDIATE);
    }
}
