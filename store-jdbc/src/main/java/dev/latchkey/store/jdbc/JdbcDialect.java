package dev.latchkey.store.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a database says differently: the table's definition, an insert that meets a row without failing, a page, and a
 * bounded delete.
 *
 * <p>{@link #POSTGRESQL}, {@link #MYSQL} (MariaDB) and {@link #H2} pass the contract of the port against the database
 * itself. {@link #SQL_SERVER} and {@link #ORACLE} are written from the manuals and unproved: run
 * {@code TokenStoreContract} of {@code latchkey-auth-testkit} against your server before you rely on them.
 *
 * <p>Immutable.
 */
public final class JdbcDialect {

    /** PostgreSQL 9.5 and later, and what speaks its language and calls itself so. */
    public static final JdbcDialect POSTGRESQL = new JdbcDialect(
            "postgresql",
            Set.of("PostgreSQL", "EnterpriseDB"),
            true,
            Set.of(),
            Texts.COLUMNS_INTO_PRESENT + Texts.VALUES
                    + " ON CONFLICT (partition_name, record_name) DO UPDATE SET record_version = EXCLUDED.record_version,"
                    + " content = EXCLUDED.content, usable_until = EXCLUDED.usable_until"
                    + " WHERE present.usable_until < :now",
            " ORDER BY record_name LIMIT :limit",
            // Two sweepers take different rows instead of waiting for each other.
            "WITH past AS (SELECT partition_name, record_name FROM latchkey_records WHERE usable_until < :now"
                    + " ORDER BY usable_until LIMIT " + Texts.BATCH + " FOR UPDATE SKIP LOCKED)"
                    + " DELETE FROM latchkey_records AS present USING past"
                    + " WHERE present.partition_name = past.partition_name AND present.record_name = past.record_name"
                    + " AND present.usable_until < :now");

    /** MySQL 5.7 and later, MariaDB 10.3 and later, on InnoDB. */
    public static final JdbcDialect MYSQL = new JdbcDialect(
            "mysql",
            Set.of("MySQL", "MariaDB"),
            false,
            Set.of(),
            // IGNORE would also cut what is too long for a column: the definition's columns hold all that is written.
            "INSERT IGNORE INTO latchkey_records" + Texts.COLUMNS + Texts.VALUES,
            " ORDER BY record_name LIMIT :limit",
            "DELETE FROM latchkey_records WHERE usable_until < :now ORDER BY usable_until LIMIT " + Texts.BATCH);

    /** H2 2.2 and later, in each of its modes; a record may have up to 16 MiB. */
    public static final JdbcDialect H2 = new JdbcDialect(
            "h2",
            Set.of("H2"),
            false,
            Set.of(23505),
            "INSERT INTO latchkey_records" + Texts.COLUMNS
                    + " SELECT :partition, :name, CAST(:version AS VARCHAR(64)), CAST(:content AS VARBINARY(16777216)),"
                    + " CAST(:usable_until AS BIGINT)" + Texts.WHERE_NONE,
            " ORDER BY record_name FETCH FIRST :limit ROWS ONLY",
            "DELETE FROM latchkey_records WHERE usable_until < :now FETCH FIRST " + Texts.BATCH + " ROWS ONLY");

    /** Microsoft SQL Server 2016 and later; unproved. */
    public static final JdbcDialect SQL_SERVER = new JdbcDialect(
            "sqlserver",
            Set.of("Microsoft SQL Server"),
            false,
            Set.of(2601, 2627),
            "INSERT INTO latchkey_records" + Texts.COLUMNS
                    + " SELECT :partition, :name, :version, :content, :usable_until"
                    + " WHERE NOT EXISTS (SELECT 1 FROM latchkey_records WITH (UPDLOCK, HOLDLOCK)" + Texts.AT_KEY + ")",
            " ORDER BY record_name OFFSET 0 ROWS FETCH NEXT :limit ROWS ONLY",
            "DELETE TOP (" + Texts.BATCH + ") FROM latchkey_records WHERE usable_until < :now");

    /** Oracle Database 12.2 and later; unproved. */
    public static final JdbcDialect ORACLE = new JdbcDialect(
            "oracle",
            Set.of("Oracle"),
            false,
            Set.of(1),
            "INSERT INTO latchkey_records" + Texts.COLUMNS
                    + " SELECT :partition, :name, :version, :content, :usable_until FROM DUAL" + Texts.WHERE_NONE,
            // The session's NLS_SORT decides otherwise, and comparisons go by NLS_COMP.
            " ORDER BY NLSSORT(record_name, 'NLS_SORT=BINARY') FETCH FIRST :limit ROWS ONLY",
            "DELETE FROM latchkey_records WHERE usable_until < :now AND ROWNUM <= " + Texts.BATCH);

    /** How many rows one sweeping statement deletes at the most. */
    static final int BATCH = Texts.BATCH;

    private final String name;
    private final Set<String> products;
    private final boolean insertReplacesThePast;
    private final Set<Integer> duplicates;
    private final String insert;
    private final String page;
    private final String sweep;

    private JdbcDialect(
            String name,
            Set<String> products,
            boolean insertReplacesThePast,
            Set<Integer> duplicates,
            String insert,
            String page,
            String sweep) {
        this.name = name;
        this.products = products;
        this.insertReplacesThePast = insertReplacesThePast;
        this.duplicates = duplicates;
        this.insert = insert;
        this.page = page;
        this.sweep = sweep;
    }

    /** Finds the dialect of what {@code DatabaseMetaData} calls the product. */
    static Optional<JdbcDialect> of(String product) {
        return List.of(POSTGRESQL, MYSQL, H2, SQL_SERVER, ORACLE).stream()
                .filter(dialect -> dialect.products.contains(product))
                .findFirst();
    }

    /**
     * Gives the statements that create the table and its index, for a migration tool or an administrator.
     *
     * <p>They are in the jar as well, for the default name: {@code META-INF/latchkey/store-jdbc/postgresql.sql}, {@code
     * mysql.sql}, {@code h2.sql}, {@code sqlserver.sql} and {@code oracle.sql}.
     *
     * @param table the table's name, without a schema
     * @return the statements, in the order in which they are to be run
     * @throws IllegalArgumentException if that is no name for a table
     */
    public List<String> tableDefinition(String table) {
        return tableDefinition(TableName.of(table));
    }

    List<String> tableDefinition(TableName table) {
        String file = "/META-INF/latchkey/store-jdbc/" + name + ".sql";
        try (InputStream in = Objects.requireNonNull(JdbcDialect.class.getResourceAsStream(file), file)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*$", "");
            List<String> statements = new ArrayList<>();
            for (String statement : text.split(";", -1)) {
                if (!statement.isBlank()) {
                    statements.add(table.in(statement.strip()));
                }
            }
            return List.copyOf(statements);
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }

    /** Inserts a row if there is none of its key; the update count tells. */
    String insert() {
        return insert;
    }

    /** Whether the insert also replaces a row whose time has passed. */
    boolean insertReplacesThePast() {
        return insertReplacesThePast;
    }

    /** Whether an insert failed because another one came first, where the database knows no other way to say so. */
    boolean isDuplicate(int vendorCode) {
        return duplicates.contains(vendorCode);
    }

    /** Ends a statement that lists names: bytewise order, and no more than so many. */
    String page() {
        return page;
    }

    /** How a parameter with the name {@code $1} is compared with a key's column. */
    String key() {
        return this == H2 ? "CAST(:$1 AS VARBINARY(64))" : ":$1";
    }

    /** Deletes some rows whose time has passed. */
    String sweep() {
        return sweep;
    }

    /**
     * Tells which one it is.
     *
     * @return its name
     */
    @Override
    public String toString() {
        return name;
    }

    /** Parts of the texts above, in a class of their own because constants are made in the order in which they stand. */
    private static final class Texts {

        private static final int BATCH = 500;
        private static final String COLUMNS = " (partition_name, record_name, record_version, content, usable_until)";
        private static final String COLUMNS_INTO_PRESENT = "INSERT INTO latchkey_records AS present" + COLUMNS;
        private static final String VALUES = " VALUES (:partition, :name, :version, :content, :usable_until)";
        private static final String AT_KEY = " WHERE partition_name = :partition AND record_name = :name";
        private static final String WHERE_NONE = " WHERE NOT EXISTS (SELECT 1 FROM latchkey_records" + AT_KEY + ")";
    }
}
