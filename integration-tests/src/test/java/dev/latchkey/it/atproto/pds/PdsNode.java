package dev.latchkey.it.atproto.pds;

import static dev.latchkey.it.nodes.Said.say;

import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.atproto.AtprotoIdentities;
import dev.latchkey.auth.atproto.ClientKeys;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.spi.HttpTransport;
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
import java.util.concurrent.CountDownLatch;

/**
 * A process of the web application, which shares a session at the reference server. At each line on its standard input, which says how far
 * the clock is ahead of the true time, all its threads call the server at once.
 */
public final class PdsNode {

    private PdsNode() {}

    /** Runs it until its standard input ends: threads, directory, key, folder of the store, issuer and subject of the account. */
    public static void main(String... arguments) throws Exception {
        int threads = Integer.parseInt(arguments[0]);
        LabClock clock = new LabClock();
        HttpTransport transport = JdkTransport.create();
        AtprotoClient client = AtprotoClient.builder(transport)
                .metadata(Application.metadata(
                        ClientKeys.of(SigningKey.jwk(arguments[2]).build())))
                .store(StoreKind.FILE.open(arguments[3]).store())
                .clock(clock)
                .identities(AtprotoIdentities.builder(transport)
                        .clock(clock)
                        .plcDirectory(URI.create(arguments[1]))
                        .txtRecords(name -> List.of())
                        .dangerouslyAllowLoopback()
                        .build())
                .dangerouslyAllowLoopback()
                .build();
        Account account = Account.of(arguments[4], arguments[5]);
        say(Said.STANDS, "ready");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            clock.ahead(Duration.ofMinutes(Integer.parseInt(line)));
            round(threads, client, account);
            say(Said.DONE, line);
        }
        System.exit(0);
    }

    private static void round(int threads, AtprotoClient client, Account account) throws InterruptedException {
        CountDownLatch together = new CountDownLatch(threads);
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                together.countDown();
                try {
                    together.await();
                    String token = client.tokens(account).token().reveal();
                    say(Said.GENERATION, Integer.toHexString(token.hashCode()));
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
