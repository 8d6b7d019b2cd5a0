package dev.latchkey.it.atproto.pds;

import static dev.latchkey.it.nodes.Said.say;

import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.atproto.AtprotoIdentities;
import dev.latchkey.auth.atproto.ClientKeys;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.it.atproto.lab.LabClock;
import dev.latchkey.it.nodes.Said;
import dev.latchkey.it.nodes.StoreKind;
import dev.latchkey.transport.jdk.JdkTransport;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process of the web application, which shares a session at the reference server. At each line on its standard input, which says how far
 * the clock is ahead of the true time, all its threads call the server at once. At {@link #FORCE} it demands a new token, and stands still
 * before it takes the lease until there is another line.
 */
public final class PdsNode {

    static final String FORCE = "force";

    private PdsNode() {}

    /** Runs it until its standard input ends: threads, directory, key, kind and place of the store, issuer and subject of the account. */
    public static void main(String... arguments) throws Exception {
        int threads = Integer.parseInt(arguments[0]);
        LabClock clock = new LabClock();
        HttpTransport transport = JdkTransport.create();
        HeldLease store =
                new HeldLease(StoreKind.valueOf(arguments[3]).open(arguments[4]).store());
        AtprotoClient client = AtprotoClient.builder(transport)
                .metadata(Application.metadata(
                        ClientKeys.of(SigningKey.jwk(arguments[2]).build())))
                .store(store)
                .clock(clock)
                .identities(AtprotoIdentities.builder(transport)
                        .clock(clock)
                        .plcDirectory(URI.create(arguments[1]))
                        .txtRecords(name -> List.of())
                        .dangerouslyAllowLoopback()
                        .build())
                .dangerouslyAllowLoopback()
                .build();
        Account account = Account.of(arguments[5], arguments[6]);
        say(Said.STANDS, "ready");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals(FORCE)) {
                force(store.hold(), lines, client.tokens(account));
            } else {
                clock.ahead(Duration.ofMinutes(Integer.parseInt(line)));
                round(threads, client, account);
            }
            say(Said.DONE, line);
        }
        System.exit(0);
    }

    private static void force(Runnable goOn, BufferedReader lines, TokenSource tokens) throws Exception {
        CompletableFuture<TokenResult> forced = tokens.getAsync(TokenOptions.NONE.forceRefresh());
        lines.readLine();
        goOn.run();
        try {
            say(Said.GENERATION, fingerprint(forced.get(30, TimeUnit.SECONDS).token()));
        } catch (ExecutionException | TimeoutException e) {
            say(Said.WRONG, e);
        }
    }

    private static String fingerprint(AccessToken token) {
        return Integer.toHexString(token.reveal().hashCode());
    }

    private static void round(int threads, AtprotoClient client, Account account) throws InterruptedException {
        CountDownLatch together = new CountDownLatch(threads);
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                together.countDown();
                try {
                    together.await();
                    say(Said.GENERATION, fingerprint(client.tokens(account).token()));
                    client.calls(account).query("com.atproto.server.getSession", Parameters.NONE);
                } catch (Exception e) {
                    say(Said.WRONG, e);
                }
            });
            thread.start();
            all.add(thread);
        }
        for (Thread thread : all) {
            thread.join();
        }
    }
}
