package dev.latchkey.benchmarks;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.transport.apache.ApacheTransport;
import dev.latchkey.transport.jdk.JdkTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;

/**
 * The time of one exchange, by turns: every round makes one call of each kind, in an order drawn afresh, so that whatever
 * slows the machine down for a while slows down all of them. JMH finishes one kind before it begins the next.
 *
 * <p>Prints the median of each fork, and over all forks the median, the least and the greatest ratio.
 */
public final class ExchangeTime {

    private ExchangeTime() {}

    /**
     * Starts the forks, or is one.
     *
     * @param arguments the number of forks, of rounds to warm up and of rounds that count; or the server's port and key
     *     store and the rounds
     * @throws Exception if a call fails
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 4) {
            fork(arguments);
            return;
        }
        Map<String, List<Double>> ratios = new LinkedHashMap<>();
        try (TokenServer.Running server = TokenServer.Running.start()) {
            for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
                Process fork = new ProcessBuilder(
                                Certificates.tool("java"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                ExchangeTime.class.getName(),
                                server.uri("/token"),
                                server.keyStore().toString(),
                                arguments[1],
                                arguments[2])
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                String line = new String(fork.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
                System.out.println(line);
                double[] medians = Arrays.stream(line.split(" +"))
                        .filter(word -> word.endsWith("us"))
                        .mapToDouble(word -> Double.parseDouble(word.substring(0, word.length() - 2)))
                        .toArray();
                ratios.computeIfAbsent("JDK", none -> new ArrayList<>()).add(medians[1] / medians[0]);
                ratios.computeIfAbsent("Apache", none -> new ArrayList<>()).add(medians[3] / medians[2]);
            }
        }
        ratios.forEach((name, all) -> {
            Collections.sort(all);
            System.out.printf(
                    Locale.ROOT,
                    "%s: Latchkey over by hand %.3f (median of %d forks; least %.3f, greatest %.3f)%n",
                    name,
                    all.get(all.size() / 2),
                    all.size(),
                    all.get(0),
                    all.get(all.size() - 1));
        });
    }

    private static void fork(String[] arguments) throws Exception {
        URI endpoint = URI.create(arguments[0]);
        SSLContext trust = Certificates.client(Path.of(arguments[1]));
        HttpClient jdk = Clients.jdk(trust);
        try (CloseableHttpClient apache = Clients.apache(trust)) {
            OAuthClient overJdk = WithLatchkey.client(JdkTransport.over(jdk), endpoint);
            OAuthClient overApache = WithLatchkey.client(ApacheTransport.over(apache), endpoint);
            ClientCredentialsGrant grant = ClientCredentialsGrant.of(WithLatchkey.SCOPES);
            Map<String, Callable<Object>> kinds = new LinkedHashMap<>();
            kinds.put("jdkByHand", () -> ByHand.token(jdk, endpoint));
            kinds.put("jdkLatchkey", () -> overJdk.request(grant));
            kinds.put("apacheByHand", () -> ByHand.token(apache, endpoint));
            kinds.put("apacheLatchkey", () -> overApache.request(grant));
            rounds(kinds, Integer.parseInt(arguments[2]));
            double[] medians = rounds(kinds, Integer.parseInt(arguments[3]));
            StringBuilder line = new StringBuilder();
            int kind = 0;
            for (String name : kinds.keySet()) {
                line.append(String.format(Locale.ROOT, "%s %.1fus  ", name, medians[kind++]));
            }
            System.out.println(line.toString().trim());
        }
        // The clients' threads need not end.
        Runtime.getRuntime().halt(0);
    }

    private static double[] rounds(Map<String, Callable<Object>> kinds, int rounds) throws Exception {
        List<Callable<Object>> calls = new ArrayList<>(kinds.values());
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3));
        long[][] nanos = new long[calls.size()][rounds];
        Random random = new Random(1);
        for (int round = 0; round < rounds; round++) {
            Collections.shuffle(order, random);
            for (int kind : order) {
                long start = System.nanoTime();
                if (calls.get(kind).call() == null) {
                    throw new IllegalStateException("no token");
                }
                nanos[kind][round] = System.nanoTime() - start;
            }
        }
        return Arrays.stream(nanos)
                .mapToDouble(each -> {
                    Arrays.sort(each);
                    return each[each.length / 2] / 1e3;
                })
                .toArray();
    }
}
