package dev.latchkey.auth.token;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Copies and writes the few kinds of values that JSON has, since a value that becomes one parameter must be written where
 * it is made. Reading JSON is not done here.
 */
final class JsonValues {

    // As deep as what a server sends may nest.
    private static final int MAX_DEPTH = 32;

    private JsonValues() {}

    /** Copies an object, all the way down; a member that is null is left out. */
    static Map<String, Object> object(Map<?, ?> members) {
        return object(members, 1);
    }

    /** Writes what {@link #object} gave. */
    static String write(Object value) {
        StringBuilder json = new StringBuilder(128);
        write(json, value);
        return json.toString();
    }

    private static Map<String, Object> object(Map<?, ?> members, int depth) {
        Map<String, Object> copy = new LinkedHashMap<>();
        members.forEach((name, value) -> {
            if (!(name instanceof String)) {
                throw new IllegalArgumentException("A member's name must be a text");
            }
            if (value != null) {
                copy.put((String) name, copy((String) name, value, depth));
            }
        });
        return Collections.unmodifiableMap(copy);
    }

    private static Object copy(String name, @Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException(name + " nests deeper than " + MAX_DEPTH + " levels");
        }
        if (value instanceof Map) {
            return object((Map<?, ?>) value, depth + 1);
        }
        if (value instanceof List) {
            List<Object> items = new ArrayList<>();
            ((List<?>) value).forEach(each -> items.add(copy(name, each, depth + 1)));
            return Collections.unmodifiableList(items);
        }
        // One type for each kind of number, so that what was read equals what was made.
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Float) {
            return copy(name, ((Number) value).doubleValue(), depth);
        }
        boolean finite = !(value instanceof Double) || Double.isFinite((Double) value);
        if (finite
                && (value instanceof String
                        || value instanceof Boolean
                        || value instanceof Long
                        || value instanceof Double
                        || value instanceof BigDecimal
                        || value instanceof BigInteger)) {
            return value;
        }
        throw new IllegalArgumentException(name + " has a value that JSON has no form for");
    }

    private static void write(StringBuilder json, Object value) {
        if (value instanceof Map) {
            json.append('{');
            String separator = "";
            for (Map.Entry<?, ?> each : ((Map<?, ?>) value).entrySet()) {
                json.append(separator);
                quote(json, String.valueOf(each.getKey()));
                json.append(':');
                write(json, each.getValue());
                separator = ",";
            }
            json.append('}');
        } else if (value instanceof List) {
            json.append('[');
            String separator = "";
            for (Object each : (List<?>) value) {
                json.append(separator);
                write(json, each);
                separator = ",";
            }
            json.append(']');
        } else if (value instanceof String) {
            quote(json, (String) value);
        } else {
            json.append(value);
        }
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || c == '\u2028' || c == '\u2029' || isLonely(text, i)) {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    /** A surrogate without its other half has no UTF-8; it would become a question mark. */
    private static boolean isLonely(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }
}
