package dev.latchkey.cli;

import java.time.Duration;
import java.util.Locale;

/** Durations to be read by people. */
final class Durations {

    private Durations() {}

    /** Two units at most: {@code 59 min 58 s}, {@code 1 h}, {@code 12.3 ms}, {@code 58 ns}. */
    static String text(Duration duration) {
        if (duration.isNegative()) {
            return "0 s";
        }
        long seconds = duration.toSeconds();
        if (seconds >= 86_400) {
            return two(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h");
        }
        if (seconds >= 3_600) {
            return two(seconds / 3_600, "h", seconds % 3_600 / 60, "min");
        }
        if (seconds >= 60) {
            return two(seconds / 60, "min", seconds % 60, "s");
        }
        return seconds >= 10 || duration.equals(Duration.ofSeconds(seconds))
                ? seconds + " s"
                : small((double) duration.toNanos());
    }

    private static String small(double nanos) {
        if (nanos >= 1e9) {
            return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
        }
        if (nanos >= 1e6) {
            return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
        }
        if (nanos >= 1e3) {
            return String.format(Locale.ROOT, "%.1f µs", nanos / 1e3);
        }
        return String.format(Locale.ROOT, "%.0f ns", nanos);
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return large + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }
}
