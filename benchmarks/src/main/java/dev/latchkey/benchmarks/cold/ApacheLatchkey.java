package dev.latchkey.benchmarks.cold;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.benchmarks.Certificates;
import dev.latchkey.benchmarks.WithLatchkey;
import dev.latchkey.transport.apache.ApacheTransport;
import java.net.URI;
import java.nio.file.Path;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;

/** With Latchkey on Apache HttpClient 5. */
public final class ApacheLatchkey {

    private ApacheLatchkey() {}

    /**
     * Gets one token.
     *
     * @param arguments the token endpoint and the key store with the server's certificate
     * @throws Exception if no token comes
     */
    public static void main(String[] arguments) throws Exception {
        CloseableHttpClient http = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(Certificates.client(Path.of(arguments[1]))))
                        .build())
                .build();
        OAuthClient client = WithLatchkey.client(ApacheTransport.over(http), URI.create(arguments[0]));
        String token = client.clientCredentials(WithLatchkey.SCOPES).token().reveal();
        System.out.println(token.length());
    }
}
