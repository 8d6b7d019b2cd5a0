package dev.latchkey.benchmarks;

import dev.latchkey.benchmarks.cold.ApacheLatchkey;
import dev.latchkey.benchmarks.cold.AzureIdentity;
import dev.latchkey.benchmarks.cold.BareJvm;
import dev.latchkey.benchmarks.cold.JdkByHand;
import dev.latchkey.benchmarks.cold.JdkLatchkey;
import dev.latchkey.benchmarks.cold.Msal4j;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * From starting a JVM to its end, with one token in between, over https.
 *
 * <p>JMH cannot measure this, since its forks are warm before it begins: each program is started as often as asked, by
 * turns, so that whatever else the machine does falls on all of them.
 */
public final class ColdStart {

    private static final List<Class<?>> PROGRAMS = List.of(
            BareJvm.class, JdkByHand.class, JdkLatchkey.class, ApacheLatchkey.class, Msal4j.class, AzureIdentity.class);

    private ColdStart() {}

    /**
     * Measures and prints a table.
     *
     * @param arguments how many times each program is started; 30 by default
     * @throws Exception if a program fails
     */
    public static void main(String[] arguments) throws Exception {
        int forks = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 30;
        Map<Class<?>, List<Double>> times = new LinkedHashMap<>();
        PROGRAMS.forEach(program -> times.put(program, new ArrayList<>()));
        try (TokenServer.Running server = TokenServer.Running.start()) {
            for (int fork = -2; fork < forks; fork++) {
                for (Class<?> program : PROGRAMS) {
                    double millis = run(program, server);
                    // The first two rounds warm the server and the disk's cache.
                    if (fork >= 0) {
                        of(times, program).add(millis);
                    }
                }
            }
        }
        double reference = median(of(times, JdkByHand.class));
        System.out.printf(
                "%-16s %10s %10s   (%d interleaved forks, Java %s)%n",
                "program", "median ms", "ratio", forks, Runtime.version());
        times.forEach((program, each) -> System.out.printf(
                "%-16s %10.1f %10.3f%n", program.getSimpleName(), median(each), median(each) / reference));
    }

    private static List<Double> of(Map<Class<?>, List<Double>> times, Class<?> program) {
        return Objects.requireNonNull(times.get(program));
    }

    private static double run(Class<?> program, TokenServer.Running server) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(
                        Certificates.tool("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        server.uri("/token"),
                        server.keyStore().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        int status = process.waitFor();
        double millis = (System.nanoTime() - start) / 1e6;
        if (status != 0) {
            throw new IOException(program.getSimpleName() + " ended with status " + status);
        }
        return millis;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        sorted.sort(null);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
