package dev.latchkey.store.jdbc;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Makes a store with other settings than those of {@link JdbcTokenStore#over}. Not for use by several threads at once. */
public final class JdbcTokenStoreBuilder {

    private static final Duration LONGEST = Duration.ofHours(1);

    private final DataSource dataSource;
    private TableName table = TableName.of(TableName.DEFAULT);
    private int timeoutSeconds = 5;
    private @Nullable JdbcDialect dialect;
    private @Nullable Clock clock;
    private @Nullable SecureRandom random;

    JdbcTokenStoreBuilder(DataSource dataSource) {
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
    }

    /**
     * Sets the table.
     *
     * @param name a letter, and up to 47 letters, digits and underscores; {@code latchkey_records} by default
     * @return this builder
     * @throws IllegalArgumentException if it is something else
     */
    public JdbcTokenStoreBuilder table(String name) {
        this.table = table.named(name);
        return this;
    }

    /**
     * Sets the schema of the table, which is the connection's own by default.
     *
     * @param name a letter, and up to 47 letters, digits and underscores
     * @return this builder
     * @throws IllegalArgumentException if it is something else
     */
    public JdbcTokenStoreBuilder schema(String name) {
        this.table = table.inSchema(name);
        return this;
    }

    /**
     * Sets the dialect, for a database that calls itself otherwise than the one whose language it speaks.
     *
     * @param language the dialect; by default that of the database's product name
     * @return this builder
     */
    public JdbcTokenStoreBuilder dialect(JdbcDialect language) {
        this.dialect = Objects.requireNonNull(language, "language");
        return this;
    }

    /**
     * Sets how long a statement may take, {@link java.sql.Statement#setQueryTimeout}.
     *
     * @param timeout more than nothing and at most an hour, rounded up to whole seconds; five seconds by default
     * @return this builder
     * @throws IllegalArgumentException if it is something else
     */
    public JdbcTokenStoreBuilder queryTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("timeout must be more than nothing and at most an hour");
        }
        this.timeoutSeconds = (int) timeout.plusNanos(999_999_999).toSeconds();
        return this;
    }

    /**
     * Sets the clock that tells whether a record's time has passed.
     *
     * @param time the clock; the system's by default
     * @return this builder
     */
    public JdbcTokenStoreBuilder clock(Clock time) {
        this.clock = Objects.requireNonNull(time, "time");
        return this;
    }

    /**
     * Sets where versions come from.
     *
     * @param source the source; the JVM's default by default
     * @return this builder
     */
    public JdbcTokenStoreBuilder random(SecureRandom source) {
        this.random = Objects.requireNonNull(source, "source");
        return this;
    }

    /**
     * Makes the store.
     *
     * @return the store; nothing was sent to the database yet
     */
    public JdbcTokenStore build() {
        return new JdbcTokenStore(
                new Connections(dataSource, table, timeoutSeconds, dialect),
                clock == null ? Clock.systemUTC() : clock,
                new Versions(random == null ? new SecureRandom() : random));
    }
}
