package dev.latchkey.store.jdbc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table's name, which is written into statements as it is and therefore consists of letters, digits and underscores.
 *
 * <p>Texts are written for {@code latchkey_records} and its index {@code latchkey_records_expiry}; {@link #in} puts the
 * chosen name in their place. Nothing is quoted, so the database folds the case as it does everywhere else.
 */
final class TableName {

    static final String DEFAULT = "latchkey_records";

    // Leaves room for the index's suffix within PostgreSQL's 63 characters.
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,47}");
    private static final Pattern TABLE = Pattern.compile("\\b" + DEFAULT + "\\b");
    private static final Pattern INDEX = Pattern.compile("\\b" + DEFAULT + "_expiry\\b");

    private final String schema;
    private final String name;

    private TableName(String schema, String name) {
        this.schema = schema;
        this.name = name;
    }

    static TableName of(String name) {
        return new TableName("", checked("table", name));
    }

    TableName named(String other) {
        return new TableName(schema, checked("table", other));
    }

    TableName inSchema(String other) {
        return new TableName(checked("schema", other), name);
    }

    /** Puts this name in the place of the one that texts are written for. */
    String in(String text) {
        String tables = TABLE.matcher(text).replaceAll(Matcher.quoteReplacement(toString()));
        return INDEX.matcher(tables).replaceAll(Matcher.quoteReplacement(name + "_expiry"));
    }

    @Override
    public String toString() {
        return schema.isEmpty() ? name : schema + "." + name;
    }

    private static String checked(String field, String value) {
        if (!IDENTIFIER.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    field + " must be a letter and up to 47 letters, digits and underscores after it");
        }
        return value;
    }
}
