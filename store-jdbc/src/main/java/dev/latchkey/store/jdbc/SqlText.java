package dev.latchkey.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A statement whose parameters have names, {@code :partition}, as often as they are needed and in any order. Immutable. */
final class SqlText {

    private static final Pattern NAMED = Pattern.compile(":([a-z_]+)");

    private final String text;
    private final List<String> names;

    private SqlText(String text, List<String> names) {
        this.text = text;
        this.names = names;
    }

    static SqlText of(TableName table, String template) {
        List<String> names = new ArrayList<>();
        Matcher named = NAMED.matcher(template);
        while (named.find()) {
            names.add(named.group(1));
        }
        return new SqlText(table.in(NAMED.matcher(template).replaceAll("?")), List.copyOf(names));
    }

    /** Prepares and binds; the caller closes. */
    PreparedStatement prepare(Connection connection, Arguments arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(text);
        try {
            for (int i = 0; i < names.size(); i++) {
                arguments.bind(statement, i + 1, names.get(i));
            }
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
