package dev.latchkey.it.nodes;

import static dev.latchkey.it.nodes.Said.say;

import dev.latchkey.auth.AuthListener;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.server.UncertainRefresh;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A node: threads that ask for one session's token, again and again, and check each one that they get.
 *
 * <p>First without a margin, so that every generation ends with an expired token that all threads of all nodes ask for at
 * once; then a quarter more with the default one, so that stale tokens are replaced in the background. What happens is
 * said on standard output, a line each.
 */
public final class NodeProgram {

    private final String issuer;
    private final Account account;
    private final String whose;
    private final TokenStore store;
    private final int threads;
    private final Clock clock = Clock.systemUTC();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final AtomicInteger redeemed = new AtomicInteger();
    private final AtomicLong longest = new AtomicLong();
    private volatile boolean over;

    private NodeProgram(String issuer, Account account, String whose, TokenStore store, int threads) {
        this.issuer = issuer;
        this.account = account;
        this.whose = whose;
        this.store = store;
        this.threads = threads;
    }

    /** What the program wants to know, in its order. */
    static List<String> arguments(
            String issuer, Account account, String whose, StoreKind store, String place, int threads, int expiries) {
        return List.of(
                issuer,
                account.subject(),
                whose,
                store.name(),
                place,
                Integer.toString(threads),
                Integer.toString(expiries));
    }

    /** Runs a node until it has seen its generations. */
    public static void main(String... arguments) throws Exception {
        TokenStore store = StoreKind.valueOf(arguments[3]).open(arguments[4]).store();
        NodeProgram node = new NodeProgram(
                arguments[0],
                Account.of(arguments[0], arguments[1]),
                arguments[2],
                store,
                Integer.parseInt(arguments[5]));
        int expiries = Integer.parseInt(arguments[6]);
        node.run(Duration.ZERO, expiries);
        node.run(Duration.ofSeconds(60), expiries + expiries / 4);
        say(Said.REDEEMED, node.redeemed);
        say(Said.LONGEST, TimeUnit.NANOSECONDS.toMillis(node.longest.get()));
        say(Said.DONE, "");
        // A store's driver may have threads that are no daemons.
        System.exit(0);
    }

    private void run(Duration margin, int goal) throws InterruptedException {
        OAuthClient client = Brief.client(telling(Brief.transport()), issuer, UncertainRefresh.REAUTHORIZE, store)
                .expiryMargin(margin)
                .listener(new AuthListener() {
                    @Override
                    public void tokenGranted(
                            String grantType, String by, Scopes scopes, Optional<Instant> expiresAt, Duration took) {
                        redeemed.incrementAndGet();
                    }
                })
                .build();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Random random = new Random(ProcessHandle.current().pid() * 100 + i);
            Thread thread = new Thread(() -> ask(client, goal, random), "asks-" + i);
            thread.start();
            all.add(thread);
        }
        for (Thread thread : all) {
            thread.join();
        }
        // Waits for a refresh in the background, which is to be counted.
        client.close();
    }

    private void ask(OAuthClient client, int goal, Random random) {
        // The first has not expired yet: one more than there are expiries.
        while (seen.size() <= goal && !over) {
            Instant before = clock.instant();
            long begin = System.nanoTime();
            try {
                AccessToken token = client.tokens(account, Brief.SCOPES).token();
                if (!token.expiresAt().orElseThrow().isAfter(before)) {
                    say(Said.WRONG, "expired at " + token.expiresAt() + ", asked at " + before);
                }
                see(token);
            } catch (TemporaryFailureException e) {
                say(Said.FAILED, e.getMessage());
            } catch (RuntimeException e) {
                over = true;
                say(Said.WRONG, e);
            }
            longest.accumulateAndGet(System.nanoTime() - begin, Math::max);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(40 + random.nextInt(80)));
        }
    }

    private void see(AccessToken token) {
        ReadToken read = ReadToken.of(token);
        if (!seen.add(read.generation())) {
            return;
        }
        if (read.whose().equals(whose)) {
            say(Said.GENERATION, read.generation());
        } else {
            say(Said.WRONG, "a token of " + read.whose());
        }
    }

    /** Says what Keycloak grants, as it is on the wire. The only requests with a body are those that redeem. */
    private static HttpTransport telling(HttpTransport transport) {
        return request -> request.body().isEmpty() ? transport.send(request) : told(transport, request);
    }

    private static TransportResponse told(HttpTransport transport, TransportRequest request) throws TransportException {
        try (TransportResponse response = transport.send(request)) {
            byte[] body = response.body().readAllBytes();
            if (response.status() == 200) {
                say(Said.GRANTED, ReadToken.ofAnswer(body).generation());
            }
            return TransportResponse.of(
                    response.status(), response.headers(), new ByteArrayInputStream(body), () -> {});
        } catch (TransportException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
