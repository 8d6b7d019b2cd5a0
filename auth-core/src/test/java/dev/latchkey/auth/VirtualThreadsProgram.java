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
import dev.latchkey.auth.server.SecurityProfile;
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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Many virtual threads ask for one expired token, and the server answers only when all of them wait: whatever holds the
 * carrier, of which there is one, keeps the last of them from coming, and whatever holds a monitor while it waits keeps
 * others blocked.
 */
public final class VirtualThreadsProgram {

    private static final Scopes READ = Scopes.of("api.read");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final int number;
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch allStarted = new CountDownLatch(1);
    private final Queue<String> tokens = new ConcurrentLinkedQueue<>();
    private final AtomicInteger granted = new AtomicInteger();
    private final MutableClock clock = MutableClock.create();

    private VirtualThreadsProgram(int number) {
        this.number = number;
    }

    /** Takes how many threads, and whether flights run on virtual threads as well. */
    public static void main(String... arguments) throws Exception {
        VirtualThreadsProgram program = new VirtualThreadsProgram(Integer.parseInt(arguments[0]));
        System.out.println(program.run(Boolean.parseBoolean(arguments[1])));
    }

    // By its name: this is compiled for Java 11.
    private static Thread startVirtualThread(Runnable work) {
        try {
            return (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("deprecation") // The password grant is the shortest way to a session.
    private String run(boolean flightsToo) throws Exception {
        HttpTransport server = request -> answer();
        OAuthClient client = OAuthClient.builder(server)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://issuer.example")
                        .tokenEndpoint(URI.create("https://issuer.example/token"))
                        .build()))
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of("s3cret")))
                .security(SecurityProfile.LENIENT)
                .store(InMemoryTokenStore.create(clock))
                .executor(flightsToo ? VirtualThreadsProgram::startVirtualThread : new ThreadPerFlight())
                .timeout(PATIENCE.multipliedBy(3))
                .clock(clock)
                .build();
        Account account = client.password(
                        PasswordGrant.of("alice", Password.of("pw"), READ), AccountNaming.subject("alice"))
                .account();
        clock.advance(Duration.ofHours(2));
        for (int i = 0; i < number; i++) {
            threads.add(startVirtualThread(() -> tokens.add(askFor(client, account))));
        }
        allStarted.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        Set<String> different = new TreeSet<>(tokens);
        return tokens.size() + " times " + different + " with " + (granted.get() - 1) + " refresh";
    }

    private static String askFor(OAuthClient client, Account account) {
        try {
            return client.tokens(account, READ).token().reveal();
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    private TransportResponse answer() {
        int generation = granted.incrementAndGet();
        if (generation > 1) {
            awaitWaiters();
        }
        String json = "{\"access_token\":\"t" + generation + "\",\"token_type\":\"Bearer\",\"expires_in\":3600,"
                + "\"refresh_token\":\"r" + generation + "\"}";
        return TransportResponse.of(
                200,
                TransportHeaders.builder()
                        .add("Content-Type", "application/json")
                        .build(),
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                () -> {});
    }

    /** Until every thread waits with a time-out, as one does for a flight. */
    private void awaitWaiters() {
        try {
            allStarted.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        Map<Thread.State, Integer> states;
        do {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            states = new EnumMap<>(Thread.State.class);
            for (Thread thread : threads) {
                states.merge(thread.getState(), 1, Integer::sum);
            }
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("Not all wait for the flight: " + states);
            }
        } while (states.getOrDefault(Thread.State.TIMED_WAITING, 0) < number);
    }
}
