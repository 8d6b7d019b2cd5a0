package dev.latchkey.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A connection with auto-commit on, for the statements of one operation. Each of them is a transaction of its own. */
final class OneConnection {

    /** A deadlock's victim has done nothing and may try again; eight writers at one key were seen to need two tries. */
    private static final int ATTEMPTS = 10;

    private final Connection connection;
    private final Sql sql;
    private final int timeoutSeconds;

    OneConnection(Connection connection, Sql sql, int timeoutSeconds) {
        this.connection = connection;
        this.sql = sql;
        this.timeoutSeconds = timeoutSeconds;
    }

    Sql sql() {
        return sql;
    }

    /** Runs a statement that changes rows, and tells how many. */
    int update(SqlText text, Arguments arguments) throws SQLException {
        return run(text, arguments, timeoutSeconds, PreparedStatement::executeUpdate);
    }

    /** As {@link #update}, for a statement that may be given up at once. */
    int updateBriefly(SqlText text, Arguments arguments) throws SQLException {
        return run(text, arguments, 1, PreparedStatement::executeUpdate);
    }

    /** Inserts, where another one may have come first: tells whether the row is this one's. */
    boolean insert(Arguments arguments) throws SQLException {
        try {
            return update(sql.insert, arguments) == 1;
        } catch (SQLException e) {
            if (sql.dialect.isDuplicate(e.getErrorCode())) {
                return false;
            }
            throw e;
        }
    }

    <T> T query(SqlText text, Arguments arguments, Reader<T> reader) throws SQLException {
        return run(text, arguments, timeoutSeconds, statement -> reader.read(statement.executeQuery()));
    }

    void define(String text) throws SQLException {
        Statement statement = connection.createStatement();
        try {
            statement.setQueryTimeout(timeoutSeconds);
            statement.execute(text);
        } finally {
            closeQuietly(statement);
        }
    }

    private <T> T run(SqlText text, Arguments arguments, int seconds, Step<T> step) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            PreparedStatement statement = text.prepare(connection, arguments);
            try {
                statement.setQueryTimeout(seconds);
                return step.on(statement);
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !new SqlFailure(e).isRolledBack()) {
                    throw e;
                }
            } finally {
                closeQuietly(statement);
            }
        }
    }

    /** What the statement did is known by then, and no failure to close changes it. */
    static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            System.getLogger(JdbcTokenStore.class.getName())
                    .log(
                            System.Logger.Level.DEBUG,
                            "Closing failed: {0}",
                            e.getClass().getName());
        }
    }

    /** Reads an answer, which is closed with its statement. */
    @FunctionalInterface
    interface Reader<T> {
        T read(ResultSet rows) throws SQLException;
    }

    @FunctionalInterface
    private interface Step<T> {
        T on(PreparedStatement statement) throws SQLException;
    }
}
