package dev.latchkey.benchmarks.cold;

import dev.latchkey.benchmarks.ByHand;
import dev.latchkey.benchmarks.Certificates;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;

/** By hand on java.net.http. */
public final class JdkByHand {

    private JdkByHand() {}

    /**
     * Gets one token.
     *
     * @param arguments the token endpoint and the key store with the server's certificate
     * @throws Exception if no token comes
     */
    public static void main(String[] arguments) throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(Certificates.client(Path.of(arguments[1])))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        String token = ByHand.token(client, URI.create(arguments[0]));
        System.out.println(token.length());
    }
}
