package dev.latchkey.benchmarks;

import com.azure.identity.AuthorizationCodeCredential;
import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.HttpResponse;
import com.microsoft.aad.msal4j.IAccount;
import com.microsoft.aad.msal4j.SilentParameters;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.token.AccessToken;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;

/** How many requests 64 threads make that want one expired token at once. A count, and no time. */
public final class Stampede {

    private static final int THREADS = 64;
    private static final long SERVER_MILLIS = 200;

    private Stampede() {}

    /**
     * Prints the counts.
     *
     * @param arguments none
     * @throws Exception if a token does not come
     */
    public static void main(String[] arguments) throws Exception {
        System.out.println("requests of " + THREADS + " threads at one expired token");
        int ours = latchkey();
        System.out.println("latchkey " + ours);
        System.out.println("msal4j   " + msal4j());
        System.out.println("azure-identity " + azureIdentity());
        Runtime.getRuntime().halt(ours == 1 ? 0 : 1);
    }

    private static int latchkey() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        Clock clock = new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now.get();
            }
        };
        AtomicInteger requests = new AtomicInteger();
        HttpTransport server = Users.server(requests);
        OAuthClient client = Users.builder(
                        request -> {
                            if (requests.get() > 0) {
                                pause();
                            }
                            return server.send(request);
                        },
                        InMemoryTokenStore.create(clock))
                .clock(clock)
                .executor(Executors.newCachedThreadPool())
                .build();
        Users.signIn(client, "somebody");
        AccessToken expired =
                client.tokens(Users.account("somebody"), Users.SCOPES).token();
        now.updateAndGet(then -> then.plus(Duration.ofDays(2)));
        int before = requests.get();
        Set<Object> tokens = atOnce(
                () -> client.tokens(Users.account("somebody"), Users.SCOPES).token());
        int made = requests.get() - before;
        // The server gives another token each time, so that there are as many as there were requests, and the old one
        // is
        // not among them: a count of requests that nobody needed, or that was lost, does not pass for one.
        if (tokens.contains(expired) || tokens.size() != made) {
            throw new IllegalStateException(made + " requests, but " + tokens.size() + " tokens"
                    + (tokens.contains(expired) ? ", the expired one among them" : ""));
        }
        return made;
    }

    private static int msal4j() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        ExecutorService threads = Executors.newCachedThreadPool();
        ConfidentialClientApplication application = ConfidentialClientApplication.builder(
                        "app", ClientCredentialFactory.createFromSecret("s3cret"))
                .authority("https://login.microsoftonline.com/" + MsalUsers.TENANT + "/")
                .instanceDiscovery(false)
                .executorService(threads)
                .httpClient(request -> {
                    requests.incrementAndGet();
                    pause();
                    HttpResponse response = new HttpResponse();
                    response.statusCode(200);
                    response.addHeaders(Map.of("Content-Type", List.of("application/json")));
                    response.body(MsalUsers.answer());
                    return response;
                })
                .build();
        application.tokenCache().deserialize(MsalUsers.cache(1, Instant.now().minusSeconds(60)));
        IAccount account = application.getAccounts().join().iterator().next();
        var unused = atOnce(() -> application
                .acquireTokenSilently(
                        SilentParameters.builder(MsalUsers.scopes(), account).build())
                .join());
        return requests.get();
    }

    /** Signs a user in whose token is good for a second, and lets two pass. */
    private static int azureIdentity() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        AuthorizationCodeCredential credential = AzureUsers.credential(
                request -> Mono.fromCallable(() -> {
                    int before = requests.getAndIncrement();
                    pause();
                    return new AzureAnswer(request, MsalUsers.answer(0, before == 0 ? 1 : 86_399));
                }),
                Executors.newCachedThreadPool());
        var first = AzureUsers.token(credential);
        TimeUnit.SECONDS.sleep(2);
        if (!first.isExpired()) {
            throw new IllegalStateException("The token has not expired");
        }
        int before = requests.get();
        var unused = atOnce(() -> AzureUsers.token(credential));
        return requests.get() - before;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(SERVER_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Calls from all threads at once and gives what they got. */
    private static Set<Object> atOnce(Callable<Object> call) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(THREADS);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Object>> results = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            results.add(callers.submit(() -> {
                start.await();
                return call.call();
            }));
        }
        start.countDown();
        Set<Object> got = new HashSet<>();
        for (Future<Object> result : results) {
            got.add(result.get());
        }
        callers.shutdown();
        return got;
    }
}
