package dev.latchkey.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;

/**
 * The time of several calls by turns: every round makes one call of each kind, in an order drawn afresh, so that whatever
 * slows the machine down for a while slows down all of them. JMH finishes one kind before it begins the next.
 */
final class Turns {

    private Turns() {}

    /**
     * Times calls.
     *
     * @param kinds the calls, each of which gives something
     * @param rounds how often each is made
     * @return the median of each, in microseconds
     */
    static Map<String, Double> medians(Map<String, Callable<Object>> kinds, int rounds) throws Exception {
        List<String> names = List.copyOf(kinds.keySet());
        List<Callable<Object>> calls = List.copyOf(kinds.values());
        List<Integer> order = new ArrayList<>();
        for (int kind = 0; kind < calls.size(); kind++) {
            order.add(kind);
        }
        long[][] nanos = new long[calls.size()][rounds];
        Random random = new Random(1);
        for (int round = 0; round < rounds; round++) {
            Collections.shuffle(order, random);
            for (int kind : order) {
                long start = System.nanoTime();
                Object made = calls.get(kind).call();
                nanos[kind][round] = System.nanoTime() - start;
                if (made == null) {
                    throw new IllegalStateException(names.get(kind) + " gave nothing");
                }
            }
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        for (int kind = 0; kind < calls.size(); kind++) {
            Arrays.sort(nanos[kind]);
            medians.put(names.get(kind), nanos[kind][rounds / 2] / 1e3);
        }
        return medians;
    }

    /** Gives a median, which must be there. */
    static double micros(Map<String, Double> medians, String name) {
        return Objects.requireNonNull(medians.get(name), name);
    }

    /** Writes medians as a line that {@link #fork} reads. */
    static String line(Map<String, Double> medians) {
        StringBuilder line = new StringBuilder();
        medians.forEach((name, micros) -> line.append(String.format(Locale.ROOT, "%s %.1fus  ", name, micros)));
        return line.toString().trim();
    }

    /**
     * Runs a program of this class path that prints one such line, in a JVM of its own.
     *
     * @param program its main class
     * @param arguments what it is told
     * @return the medians
     */
    static Map<String, Double> fork(Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Certificates.tool("java"), "-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(Arrays.asList(arguments));
        Process fork = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line = new String(fork.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        System.out.println(line);
        Map<String, Double> medians = new LinkedHashMap<>();
        String[] words = line.split(" +", -1);
        for (int i = 0; i + 1 < words.length; i += 2) {
            medians.put(words[i], Double.parseDouble(words[i + 1].replace("us", "")));
        }
        return medians;
    }
}
