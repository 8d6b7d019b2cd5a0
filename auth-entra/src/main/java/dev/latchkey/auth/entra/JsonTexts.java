package dev.latchkey.auth.entra;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the members of a small JSON object that are texts (RFC 8259), and passes over the others. Strict: what is not
 * JSON, and a name that occurs twice, is an {@link IllegalArgumentException} that repeats nothing of the input.
 */
final class JsonTexts {

    private static final int MAX_DEPTH = 8;
    private static final int MAX_LENGTH = 16 * 1024;

    private final String json;
    private int at;

    private JsonTexts(String json) {
        this.json = json;
    }

    static Map<String, String> read(String json) {
        JsonTexts reader = new JsonTexts(json);
        reader.space();
        Map<String, String> texts = reader.object(1);
        reader.space();
        reader.check(reader.at == json.length());
        return texts;
    }

    /** Tells whether a text is a JSON object. */
    static boolean isObject(String json) {
        try {
            return json.length() <= MAX_LENGTH && read(json) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Map<String, String> object(int depth) {
        check(depth <= MAX_DEPTH);
        expect('{');
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, Boolean> names = new LinkedHashMap<>();
        space();
        if (accept('}')) {
            return texts;
        }
        do {
            space();
            String name = text();
            check(names.put(name, true) == null);
            space();
            expect(':');
            space();
            if (peek() == '"') {
                texts.put(name, text());
            } else {
                skipValue(depth);
            }
            space();
        } while (accept(','));
        expect('}');
        return texts;
    }

    private void skipValue(int depth) {
        switch (peek()) {
            case '"':
                text();
                break;
            case '{':
                object(depth + 1);
                break;
            case '[':
                skipArray(depth + 1);
                break;
            default:
                skipWord();
        }
    }

    private void skipArray(int depth) {
        check(depth <= MAX_DEPTH);
        expect('[');
        space();
        if (accept(']')) {
            return;
        }
        do {
            space();
            skipValue(depth);
            space();
        } while (accept(','));
        expect(']');
    }

    private void skipWord() {
        int start = at;
        while (at < json.length() && ",]} \t\r\n".indexOf(json.charAt(at)) < 0) {
            at++;
        }
        check(json.substring(start, at).matches("true|false|null|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?"));
    }

    private String text() {
        expect('"');
        StringBuilder text = new StringBuilder();
        for (char c = next(); c != '"'; c = next()) {
            check(c >= ' ');
            text.append(c == '\\' ? escaped() : c);
        }
        return text.toString();
    }

    private char escaped() {
        char c = next();
        if (c == 'u') {
            check(at + 4 <= json.length());
            String digits = json.substring(at, at + 4);
            check(digits.matches("[0-9A-Fa-f]{4}"));
            at += 4;
            return (char) Integer.parseInt(digits, 16);
        }
        int index = "\"\\/bfnrt".indexOf(c);
        check(index >= 0);
        return "\"\\/\b\f\n\r\t".charAt(index);
    }

    private void space() {
        while (at < json.length() && " \t\r\n".indexOf(json.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        check(at < json.length());
        return json.charAt(at);
    }

    private char next() {
        char c = peek();
        at++;
        return c;
    }

    private boolean accept(char c) {
        boolean there = at < json.length() && json.charAt(at) == c;
        if (there) {
            at++;
        }
        return there;
    }

    private void expect(char c) {
        check(accept(c));
    }

    private void check(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("Not a JSON object, at index " + at);
        }
    }
}
