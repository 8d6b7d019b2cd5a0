package dev.latchkey.store.jdbc;

import dev.latchkey.auth.spi.TokenStoreException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Lends a connection of its own to each operation, and makes sure that nobody else's transaction is on it. */
final class Connections {

    private static final String NOT_OURS =
            "the DataSource handed out a connection with auto-commit off. Either it is that of"
                    + " a transaction which is under way, whose rollback would undo what the authorization server has done (a"
                    + " refresh token that was used up would come back), or auto-commit is off by the pool's default. Give the"
                    + " store a DataSource of its own that takes no part in transactions and has auto-commit on";

    private final DataSource dataSource;
    private final TableName table;
    private final int timeoutSeconds;
    private volatile @Nullable Sql sql;

    Connections(DataSource dataSource, TableName table, int timeoutSeconds, @Nullable JdbcDialect dialect) {
        this.dataSource = dataSource;
        this.table = table;
        this.timeoutSeconds = timeoutSeconds;
        this.sql = dialect == null ? null : new Sql(dialect, table);
    }

    TableName table() {
        return table;
    }

    <T> T run(Task task, Work<T> work) throws TokenStoreException {
        Connection connection = open(task);
        try {
            Sql known = sqlFor(connection, task);
            try {
                return work.on(new OneConnection(connection, known, timeoutSeconds));
            } catch (SQLException e) {
                throw new SqlFailure(e).ofTheStatement(task, table, known.dialect, timeoutSeconds);
            }
        } finally {
            OneConnection.closeQuietly(connection);
        }
    }

    private Connection open(Task task) throws TokenStoreException {
        try {
            return dataSource.getConnection();
        } catch (SQLException e) {
            throw new SqlFailure(e).beforeTheStatement(task, table);
        }
    }

    /** Asked of every connection: whether a transaction is under way may differ from one to the next. */
    private Sql sqlFor(Connection connection, Task task) throws TokenStoreException {
        try {
            if (!connection.getAutoCommit()) {
                throw new TokenStoreException("Cannot " + task.words() + " " + table + ": " + NOT_OURS, null);
            }
            Sql known = sql;
            if (known == null) {
                // Two threads may find out at once, and find the same.
                known = new Sql(dialectOf(connection), table);
                sql = known;
            }
            return known;
        } catch (SQLException e) {
            throw new SqlFailure(e).beforeTheStatement(task, table);
        }
    }

    private static JdbcDialect dialectOf(Connection connection) throws SQLException, TokenStoreException {
        String product = connection.getMetaData().getDatabaseProductName();
        return JdbcDialect.of(product)
                .orElseThrow(() -> new TokenStoreException(
                        "No dialect is known for the database " + product
                                + "; if it speaks that of another one, name it with JdbcTokenStoreBuilder.dialect",
                        null));
    }

    /** What is done on a connection. */
    @FunctionalInterface
    interface Work<T> {
        T on(OneConnection connection) throws SQLException;
    }
}
