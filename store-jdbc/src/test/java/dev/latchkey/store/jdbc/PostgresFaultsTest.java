package dev.latchkey.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.testkit.MutableClock;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PostgreSQL ends a connection in the middle of an operation, refuses a row and quotes it. */
final class PostgresFaultsTest {

    @RegisterExtension
    static final Postgres POSTGRES = new Postgres();

    private static final StoreKey KEY = StoreKey.of("faults", "key");

    private final MutableClock clock = MutableClock.create();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HikariDataSource pool;
    private JdbcTokenStore store;

    @BeforeEach
    void createTable() throws Exception {
        pool = JdbcStoreFixture.pooled(POSTGRES.dataSource(), 3, true);
        store = JdbcTokenStore.builder(pool).table("faults").clock(clock).build();
        store.createTable();
    }

    @AfterEach
    void dropTable() throws Exception {
        threads.shutdownNow();
        execute("DROP TABLE faults");
        pool.close();
    }

    @Test
    void aConnectionThatIsLostInTheMiddleIsAnErrorAndTheNextOneWorks() throws Exception {
        RecordVersion version = written("first");
        CompletableFuture<Boolean> writing;
        try (Connection holder = POSTGRES.dataSource().getConnection()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("SELECT * FROM faults FOR UPDATE");
            writing = CompletableFuture.supplyAsync(() -> replaced(version), threads);

            terminateWhoeverWaits();

            assertThatThrownBy(() -> writing.get(1, TimeUnit.MINUTES))
                    .hasRootCauseInstanceOf(SQLException.class)
                    .cause()
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageContaining("Cannot write a record to faults: the connection was lost (SQLState 57P01")
                    .hasMessageContaining("not known whether it was written");
            holder.rollback();
        }

        assertThat(store.find(KEY).orElseThrow().version()).isEqualTo(version);
        assertThat(replaced(version)).isTrue();
    }

    /** PostgreSQL says "Failing row contains (…)", with all of it. */
    @Test
    void aRefusedRowIsNotQuoted() throws Exception {
        execute("ALTER TABLE faults ADD CHECK (octet_length(content) < 10)");
        WatchedDataSource watched = new WatchedDataSource(pool);
        JdbcTokenStore watching =
                JdbcTokenStore.builder(watched).table("faults").clock(clock).build();

        assertThatThrownBy(() -> watching.replace(KEY, RecordVersion.ABSENT, record("the secret token")))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("SQLState 23514")
                .hasMessageContaining("it was not written")
                .satisfies(
                        failure -> assertThat(JdbcFailureRules.trace(failure)).doesNotContain("746865"));
        assertThat(watched.thrown)
                .singleElement()
                .satisfies(quoting -> assertThat(quoting.getMessage()).contains("746865"));
    }

    private boolean replaced(RecordVersion version) {
        try {
            return store.replace(KEY, version, record("second")).isPresent();
        } catch (TokenStoreException e) {
            throw new CompletionException(e);
        }
    }

    private RecordVersion written(String content) throws Exception {
        return store.replace(KEY, RecordVersion.ABSENT, record(content)).orElseThrow();
    }

    private StoreRecord record(String content) {
        return StoreRecord.of(
                content.getBytes(StandardCharsets.UTF_8), clock.instant().plusSeconds(60));
    }

    private static void terminateWhoeverWaits() throws Exception {
        try (Connection connection = POSTGRES.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            while (true) {
                try (ResultSet ended = statement.executeQuery("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE faults %'")) {
                    if (ended.next()) {
                        return;
                    }
                }
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
