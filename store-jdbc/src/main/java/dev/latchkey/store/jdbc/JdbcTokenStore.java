package dev.latchkey.store.jdbc;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * Keeps records in one table of a database, for as many nodes as reach it.
 *
 * <p>Each operation takes a connection from the {@link DataSource}, runs a statement or up to three that each commit by
 * themselves, and gives it back: no lock and no transaction outlasts a statement. A pool is advisable.
 *
 * <p><b>Not inside the application's transactions.</b> A refresh token that the authorization server has rotated must not
 * come back because the application rolled back, so a connection with auto-commit off is refused, with an error that says
 * so: it is that of a transaction under way (Spring's {@code TransactionAwareDataSourceProxy}, a container's JTA data
 * source), or the pool's default is auto-commit off. Give the store a data source of its own that takes no part in
 * transactions. An operation within a transaction then needs a second connection, and a pool with fewer connections
 * than threads that do this can block itself until its time-out.
 *
 * <p><b>The table</b> is created by the application: {@link JdbcDialect#tableDefinition}, or {@link #createTable()}. Every
 * connection must lead to the same primary: a replica that lags shows records that were replaced already.
 *
 * <p><b>Versions</b> are 128 random bits, made here. A sequence would do too, but needs a second object in the database,
 * does not exist in MySQL, and repeats itself after a restored backup, when a writer may still remember a version.
 *
 * <p><b>Time</b> is the clock of this node, compared with the instant in the record: nodes need clocks that agree to
 * within a few seconds. Instants are kept in whole milliseconds, rounded up. Records whose time has passed are as
 * good as absent; one write in a hundred deletes up to 500 of them afterwards, on the same connection and for at most a
 * second, so that abandoned ones do not pile up. {@link #sweep()} deletes all of them.
 *
 * <p><b>Time-outs:</b> a statement is given up after five seconds, unless {@link JdbcTokenStoreBuilder#queryTimeout} says otherwise. That is
 * the database's or the driver's promise, and does not help when the network swallows packets: set the driver's socket
 * time-out as well ({@code socketTimeout} of PostgreSQL's, MySQL's and MariaDB's drivers), and the pool's time-out for
 * getting a connection.
 *
 * <p>The database's failures are {@link TokenStoreException}s with SQLState and vendor code. Their messages quote neither a
 * record nor the driver, which might. A statement that the database rolled back for another one's sake is repeated.
 *
 * <p>Safe for use by any number of threads at once. Closing it does nothing: the data source stays the caller's.
 */
public final class JdbcTokenStore implements TokenStore {

    private static final int WRITES_BETWEEN_SWEEPS = 100;

    private final Connections connections;
    private final Clock clock;
    private final Versions versions;
    private final AtomicLong writes = new AtomicLong();

    JdbcTokenStore(Connections connections, Clock clock, Versions versions) {
        this.connections = connections;
        this.clock = clock;
        this.versions = versions;
    }

    /**
     * Makes a store over the table {@code latchkey_records}; the database's dialect is found out on first use.
     *
     * @param dataSource gives connections with auto-commit on, and stays the caller's
     * @return the store; nothing was sent to the database yet
     */
    public static JdbcTokenStore over(DataSource dataSource) {
        return builder(dataSource).build();
    }

    /**
     * Begins a store with other settings.
     *
     * @param dataSource gives connections with auto-commit on, and stays the caller's
     * @return a builder
     */
    public static JdbcTokenStoreBuilder builder(DataSource dataSource) {
        return new JdbcTokenStoreBuilder(dataSource);
    }

    @Override
    public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
        Arguments arguments = Arguments.at(key).with("now", now());
        return connections.run(
                Task.FIND, connection -> connection.query(connection.sql().find, arguments, JdbcTokenStore::entry));
    }

    @Override
    public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
            throws TokenStoreException {
        boolean creates = expected.equals(RecordVersion.ABSENT);
        if (!creates && !Versions.isOne(expected)) {
            return Optional.empty();
        }
        String version = versions.next();
        Arguments arguments = Arguments.at(key)
                .with("now", now())
                .with("expected", expected.value())
                .with("version", version)
                .with("content", record.content())
                .with("usable_until", milliseconds(record.usableUntil()));
        return connections.run(Task.WRITE, connection -> {
            boolean written = creates
                    ? create(connection, arguments)
                    : connection.update(connection.sql().replace, arguments) == 1;
            if (written) {
                sweepNowAndThen(connection);
            }
            return written ? Optional.of(RecordVersion.of(version)) : Optional.empty();
        });
    }

    /**
     * Inserts; where that meets a row, replaces it if its time has passed; where it is gone by then, inserts again.
     *
     * <p>Without the third step a row that is swept between the first two would refuse a record although none is there.
     */
    private static boolean create(OneConnection connection, Arguments arguments) throws SQLException {
        if (connection.insert(arguments)) {
            return true;
        }
        return !connection.sql().dialect.insertReplacesThePast()
                && (connection.update(connection.sql().replaceThePast, arguments) == 1 || connection.insert(arguments));
    }

    @Override
    public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
        if (!Versions.isOne(expected)) {
            return false;
        }
        Arguments arguments = Arguments.at(key).with("now", now()).with("expected", expected.value());
        return connections.run(Task.REMOVE, connection -> connection.update(connection.sql().remove, arguments) == 1);
    }

    @Override
    public KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException {
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("limit must be from 1 to 1,000");
        }
        Arguments arguments = new Arguments()
                .with("partition", partition)
                // To Oracle an empty text is null, and nothing is greater; a space comes before all that a name
                // consists of.
                .with("cursor", cursor.isEmpty() ? " " : cursor)
                .with("now", now())
                .with("limit", limit + 1L);
        List<StoreKey> keys = connections.run(
                Task.LIST,
                connection -> connection.query(connection.sql().keys, arguments, rows -> keys(partition, rows)));
        return keys.size() > limit
                ? KeyPage.of(keys.subList(0, limit), keys.get(limit - 1).name())
                : KeyPage.last(keys);
    }

    /**
     * Deletes all records whose time has passed, 500 to a statement.
     *
     * @return how many were deleted
     * @throws TokenStoreException if the store failed; some may have been deleted
     */
    public long sweep() throws TokenStoreException {
        Arguments arguments = new Arguments().with("now", now());
        long swept = 0;
        int batch;
        do {
            batch = connections.run(Task.SWEEP, connection -> connection.update(connection.sql().sweep, arguments));
            swept += batch;
        } while (batch == JdbcDialect.BATCH);
        return swept;
    }

    /**
     * Creates the table and its index, for an application without migrations of its own. Nothing calls this by itself.
     *
     * <p>Does nothing if they are there; except on SQL Server and Oracle, where it then fails.
     *
     * @throws TokenStoreException if the database refuses
     */
    public void createTable() throws TokenStoreException {
        try {
            define();
        } catch (TokenStoreException e) {
            // Of several nodes that start at once PostgreSQL lets one create and fails the others; the second time it
            // is there.
            define();
        }
    }

    private void define() throws TokenStoreException {
        connections.run(Task.CREATE_TABLE, connection -> {
            List<String> statements = connection.sql().dialect.tableDefinition(connections.table());
            for (String statement : statements) {
                connection.define(statement);
            }
            return statements.size();
        });
    }

    /** The write has happened: no failure to tidy up may look like its own. */
    private void sweepNowAndThen(OneConnection connection) {
        if (writes.incrementAndGet() % WRITES_BETWEEN_SWEEPS != 0) {
            return;
        }
        try {
            connection.updateBriefly(connection.sql().sweep, new Arguments().with("now", now()));
        } catch (SQLException e) {
            System.getLogger(JdbcTokenStore.class.getName())
                    .log(System.Logger.Level.DEBUG, "Sweeping failed: SQLState {0}", e.getSQLState());
        }
    }

    private long now() {
        return clock.millis();
    }

    private static Optional<StoreEntry> entry(ResultSet rows) throws SQLException {
        if (!rows.next()) {
            return Optional.empty();
        }
        byte[] content = rows.getBytes(2);
        // To Oracle no bytes are null.
        StoreRecord record =
                StoreRecord.of(content == null ? new byte[0] : content, Instant.ofEpochMilli(rows.getLong(3)));
        return Optional.of(StoreEntry.of(RecordVersion.of(rows.getString(1)), record));
    }

    private static List<StoreKey> keys(String partition, ResultSet rows) throws SQLException {
        List<StoreKey> keys = new ArrayList<>();
        while (rows.next()) {
            keys.add(StoreKey.of(partition, rows.getString(1)));
        }
        return keys;
    }

    /** Rounded up: a record must be kept until its instant. */
    private static long milliseconds(Instant instant) {
        try {
            return instant.plusNanos(999_999).toEpochMilli();
        } catch (ArithmeticException e) {
            // Longer ago than milliseconds can say; the other way is cut off by the record itself.
            return Long.MIN_VALUE;
        }
    }
}
