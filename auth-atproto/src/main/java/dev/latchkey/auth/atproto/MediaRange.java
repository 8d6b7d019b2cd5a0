package dev.latchkey.auth.atproto;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Media types, and what a permission says of them: one type, all of one kind such as {@code image/*}, or all. */
final class MediaRange {

    static final String ALL = "*/*";

    private MediaRange() {}

    /** As loosely as the servers: two halves and no space. */
    static boolean is(String text) {
        return text.equals(ALL) || (hasHalves(text) && (text.indexOf('*') < 0 || text.endsWith("/*")));
    }

    static boolean isType(String text) {
        return hasHalves(text) && text.indexOf('*') < 0;
    }

    private static boolean hasHalves(String text) {
        int slash = text.indexOf('/');
        return slash > 0 && slash == text.lastIndexOf('/') && slash < text.length() - 1 && text.indexOf(' ') < 0;
    }

    /** Whether a range has all that a type or another range has. Case matters, as it does to the servers. */
    static boolean has(String range, String other) {
        return range.equals(ALL)
                || range.equals(other)
                || (range.endsWith("/*") && other.startsWith(range.substring(0, range.length() - 1)));
    }

    /** Leaves out what others of the ranges have already. */
    static List<String> normal(List<String> ranges) {
        if (ranges.contains(ALL)) {
            return List.of(ALL);
        }
        List<String> lower =
                ranges.stream().map(each -> each.toLowerCase(Locale.ROOT)).collect(Collectors.toList());
        // A set, since strangers write as many as they like.
        Set<String> kinds = lower.stream().filter(each -> each.endsWith("/*")).collect(Collectors.toSet());
        return lower.stream()
                .filter(each -> each.endsWith("/*") || !kinds.contains(each.substring(0, each.indexOf('/')) + "/*"))
                .distinct()
                .sorted()
                .collect(Collectors.toUnmodifiableList());
    }
}
