package dev.latchkey.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON to be shown: read without touching its numbers, and written indented. Values are maps, lists, strings and
 * {@link Literal}s.
 */
final class Json {

    /** A number, {@code true}, {@code false} or {@code null}, as it was written. */
    static final class Literal {
        private final String text;

        Literal(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** A text that is not JSON. */
    static final class MalformedJsonException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedJsonException(int position) {
            super("not JSON at character " + position);
        }
    }

    private static final int DEPTH = 200;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Object parse(String text) throws MalformedJsonException {
        Json json = new Json(text);
        Object value = json.value(0);
        if (json.peek() != 0) {
            throw json.malformed();
        }
        return value;
    }

    static String pretty(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, "\n", out);
        return out.toString();
    }

    static Literal number(long number) {
        return new Literal(Long.toString(number));
    }

    static Literal truth(boolean truth) {
        return new Literal(Boolean.toString(truth));
    }

    private Object value(int depth) throws MalformedJsonException {
        if (depth > DEPTH) {
            throw malformed();
        }
        switch (peek()) {
            case '{':
                return object(depth);
            case '[':
                return array(depth);
            case '"':
                return string();
            default:
                return literal();
        }
    }

    private Map<String, Object> object(int depth) throws MalformedJsonException {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        if (taken('}')) {
            return members;
        }
        do {
            if (peek() != '"') {
                throw malformed();
            }
            String name = string();
            require(':');
            members.put(name, value(depth + 1));
        } while (taken(','));
        require('}');
        return members;
    }

    private List<Object> array(int depth) throws MalformedJsonException {
        List<Object> elements = new ArrayList<>();
        at++;
        if (taken(']')) {
            return elements;
        }
        do {
            elements.add(value(depth + 1));
        } while (taken(','));
        require(']');
        return elements;
    }

    private String string() throws MalformedJsonException {
        StringBuilder string = new StringBuilder();
        at++;
        while (true) {
            char next = next();
            if (next == '"') {
                return string.toString();
            }
            if (next < ' ') {
                throw malformed();
            }
            string.append(next == '\\' ? escaped() : next);
        }
    }

    private char escaped() throws MalformedJsonException {
        char kind = next();
        int simple = "\"\\/bfnrt".indexOf(kind);
        if (simple >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(simple);
        }
        if (kind != 'u' || at + 4 > text.length()) {
            throw malformed();
        }
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(next(), 16);
            if (digit < 0) {
                throw malformed();
            }
            code = code * 16 + digit;
        }
        return (char) code;
    }

    private Literal literal() throws MalformedJsonException {
        int start = at;
        while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        if (!word.matches("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            throw malformed();
        }
        return new Literal(word);
    }

    /** The next character that is not white space, or 0 at the end. */
    private char peek() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private char next() throws MalformedJsonException {
        if (at >= text.length()) {
            throw malformed();
        }
        return text.charAt(at++);
    }

    private boolean taken(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    private void require(char wanted) throws MalformedJsonException {
        if (!taken(wanted)) {
            throw malformed();
        }
    }

    private MalformedJsonException malformed() {
        return new MalformedJsonException(at);
    }

    private static void write(Object value, String newLine, StringBuilder out) {
        if (value instanceof Map) {
            Map<?, ?> members = (Map<?, ?>) value;
            String separator = "";
            out.append('{');
            for (Map.Entry<?, ?> member : members.entrySet()) {
                out.append(separator).append(newLine).append("  ");
                quote((String) member.getKey(), out);
                out.append(": ");
                write(member.getValue(), newLine + "  ", out);
                separator = ",";
            }
            out.append(members.isEmpty() ? "" : newLine).append('}');
        } else if (value instanceof List) {
            List<?> elements = (List<?>) value;
            String separator = "";
            out.append('[');
            for (Object element : elements) {
                out.append(separator).append(newLine).append("  ");
                write(element, newLine + "  ", out);
                separator = ",";
            }
            out.append(elements.isEmpty() ? "" : newLine).append(']');
        } else if (value instanceof String) {
            quote((String) value, out);
        } else {
            out.append(value);
        }
    }

    /** Control characters, C1 and DEL too, would be orders to a terminal. */
    private static void quote(String string, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < string.length(); i++) {
            char each = string.charAt(i);
            int simple = "\"\\\b\f\n\r\t".indexOf(each);
            if (simple >= 0) {
                out.append('\\').append("\"\\bfnrt".charAt(simple));
            } else if (Character.isISOControl(each)) {
                out.append(String.format("\\u%04x", (int) each));
            } else {
                out.append(each);
            }
        }
        out.append('"');
    }
}
