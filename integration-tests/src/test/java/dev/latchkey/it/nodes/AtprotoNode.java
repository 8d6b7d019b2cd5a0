package dev.latchkey.it.nodes;

import static dev.latchkey.it.nodes.Said.say;

import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.token.TokenSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
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

    private static final URI CALL = URI.create("https://pds.test/xrpc/com.atproto.server.getSession");

    private AtprotoNode() {}

    /** Runs a node until its standard input ends. */
    public static void main(String... arguments) throws Exception {
        int threads = Integer.parseInt(arguments[0]);
        AtprotoBrief brief = AtprotoBrief.of(List.of(arguments).subList(1, arguments.length));
        TokenSource tokens = brief.tokens();
        HttpTransport api = AuthorizedTransport.over(brief.transport(), tokens).to(URI.create("https://pds.test"));
        say(Said.STANDS, "ready");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            brief.clock().ahead(Duration.ofMinutes(Integer.parseInt(line)));
            round(threads, tokens, api);
            say(Said.DONE, line);
        }
        System.exit(0);
    }

    private static void round(int threads, TokenSource tokens, HttpTransport api) throws InterruptedException {
        CountDownLatch together = new CountDownLatch(threads);
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                together.countDown();
                try {
                    together.await();
                    say(
                            Said.GENERATION,
                            Integer.toHexString(tokens.token().reveal().hashCode()));
                    call(api);
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

    private static void call(HttpTransport api) throws IOException {
        try (TransportResponse response =
                api.send(TransportRequest.builder("GET", CALL).build())) {
            if (response.status() != 200) {
                say(Said.WRONG, "status " + response.status());
            }
        }
    }
}
