package dev.latchkey.platform.graph;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A small {@code $filter}: {@code eq} and {@code startswith} terms, joined by {@code and}. */
final class Filter {
    private static final String LITERAL = "('(?:[^']|'')*'|true|false|null)";
    private static final Pattern TERM = Pattern.compile("\\s*(?:(?<left>\\w+)\\s+eq\\s+(?<right>" + LITERAL + ")"
            + "|startswith\\(\\s*(?<name>\\w+)\\s*,\\s*(?<prefix>" + LITERAL + ")\\s*\\))\\s*(?:and\\s+|$)");

    private Filter() {}

    static Predicate<JsonObject> parse(String text) {
        Predicate<JsonObject> all = object -> true;
        Matcher term = TERM.matcher(text);
        int position = 0;
        while (position < text.length()) {
            term.region(position, text.length());
            if (!term.lookingAt()) {
                throw new GraphException(
                        400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause specified.");
            }
            all = all.and(term(term));
            position = term.end();
        }
        return all;
    }

    private static Predicate<JsonObject> term(Matcher term) {
        if (term.group("left") != null) {
            String name = term.group("left");
            String value = literal(term.group("right"));
            return object -> text(object, name).equals(value);
        }
        String name = term.group("name");
        String prefix = literal(term.group("prefix"));
        return object -> text(object, name).startsWith(prefix);
    }

    private static String literal(String literal) {
        String text = literal.startsWith("'")
                ? literal.substring(1, literal.length() - 1).replace("''", "'")
                : literal.equals("null") ? "" : literal;
        return text.toLowerCase(Locale.ROOT);
    }

    /** A property as Graph compares it, without regard to case. */
    static String text(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value == null || !value.isJsonPrimitive()
                ? ""
                : value.getAsString().toLowerCase(Locale.ROOT);
    }
}
