package dev.latchkey.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.TokenStoreContract;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The port's contract over two pools on a database, as two nodes have them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JdbcStoreFixture extends TokenStoreContract {

    final MutableClock clock = MutableClock.create();
    HikariDataSource pool;
    private HikariDataSource poolOfAnotherNode;

    /** The database, without a pool. */
    abstract DataSource database() throws Exception;

    @BeforeAll
    void openPools() throws Exception {
        pool = pooled(database(), 4, true);
        poolOfAnotherNode = pooled(database(), 8, true);
        JdbcTokenStore.over(pool).createTable();
    }

    @AfterAll
    void closePools() throws Exception {
        if (pool != null) {
            run("DROP TABLE latchkey_records");
            pool.close();
            poolOfAnotherNode.close();
        }
    }

    @AfterEach
    void everyConnectionWasGivenBack() {
        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        assertThat(poolOfAnotherNode.getHikariPoolMXBean().getActiveConnections())
                .isZero();
    }

    @Override
    protected TokenStore create() throws Exception {
        run("DELETE FROM latchkey_records");
        return storeOn(pool);
    }

    @Override
    protected TokenStore another(TokenStore store) {
        return storeOn(poolOfAnotherNode);
    }

    @Override
    protected Instant now() {
        return clock.instant();
    }

    @Override
    protected void pass(Duration time) {
        clock.advance(time);
    }

    final JdbcTokenStore storeOn(DataSource dataSource) {
        return JdbcTokenStore.builder(dataSource).clock(clock).build();
    }

    final void run(String sql) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            execute(connection, sql);
        }
    }

    final long rows() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM latchkey_records")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    final RecordVersion create(String name, Duration usableFor) throws Exception {
        return storeOn(pool)
                .replace(key(name), RecordVersion.ABSENT, record("created", usableFor))
                .orElseThrow();
    }

    static StoreKey key(String name) {
        return StoreKey.of(PARTITION, name);
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static HikariDataSource pooled(DataSource database, int connections, boolean autoCommit) {
        HikariConfig settings = new HikariConfig();
        settings.setDataSource(database);
        settings.setMaximumPoolSize(connections);
        settings.setAutoCommit(autoCommit);
        return new HikariDataSource(settings);
    }
}
