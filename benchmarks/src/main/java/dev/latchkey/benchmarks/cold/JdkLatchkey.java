package dev.latchkey.benchmarks.cold;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.benchmarks.Certificates;
import dev.latchkey.benchmarks.WithLatchkey;
import dev.latchkey.transport.jdk.JdkTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;

/** With Latchkey on java.net.http. */
public final class JdkLatchkey {

    private JdkLatchkey() {}

    /**
     * Gets one token.
     *
     * @param arguments the token endpoint and the key store with the server's certificate
     * @throws Exception if no token comes
     */
    public static void main(String[] arguments) throws Exception {
        HttpClient http = HttpClient.newBuilder()
                .sslContext(Certificates.client(Path.of(arguments[1])))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        OAuthClient client = WithLatchkey.client(JdkTransport.over(http), URI.create(arguments[0]));
        String token = client.clientCredentials(WithLatchkey.SCOPES).token().reveal();
        System.out.println(token.length());
    }
}
