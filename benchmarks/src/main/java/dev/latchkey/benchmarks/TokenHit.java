package dev.latchkey.benchmarks;

import com.azure.identity.ClientSecretCredential;
import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.HttpResponse;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.token.TokenSource;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import reactor.core.publisher.Mono;

/** A token that is at hand already. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init")
public class TokenHit {

    private static final String ANSWER =
            "{\"token_type\":\"Bearer\",\"expires_in\":86399,\"access_token\":\"" + "e".repeat(1_100) + "\"}";

    private OAuthClient client;
    private TokenSource tokens;
    private ConfidentialClientApplication msal;
    private ClientCredentialParameters parameters;

    /**
     * Gets the first token, from an answer in memory.
     *
     * @throws Exception if there is none
     */
    @Setup
    public void first() throws Exception {
        HttpTransport transport = request -> TransportResponse.of(
                200,
                TransportHeaders.builder()
                        .add("Content-Type", "application/json")
                        .build(),
                new ByteArrayInputStream(ANSWER.getBytes(StandardCharsets.US_ASCII)),
                () -> {});
        client = WithLatchkey.client(transport, URI.create("https://localhost/token"));
        tokens = client.clientCredentials(WithLatchkey.SCOPES);
        tokens.token();

        // On the calling thread, which is the quickest that it can do; a thread pool costs it 100 µs more.
        msal = ConfidentialClientApplication.builder("app", ClientCredentialFactory.createFromSecret("s3cret"))
                .authority("https://login.microsoftonline.com/9f8e7d6c-0000-4000-8000-000000000000/")
                .instanceDiscovery(false)
                .executorService(new CallingThread())
                .httpClient(request -> {
                    HttpResponse response = new HttpResponse();
                    response.statusCode(200);
                    response.addHeaders(Map.of("Content-Type", List.of("application/json")));
                    response.body(ANSWER);
                    return response;
                })
                .build();
        parameters = ClientCredentialParameters.builder(Set.of("https://graph.microsoft.com/.default"))
                .build();
        msal.acquireToken(parameters).join();
    }

    /**
     * A source that the application keeps.
     *
     * @return the token
     */
    @Benchmark
    public Object latchkey() {
        return tokens.token();
    }

    /**
     * A source that the application asks for each time.
     *
     * @return the token
     */
    @Benchmark
    public Object latchkeyNewSource() {
        return client.clientCredentials(WithLatchkey.SCOPES).token();
    }

    /**
     * MSAL4J.
     *
     * @return the token
     */
    @Benchmark
    public Object msal4j() {
        return msal.acquireToken(parameters).join();
    }

    /** Azure Identity, whose first token comes from an answer in memory too. */
    @State(Scope.Benchmark)
    public static class Azure {

        private ClientSecretCredential credential;

        /** Gets the first token. */
        @Setup
        public void first() {
            credential = AzureClient.of(
                    URI.create("https://login.microsoftonline.com/"),
                    request -> Mono.just(new AzureAnswer(request, ANSWER)));
            AzureClient.token(credential);
        }
    }

    /**
     * Azure Identity.
     *
     * @param azure the credential
     * @return the token
     */
    @Benchmark
    public Object azureIdentity(Azure azure) {
        return AzureClient.token(azure.credential);
    }
}
