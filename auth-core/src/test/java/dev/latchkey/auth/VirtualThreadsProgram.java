package dev.latchkey.auth;

import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.token.Scopes;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many virtual threads ask for one expired token, and the server answers only when all of them have come: whatever pins
 * the carrier, of which there is one, keeps the last of them from coming.
 */
public final class VirtualThreadsProgram {

    private static final Scopes READ = Scopes.of("api.read");

    private final int threads;
    private final CountDownLatch all;
    private final AtomicInteger granted = new AtomicInteger();
    private final MutableClock clock = MutableClock.create();

    private VirtualThreadsProgram(int threads) {
        this.threads = threads;
        this.all = new CountDownLatch(threads);
    }

    /** Takes how many threads, and whether flights run on virtual threads as well. */
    public static void main(String... arguments) throws Exception {
        VirtualThreadsProgram program = new VirtualThreadsProgram(Integer.parseInt(arguments[0]));
        System.out.println(program.run(Boolean.parseBoolean(arguments[1])));
    }

    // By its name: this is compiled for Java 11.
    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    @SuppressWarnings("deprecation") // The password grant is the shortest way to a session.
    private String run(boolean flightsToo) throws Exception {
        ExecutorService virtual = virtualThreads();
        HttpTransport server = request -> answer();
        OAuthClient client = OAuthClient.builder(server)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://issuer.example")
                        .tokenEndpoint(URI.create("https://issuer.example/token"))
                        .build()))
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of("s3cret")))
                .store(InMemoryTokenStore.create(clock))
                .executor(flightsToo ? virtual : new ThreadPerFlight())
                .clock(clock)
                .build();
        Account account = client.password(
                        PasswordGrant.of("alice", Password.of("pw"), READ), AccountNaming.subject("alice"))
                .account();
        clock.advance(Duration.ofHours(2));
        List<Future<String>> tokens = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            tokens.add(virtual.submit(() -> {
                all.countDown();
                return client.tokens(account, READ).token().reveal();
            }));
        }
        int second = 0;
        for (Future<String> token : tokens) {
            second += token.get().equals("t2") ? 1 : 0;
        }
        virtual.shutdown();
        return second + " of " + threads + " with " + (granted.get() - 1) + " refresh";
    }

    private TransportResponse answer() {
        int number = granted.incrementAndGet();
        if (number > 1) {
            try {
                all.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        String json = "{\"access_token\":\"t" + number + "\",\"token_type\":\"Bearer\",\"expires_in\":3600,"
                + "\"refresh_token\":\"r" + number + "\"}";
        return TransportResponse.of(
                200,
                TransportHeaders.builder()
                        .add("Content-Type", "application/json")
                        .build(),
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                () -> {});
    }
}
