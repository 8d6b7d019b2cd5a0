package dev.latchkey.benchmarks.cold;

import dev.latchkey.benchmarks.AzureClient;
import dev.latchkey.benchmarks.Certificates;
import java.net.URI;
import java.nio.file.Path;

/** With Azure Identity on java.net.http. */
public final class AzureIdentity {

    private AzureIdentity() {}

    /**
     * Gets one token.
     *
     * @param arguments the token endpoint and the key store with the server's certificate
     * @throws Exception if no token comes
     */
    public static void main(String[] arguments) throws Exception {
        String token =
                AzureClient.token(AzureClient.of(URI.create(arguments[0]), Certificates.client(Path.of(arguments[1]))));
        System.out.println(token.length());
        // Its threads would keep the JVM for a while.
        Runtime.getRuntime().halt(0);
    }
}
