package dev.latchkey.graph;

import java.util.function.UnaryOperator;

/** Fills the places {@code {name}} of a text with values, in their order. */
final class Template {

    private Template() {}

    /** Fills a path. Each value is one segment, or part of one, whatever characters it has. */
    static String path(String path, String... values) {
        if (path.indexOf('#') >= 0) {
            throw new IllegalArgumentException("The path has a #: write {name} there and give the text as a value");
        }
        String filled = fill(path, values, Template::segment, value -> UriText.segment(OData.doubled(value)));
        for (String segment : filled.split("/", -1)) {
            refuseDots(segment);
        }
        return filled.startsWith("/") ? filled : "/" + filled;
    }

    /** Fills an OData expression. Each value is a string literal, unless the quotes are there already. */
    static String expression(String expression, String... values) {
        return values.length == 0 ? expression : fill(expression, values, OData::literal, OData::doubled);
    }

    private static String segment(String value) {
        if (value.isEmpty()) {
            // /users/ is the whole collection: deleting that is not what the caller meant.
            throw new IllegalArgumentException("A value for the path is empty");
        }
        refuseDots(value);
        return UriText.segment(value);
    }

    // Servers and proxies resolve these, encoded or not, so that the request would reach another resource.
    private static void refuseDots(String segment) {
        String decoded = UriText.decodedName(segment);
        if (decoded.equals(".") || decoded.equals("..")) {
            throw new IllegalArgumentException("A segment of the path is . or ..");
        }
    }

    private static String fill(
            String text, String[] values, UnaryOperator<String> plain, UnaryOperator<String> quoted) {
        StringBuilder filled = new StringBuilder(text.length() + 64);
        int from = 0;
        int used = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', from)) {
            int close = text.indexOf('}', open);
            if (close < 0) {
                throw new IllegalArgumentException("The text has an opening brace without a closing one");
            }
            filled.append(text, from, open);
            if (used < values.length) {
                filled.append((isQuoted(text, open, close) ? quoted : plain).apply(values[used]));
            }
            used++;
            from = close + 1;
        }
        if (used != values.length) {
            throw new IllegalArgumentException(
                    "The text has " + used + " places in braces, and there are " + values.length + " values for them");
        }
        return filled.append(text, from, text.length()).toString();
    }

    private static boolean isQuoted(String text, int open, int close) {
        return open > 0 && text.charAt(open - 1) == '\'' && close + 1 < text.length() && text.charAt(close + 1) == '\'';
    }
}
