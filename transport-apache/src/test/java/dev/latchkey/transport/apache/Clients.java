package dev.latchkey.transport.apache;

import dev.latchkey.auth.testkit.ServerTrust;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;

final class Clients {

    private Clients() {}

    static CloseableHttpClient trusting(ServerTrust trust, HttpClientBuilder builder) {
        return builder.setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(trust.sslContext()))
                        .build())
                .build();
    }
}
