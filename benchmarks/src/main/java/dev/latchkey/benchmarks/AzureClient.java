package dev.latchkey.benchmarks;

import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.ClientSecretCredential;
import com.azure.identity.ClientSecretCredentialBuilder;
import java.net.URI;
import java.net.http.HttpClient;
import javax.net.ssl.SSLContext;

/** Azure Identity, which is MSAL4J inside, over java.net.http as the others are. */
public final class AzureClient {

    private AzureClient() {}

    /**
     * Makes a credential.
     *
     * @param server any address of the server
     * @param trust whom to trust
     * @return the credential
     */
    public static ClientSecretCredential of(URI server, SSLContext trust) {
        return of(
                server,
                new JdkHttpClientBuilder(
                                HttpClient.newBuilder().sslContext(trust).version(HttpClient.Version.HTTP_1_1))
                        .build());
    }

    static ClientSecretCredential of(URI server, com.azure.core.http.HttpClient http) {
        return new ClientSecretCredentialBuilder()
                .authorityHost(server.resolve("/").toString())
                .tenantId("9f8e7d6c-0000-4000-8000-000000000000")
                .clientId("app")
                .clientSecret("s3cret")
                .disableInstanceDiscovery()
                .httpClient(http)
                .build();
    }

    /**
     * Gets a token.
     *
     * @param credential the credential
     * @return the token
     */
    public static String token(ClientSecretCredential credential) {
        return credential
                .getTokenSync(new TokenRequestContext().addScopes("https://graph.microsoft.com/.default"))
                .getToken();
    }
}
