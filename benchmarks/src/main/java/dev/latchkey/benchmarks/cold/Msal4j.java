package dev.latchkey.benchmarks.cold;

import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import dev.latchkey.benchmarks.Certificates;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;

/** With MSAL4J. */
public final class Msal4j {

    private Msal4j() {}

    /**
     * Gets one token.
     *
     * @param arguments the token endpoint and the key store with the server's certificate
     * @throws Exception if no token comes
     */
    public static void main(String[] arguments) throws Exception {
        ConfidentialClientApplication client = ConfidentialClientApplication.builder(
                        "app", ClientCredentialFactory.createFromSecret("s3cret"))
                .authority(URI.create(arguments[0])
                        .resolve("/9f8e7d6c-0000-4000-8000-000000000000/")
                        .toString())
                .validateAuthority(false)
                .instanceDiscovery(false)
                .sslSocketFactory(Certificates.client(Path.of(arguments[1])).getSocketFactory())
                .build();
        String token = client.acquireToken(
                        ClientCredentialParameters.builder(Set.of("https://graph.microsoft.com/.default"))
                                .build())
                .join()
                .accessToken();
        System.out.println(token.length());
    }
}
