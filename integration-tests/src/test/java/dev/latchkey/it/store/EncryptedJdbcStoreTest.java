package dev.latchkey.it.store;

import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.store.jdbc.JdbcTokenStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Over a real PostgreSQL. */
class EncryptedJdbcStoreTest extends EncryptedStoreContract {

    private static Optional<EmbeddedPostgres> server = Optional.empty();

    @BeforeAll
    static void start() throws Exception {
        server = Optional.of(EmbeddedPostgres.builder().start());
        JdbcTokenStore.over(server.get().getPostgresDatabase()).createTable();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server.isPresent()) {
            server.get().close();
        }
    }

    @Override
    TokenStore below() {
        return JdbcTokenStore.builder(server.orElseThrow().getPostgresDatabase())
                .clock(clock)
                .build();
    }

    @Override
    void clear() throws Exception {
        try (Connection connection = server.orElseThrow().getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM latchkey_records");
        }
    }
}
