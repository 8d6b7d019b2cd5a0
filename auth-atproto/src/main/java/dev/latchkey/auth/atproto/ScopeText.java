package dev.latchkey.auth.atproto;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A permission's text, taken apart and put together, whatever it is about: a resource, one value behind the colon, the others
 * behind the question mark. The servers read the two places by different rules: in front of the question mark a plus is a
 * plus, and behind it a space.
 */
final class ScopeText {

    // What stands unescaped in the servers' own spelling, without the plus and the percent sign behind the question
    // mark: servers print those too, and then do not understand what they have printed.
    private static final String PLAIN_BEHIND_COLON = "-_.~*!'():/+,@";
    private static final String PLAIN_IN_QUERY = "-_.*:/,@";

    private final String resource;
    private final @Nullable String behindColon;
    private final Map<String, List<String>> query;

    private ScopeText(String resource, @Nullable String behindColon, Map<String, List<String>> query) {
        this.resource = resource;
        this.behindColon = behindColon;
        this.query = query;
    }

    static ScopeText read(String text) {
        int question = text.indexOf('?');
        String path = question < 0 ? text : text.substring(0, question);
        int colon = path.indexOf(':');
        return new ScopeText(
                colon < 0 ? path : path.substring(0, colon),
                colon < 0 ? null : component(path.substring(colon + 1)),
                question < 0 ? Map.of() : query(text.substring(question + 1)));
    }

    String resource() {
        return resource;
    }

    /** Gives all values by name, that behind the colon by the name given. */
    Map<String, List<String>> parameters(String first) {
        if (behindColon == null) {
            return query;
        }
        if (query.containsKey(first)) {
            throw new IllegalArgumentException("scope " + resource + ": has " + first + " in two places");
        }
        Map<String, List<String>> all = new LinkedHashMap<>(query);
        all.put(first, List.of(behindColon));
        return all;
    }

    /** Prints parameters in their order; a single value of the first goes behind the colon. */
    static String print(String resource, String first, Map<String, List<String>> parameters) {
        StringBuilder text = new StringBuilder(resource);
        char separator = '?';
        for (Map.Entry<String, List<String>> each : parameters.entrySet()) {
            if (each.getKey().equals(first) && each.getValue().size() == 1) {
                text.append(':').append(escaped(each.getValue().get(0), PLAIN_BEHIND_COLON));
                continue;
            }
            for (String value : each.getValue()) {
                text.append(separator).append(each.getKey()).append('=').append(escaped(value, PLAIN_IN_QUERY));
                separator = '&';
            }
        }
        return text.toString();
    }

    // As URLSearchParams: pairs that are empty, and another question mark in front, are passed over.
    private static Map<String, List<String>> query(String text) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String pair : (text.startsWith("?") ? text.substring(1) : text).split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            values.computeIfAbsent(searchParameter(name), any -> new ArrayList<>())
                    .add(searchParameter(value));
        }
        return values;
    }

    private static String searchParameter(String text) {
        return unescaped(text.replace('+', ' '), false).toString(StandardCharsets.UTF_8);
    }

    private static String component(String text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(unescaped(text, true).toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed(e);
        }
    }

    private static ByteArrayOutputStream unescaped(String text, boolean strictly) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream unescaped = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
            if (low >= 0) {
                unescaped.write(high * 16 + low);
                i += 2;
            } else if (strictly && bytes[i] == '%') {
                throw malformed(null);
            } else {
                unescaped.write(bytes[i]);
            }
        }
        return unescaped;
    }

    private static IllegalArgumentException malformed(@Nullable Throwable cause) {
        return new IllegalArgumentException("scope: a percent sign must begin an escaped character in UTF-8", cause);
    }

    private static String escaped(String text, String plain) {
        StringBuilder escaped = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            boolean isPlain =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || plain.indexOf(c) >= 0;
            escaped.append(isPlain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return escaped.toString();
    }
}
