package dev.latchkey.transport.jdk;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.testkit.HttpTransportContract;
import dev.latchkey.auth.testkit.ServerTrust;
import java.net.http.HttpClient;

/** The contract over the client that the adapter makes itself. */
class JdkTransportCreatedTest extends HttpTransportContract {

    @Override
    protected HttpTransport create() {
        return JdkTransport.create();
    }

    @Override
    protected HttpTransport create(ServerTrust trust) {
        // The trust of create() is the default context's, which no test should touch.
        return JdkTransport.over(HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trust.sslContext())
                .build());
    }
}
