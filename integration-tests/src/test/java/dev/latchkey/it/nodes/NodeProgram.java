package dev.latchkey.it.nodes;

import com.google.gson.JsonParser;
import dev.latchkey.auth.AuthListener;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.server.UncertainRefresh;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
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
 * <p>The first half of the time without a margin, so that every generation ends with an expired token that all threads of
 * all nodes ask for at once; then with the default one, so that stale tokens are replaced in the background. What happens
 * is said on standard output, a line each.
 */
public final class NodeProgram {

    private final String issuer;
    private final Account account;
    private final UncertainRefresh policy;
    private final TokenStore store;
    private final int threads;
    private final int generations;
    private final Duration timeout;
    private final Clock clock = Clock.systemUTC();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final AtomicInteger redeemed = new AtomicInteger();
    private final AtomicLong longest = new AtomicLong();
    private volatile boolean over;

    private NodeProgram(String... arguments) {
        this.issuer = arguments[0];
        this.account = Account.of(issuer, arguments[1]);
        this.policy = UncertainRefresh.valueOf(arguments[2]);
        this.store = StoreKind.valueOf(arguments[3]).open(arguments[4]);
        this.threads = Integer.parseInt(arguments[5]);
        this.generations = Integer.parseInt(arguments[6]);
        this.timeout = Duration.ofMillis(Long.parseLong(arguments[7]));
    }

    /** What the program wants to know, in its order. */
    static List<String> arguments(
            String issuer,
            Account account,
            UncertainRefresh policy,
            StoreKind store,
            String place,
            int threads,
            int generations,
            Duration timeout) {
        return List.of(
                issuer,
                account.subject(),
                policy.name(),
                store.name(),
                place,
                Integer.toString(threads),
                Integer.toString(generations),
                Long.toString(timeout.toMillis()));
    }

    /** Runs a node until it has seen its generations, or until it is killed. */
    public static void main(String... arguments) throws InterruptedException {
        NodeProgram node = new NodeProgram(arguments);
        node.run(Duration.ZERO, node.generations / 2);
        node.run(Duration.ofSeconds(60), node.generations);
        say(Said.REDEEMED, node.redeemed);
        say(Said.LONGEST, TimeUnit.NANOSECONDS.toMillis(node.longest.get()));
        say(Said.DONE, "");
        // A store's driver may have threads that are no daemons.
        System.exit(0);
    }

    private void run(Duration margin, int goal) throws InterruptedException {
        OAuthClient client = Brief.client(telling(Brief.transport()), issuer, policy, store)
                .expiryMargin(margin)
                .timeout(timeout)
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
        // Waits for a refresh in the background, whose token nobody has seen yet.
        client.close();
        try {
            see(client.tokens(account, Brief.SCOPES).token());
        } catch (ConfigurationException | SignInRequiredException e) {
            // Nothing at hand is valid any more, so that it was seen when it was.
            return;
        }
    }

    private void ask(OAuthClient client, int goal, Random random) {
        while (seen.size() < goal && !over) {
            Instant before = clock.instant();
            long begin = System.nanoTime();
            try {
                AccessToken token = client.tokens(account, Brief.SCOPES).token();
                if (!token.expiresAt().orElseThrow().isAfter(before)) {
                    say(Said.WRONG, "expired at " + token.expiresAt() + ", asked at " + before);
                }
                see(token);
            } catch (SignInRequiredException e) {
                over = true;
                say(Said.ENDED, e.getMessage());
            } catch (TemporaryFailureException e) {
                say(Said.FAILED, e.getMessage());
            } catch (RuntimeException e) {
                say(Said.WRONG, e);
            }
            longest.accumulateAndGet(System.nanoTime() - begin, Math::max);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(40 + random.nextInt(80)));
        }
    }

    private void see(AccessToken token) {
        String[] parts = token.reveal().split("\\.", -1);
        if (seen.add(parts[2])) {
            String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            String subject = JsonParser.parseString(claims)
                    .getAsJsonObject()
                    .get("sub")
                    .getAsString();
            if (subject.equals(account.subject())) {
                say(Said.GENERATION, parts[2].substring(0, 16));
            } else {
                say(Said.WRONG, "a token of " + subject);
            }
        }
    }

    /** The only requests with a body are those that redeem the refresh token. */
    private static HttpTransport telling(HttpTransport transport) {
        return request -> {
            if (request.body().isEmpty()) {
                return transport.send(request);
            }
            say(Said.SENDS, "");
            TransportResponse response = transport.send(request);
            say(Said.ANSWERED, response.status());
            return response;
        };
    }

    private static void say(String what, Object more) {
        System.out.println((what + " " + more).replace('\n', ' '));
    }
}
