package dev.latchkey.it.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.store.jdbc.JdbcTokenStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Over a real PostgreSQL, and a pool. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EncryptedJdbcStoreTest extends EncryptedStoreContract {

    private EmbeddedPostgres server;
    private HikariDataSource pool;

    @BeforeAll
    void start() throws Exception {
        server = EmbeddedPostgres.builder().start();
        HikariConfig settings = new HikariConfig();
        settings.setDataSource(server.getPostgresDatabase());
        settings.setMaximumPoolSize(8);
        pool = new HikariDataSource(settings);
        JdbcTokenStore.over(pool).createTable();
    }

    @AfterAll
    void stop() throws Exception {
        if (pool != null) {
            pool.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Override
    TokenStore below() {
        return JdbcTokenStore.builder(pool).clock(clock).build();
    }

    @Override
    void clear() throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM latchkey_records");
        }
    }
}
