package dev.latchkey.graph;

import java.util.Objects;

/** Writes values into OData expressions, so that no value can become part of the expression. */
public final class OData {

    private OData() {}

    /**
     * Writes a string literal: in single quotes, with those inside doubled (OData 4.01 ABNF, {@code string}).
     *
     * <pre>{@code
     * OData.literal("O'Neil")   // 'O''Neil'
     * }</pre>
     *
     * @param value any text
     * @return the literal with its quotes
     */
    public static String literal(String value) {
        Objects.requireNonNull(value, "value");
        return "'" + doubled(value) + "'";
    }

    static String doubled(String value) {
        return value.replace("'", "''");
    }
}
