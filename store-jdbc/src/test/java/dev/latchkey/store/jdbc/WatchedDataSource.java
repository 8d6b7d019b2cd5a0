package dev.latchkey.store.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;

/** Writes down what is executed and what is thrown, and throws once more where a test says so. */
final class WatchedDataSource implements PlainDataSource {

    /** The texts of the statements that were executed. */
    final List<String> executed = new CopyOnWriteArrayList<>();

    /** What the driver threw. */
    final List<SQLException> thrown = new CopyOnWriteArrayList<>();

    /** Thrown instead of executing the next statements. */
    final Queue<SQLException> insteadOfStatements = new ConcurrentLinkedQueue<>();

    /** Thrown instead of the answers of the next statements, after these were executed. */
    final Queue<SQLException> insteadOfAnswers = new ConcurrentLinkedQueue<>();

    /** Thrown by the next closing of a connection, which is closed all the same. */
    final Queue<SQLException> whenClosing = new ConcurrentLinkedQueue<>();

    /** Done after the next statements. */
    final Queue<Act> afterStatements = new ConcurrentLinkedQueue<>();

    private final DataSource watched;

    WatchedDataSource(DataSource watched) {
        this.watched = watched;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = watched.getConnection();
        return proxy(Connection.class, (method, arguments) -> {
            Object result = method.invoke(connection, arguments);
            if (method.getName().equals("prepareStatement")) {
                return watched((PreparedStatement) result, (String) arguments[0]);
            }
            if (method.getName().equals("close") && !whenClosing.isEmpty()) {
                throw whenClosing.remove();
            }
            return result;
        });
    }

    private PreparedStatement watched(PreparedStatement statement, String text) {
        return proxy(PreparedStatement.class, (method, arguments) -> {
            boolean executes = method.getName().startsWith("execute");
            if (executes) {
                executed.add(text);
                if (!insteadOfStatements.isEmpty()) {
                    throw insteadOfStatements.remove();
                }
            }
            Object result = method.invoke(statement, arguments);
            if (executes && !afterStatements.isEmpty()) {
                afterStatements.remove().act();
            }
            if (executes && !insteadOfAnswers.isEmpty()) {
                throw insteadOfAnswers.remove();
            }
            return result;
        });
    }

    private <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return answer.to(method, arguments);
                    } catch (InvocationTargetException e) {
                        if (e.getCause() instanceof SQLException) {
                            thrown.add((SQLException) e.getCause());
                        }
                        throw e.getCause();
                    }
                }));
    }

    /** Something to be done in between. */
    @FunctionalInterface
    interface Act {
        void act() throws SQLException;
    }

    @FunctionalInterface
    private interface Answer {
        Object to(Method method, Object[] arguments) throws Throwable;
    }
}
