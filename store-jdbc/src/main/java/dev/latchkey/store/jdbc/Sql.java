package dev.latchkey.store.jdbc;

import java.util.regex.Pattern;

/** The statements of a store, for its table and its database. Immutable. */
final class Sql {

    private static final Pattern KEYS = Pattern.compile(":(partition|name|cursor)\\b");
    private static final String USABLE = " AND usable_until >= :now";
    private static final String AT_KEY = " WHERE partition_name = :partition AND record_name = :name";
    private static final String AT_VERSION = AT_KEY + " AND record_version = :expected" + USABLE;
    private static final String UPDATE = "UPDATE latchkey_records"
            + " SET record_version = :version, content = :content, usable_until = :usable_until";

    final JdbcDialect dialect;
    final SqlText find;
    final SqlText insert;
    final SqlText replace;
    final SqlText replaceThePast;
    final SqlText remove;
    final SqlText keys;
    final SqlText sweep;

    Sql(JdbcDialect dialect, TableName table) {
        this.dialect = dialect;
        this.find = text("SELECT record_version, content, usable_until FROM latchkey_records" + AT_KEY + USABLE, table);
        this.insert = text(dialect.insert(), table);
        this.replace = text(UPDATE + AT_VERSION, table);
        this.replaceThePast = text(UPDATE + AT_KEY + " AND usable_until < :now", table);
        this.remove = text("DELETE FROM latchkey_records" + AT_VERSION, table);
        this.keys = text(
                "SELECT record_name FROM latchkey_records WHERE partition_name = :partition AND record_name > :cursor"
                        + USABLE + dialect.page(),
                table);
        this.sweep = text(dialect.sweep(), table);
    }

    private SqlText text(String template, TableName table) {
        return SqlText.of(table, KEYS.matcher(template).replaceAll(dialect.key()));
    }
}
