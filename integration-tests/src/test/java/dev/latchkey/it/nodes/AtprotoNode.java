package dev.latchkey.it.nodes;

import static dev.latchkey.it.nodes.Said.say;

import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.token.AccessToken;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A node that shares a session of the AT Protocol. At each line on its standard input, which says how far the clock is ahead
 * of the true time, all its threads call the personal data server at once.
 */
public final class AtprotoNode {

    private static final String CALL = "com.atproto.server.getSession";

    private AtprotoNode() {}

    /** Runs a node until its standard input ends. */
    public static void main(String... arguments) throws Exception {
        int threads = Integer.parseInt(arguments[0]);
        AtprotoBrief brief = AtprotoBrief.of(List.of(arguments).subList(1, arguments.length));
        say(Said.STANDS, "ready");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            brief.clock().ahead(Duration.ofMinutes(Integer.parseInt(line)));
            round(threads, brief);
            say(Said.DONE, line);
        }
        System.exit(0);
    }

    private static void round(int threads, AtprotoBrief brief) throws InterruptedException {
        CountDownLatch together = new CountDownLatch(threads);
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                together.countDown();
                try {
                    together.await();
                    say(
                            Said.GENERATION,
                            fingerprint(brief.client().tokens(brief.account()).token()));
                    brief.client().calls(brief.account()).query(CALL, Parameters.NONE);
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

    private static String fingerprint(AccessToken token) {
        return Integer.toHexString(token.reveal().hashCode());
    }
}
