package dev.latchkey.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads JMH's JSON and prints the rows of README.md's table: each benchmark beside what it is compared with, and the bar.
 * Nothing is left out in silence: a row whose figures are missing says so.
 */
public final class Ratios {

    private static final List<String> SESSIONS = List.of("1", "1000", "10000", "100000", "1000000");

    private final Map<String, JsonObject> results = new TreeMap<>();

    private Ratios() {}

    /**
     * Prints the rows.
     *
     * @param arguments files that JMH wrote with {@code -rf json}
     * @throws IOException if one cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        Ratios ratios = new Ratios();
        for (String file : arguments) {
            try (Reader reader = Files.newBufferedReader(Path.of(file))) {
                ratios.add(JsonParser.parseReader(reader).getAsJsonArray());
            }
        }
        System.out.println("| what | figure | bar | |");
        System.out.println("|---|---|---|---|");
        for (String threads : List.of("1", "2")) {
            for (String sessions : SESSIONS) {
                ratios.lookUp(sessions, threads);
            }
        }
        for (String accounts : List.of("1", "10000")) {
            ratios.ratio(
                    "msal4j's look-up over ours, " + accounts + " accounts",
                    "SessionHit.msal4j accounts=" + accounts + " threads=1",
                    "SessionHit.latchkey sessions=" + accounts + " threads=1",
                    accounts.equals("1") ? 25 : 1_000,
                    true);
        }
        ratios.ratio(
                "azure-identity's look-up over ours, 1 account",
                "SessionHit.azureIdentity threads=1",
                "SessionHit.latchkey sessions=1 threads=1",
                0,
                true);
        for (String operation : List.of("findById", "findByName", "firstPage", "removeAndWrite")) {
            ratios.microseconds(
                    "in memory, 100,000: " + operation, "InMemoryStore." + operation + " records=100000 threads=1");
        }
        for (String store : List.of("JdbcStore", "RedisStore", "FileStore")) {
            for (String operation : List.of("find", "replace")) {
                ratios.ratio(
                        store + "." + operation + " over the same by hand",
                        store + "." + operation + " threads=1",
                        store + "." + operation + "ByHand threads=1",
                        1.2,
                        false);
            }
        }
    }

    private void add(JsonArray file) {
        for (JsonElement each : file) {
            JsonObject result = each.getAsJsonObject();
            String name = result.get("benchmark").getAsString();
            StringBuilder key = new StringBuilder(name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1));
            if (result.has("params")) {
                for (Map.Entry<String, JsonElement> parameter :
                        result.getAsJsonObject("params").entrySet()) {
                    key.append(' ')
                            .append(parameter.getKey())
                            .append('=')
                            .append(parameter.getValue().getAsString());
                }
            }
            results.put(key + " threads=" + result.get("threads").getAsInt(), result);
        }
    }

    private void lookUp(String sessions, String threads) {
        String rest = " sessions=" + sessions + " threads=" + threads;
        String what = sessions + " sessions, " + threads + (threads.equals("1") ? " thread" : " threads");
        ratio(what + ", over a map", "SessionHit.latchkey" + rest, "SessionHit.map" + rest, 3, false);
        ratio(
                what + ", exact clock, over a map",
                "SessionHit.latchkeyExactClock" + rest,
                "SessionHit.map" + rest,
                0,
                false);
        ratio(
                what + ": a map and the clock, over a map",
                "SessionHit.mapAndClock" + rest,
                "SessionHit.map" + rest,
                0,
                false);
        JsonObject ours = results.get("SessionHit.latchkey" + rest);
        if (ours != null) {
            double bytes = bytes(ours);
            row(what + ", allocated", String.format(Locale.ROOT, "%.0f bytes", bytes), "64", bytes < 64.5);
        }
    }

    /** Prints one over the other; a bar of 0 is none. */
    private void ratio(String what, String over, String under, double bar, boolean atLeast) {
        JsonObject above = results.get(over);
        JsonObject below = results.get(under);
        if (above == null || below == null) {
            System.out.println("| " + what + " | not measured | | |");
            return;
        }
        double ratio = score(above) / score(below);
        String figure = String.format(Locale.ROOT, "%.2f (%s over %s)", ratio, withUnit(above), withUnit(below));
        if (bar == 0) {
            row(what, figure, "", null);
        } else {
            row(what, figure, String.format(Locale.ROOT, "%s", bar), atLeast ? ratio >= bar : ratio <= bar);
        }
    }

    private void microseconds(String what, String name) {
        JsonObject result = results.get(name);
        if (result == null) {
            System.out.println("| " + what + " | not measured | | |");
            return;
        }
        row(what, withUnit(result), "10 µs", score(result) < 10_000);
    }

    static void row(String what, String figure, String bar, @Nullable Boolean met) {
        String verdict = met == null ? "" : met ? "met" : "**missed**";
        System.out.println("| " + what + " | " + figure + " | " + bar + " | " + verdict + " |");
    }

    private static double score(JsonObject result) {
        return primary(result).get("score").getAsDouble();
    }

    private static String withUnit(JsonObject result) {
        JsonElement error = primary(result).get("scoreError");
        return String.format(
                Locale.ROOT,
                "%.1f ± %s %s",
                score(result),
                error.getAsString().equals("NaN") ? "?" : String.format(Locale.ROOT, "%.1f", error.getAsDouble()),
                primary(result).get("scoreUnit").getAsString().replace("/op", ""));
    }

    private static double bytes(JsonObject result) {
        JsonObject others = result.getAsJsonObject("secondaryMetrics");
        for (Map.Entry<String, JsonElement> each : others.entrySet()) {
            if (each.getKey().endsWith("gc.alloc.rate.norm")) {
                return each.getValue().getAsJsonObject().get("score").getAsDouble();
            }
        }
        return Double.NaN;
    }

    private static JsonObject primary(JsonObject result) {
        return result.getAsJsonObject("primaryMetric");
    }
}
