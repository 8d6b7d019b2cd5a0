package dev.latchkey.benchmarks;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.transport.apache.ApacheTransport;
import dev.latchkey.transport.jdk.JdkTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;

/**
 * The time of one exchange, by {@link Turns}.
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
                Map<String, Double> medians = Turns.fork(
                        ExchangeTime.class,
                        server.uri("/token"),
                        server.keyStore().toString(),
                        arguments[1],
                        arguments[2]);
                ratios.computeIfAbsent("JDK", none -> new ArrayList<>())
                        .add(Turns.micros(medians, "jdkLatchkey") / Turns.micros(medians, "jdkByHand"));
                ratios.computeIfAbsent("Apache", none -> new ArrayList<>())
                        .add(Turns.micros(medians, "apacheLatchkey") / Turns.micros(medians, "apacheByHand"));
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
            Turns.medians(kinds, Integer.parseInt(arguments[2]));
            System.out.println(Turns.line(Turns.medians(kinds, Integer.parseInt(arguments[3]))));
        }
        // The clients' threads need not end.
        Runtime.getRuntime().halt(0);
    }
}
