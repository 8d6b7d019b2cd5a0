package dev.latchkey.store.jdbc;

import dev.latchkey.auth.spi.TokenStoreException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.Set;

/**
 * Says what an {@link SQLException} means for the caller.
 *
 * <p>Drivers quote values in their messages (PostgreSQL: "Failing row contains …", H2: "Value too long for column …"), so
 * the message of a failed statement is not passed on: its SQLState, its vendor code and its stack trace are.
 */
final class SqlFailure {

    // PostgreSQL; MySQL, H2 and the standard; H2 with a like name, and with no tables at all.
    private static final Set<String> NO_TABLE = Set.of("42P01", "42S02", "42S03", "42S04");
    private static final int NO_TABLE_SQL_SERVER = 208;
    private static final int NO_TABLE_ORACLE = 942;

    /** Rolled back by the database for the sake of another one: the standard, and PostgreSQL's word for a deadlock. */
    private static final Set<String> ROLLED_BACK = Set.of("40001", "40P01");

    /** Classes that say the statement was refused: no data, constraint, state, authorization, rollback, syntax or name. */
    private static final Set<String> REFUSED = Set.of("22", "23", "25", "28", "42");

    /** PostgreSQL's administrator or postmaster ended the connection, or the server is starting. */
    private static final Set<String> ENDED = Set.of("57P01", "57P02", "57P03");

    private static final Set<String> CANCELLED = Set.of("57014", "70100");

    private final SQLException failure;

    SqlFailure(SQLException failure) {
        this.failure = failure;
    }

    /** Whether the statement certainly had no effect and is worth a second try at once. */
    boolean isRolledBack() {
        return ROLLED_BACK.contains(state());
    }

    /** For a failure before the statement was sent. */
    TokenStoreException beforeTheStatement(Task task, TableName table) {
        return new TokenStoreException(
                "Cannot " + task.words() + " " + table + ": no connection (" + codes() + ")", failure);
    }

    /** For a failure of the statement. */
    TokenStoreException ofTheStatement(Task task, TableName table, JdbcDialect dialect, int timeoutSeconds) {
        StringBuilder message = new StringBuilder("Cannot " + task.words() + " " + table + ": ");
        if (isNoTable()) {
            message.append("the table does not exist (")
                    .append(codes())
                    .append("). Create it with the statements of")
                    .append(" JdbcDialect.tableDefinition, in the jar as META-INF/latchkey/store-jdbc/")
                    .append(dialect)
                    .append(".sql, or with JdbcTokenStore.createTable()");
            return new TokenStoreException(message.toString(), withoutMessage());
        }
        if (isLost()) {
            message.append("the connection was lost (").append(codes()).append(")");
        } else if (failure instanceof SQLTimeoutException || CANCELLED.contains(state())) {
            message.append("no answer in time (")
                    .append(codes())
                    .append(", given up after ")
                    .append(timeoutSeconds)
                    .append(" s)");
        } else {
            message.append(codes());
        }
        if (!task.done().isEmpty()) {
            message.append(isRefused() ? "; it was not " : "; it is not known whether it was ")
                    .append(task.done());
        }
        return new TokenStoreException(message.toString(), withoutMessage());
    }

    private boolean isRefused() {
        return isRolledBack() || (state().length() == 5 && REFUSED.contains(state().substring(0, 2)));
    }

    private boolean isNoTable() {
        return NO_TABLE.contains(state())
                || (failure.getErrorCode() == NO_TABLE_ORACLE && state().startsWith("42"))
                || (failure.getErrorCode() == NO_TABLE_SQL_SERVER && state().startsWith("S"));
    }

    private boolean isLost() {
        return failure instanceof SQLNonTransientConnectionException
                || failure instanceof SQLTransientConnectionException
                || failure instanceof SQLRecoverableException
                || state().startsWith("08")
                || ENDED.contains(state());
    }

    private String codes() {
        return "SQLState " + state() + ", vendor code " + failure.getErrorCode();
    }

    private String state() {
        return Objects.requireNonNullElse(failure.getSQLState(), "none");
    }

    private SQLException withoutMessage() {
        SQLException without = new SQLException(
                failure.getClass().getName() + ", its message left out, for it may quote the record",
                failure.getSQLState(),
                failure.getErrorCode());
        without.setStackTrace(failure.getStackTrace());
        return without;
    }
}
