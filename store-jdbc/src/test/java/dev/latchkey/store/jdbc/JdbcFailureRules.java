package dev.latchkey.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStoreException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is said of a database that fails, and what is not. */
abstract class JdbcFailureRules extends JdbcTransactionRules {

    private final StoreRecord other = record("other");

    @Test
    void aMissingTableSaysHowToCreateIt() {
        JdbcTokenStore lost =
                JdbcTokenStore.builder(pool).table("no_such_table").build();

        assertThatThrownBy(() -> lost.find(key("key")))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("find a record in no_such_table: the table does not exist")
                .hasMessageContaining("JdbcTokenStore.createTable()")
                .hasMessageContaining("META-INF/latchkey/store-jdbc/" + dialect() + ".sql");
        assertThatThrownBy(() -> lost.replace(key("key"), RecordVersion.ABSENT, other))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("the table does not exist");
    }

    @Test
    void anotherTableInAnotherSchemaIsCreatedAsOftenAsOneLikes() throws Exception {
        JdbcTokenStore store = JdbcTokenStore.builder(pool)
                .schema("latchkey_tests")
                .table("Other_Records_2")
                .clock(clock)
                .build();
        run("CREATE SCHEMA latchkey_tests");
        try {
            store.createTable();
            store.createTable();
            RecordVersion version =
                    store.replace(key("key"), RecordVersion.ABSENT, other).orElseThrow();

            assertThat(store.keys(PARTITION, "", 10).keys()).containsExactly(key("key"));
            assertThat(storeOn(pool).find(key("key"))).isEmpty();
            assertThat(store.remove(key("key"), version)).isTrue();
        } finally {
            run("DROP TABLE latchkey_tests.Other_Records_2");
            run("DROP SCHEMA latchkey_tests");
        }
    }

    @Test
    void aLostConfirmationIsAnUnknownOutcome() throws Exception {
        WatchedDataSource watched = new WatchedDataSource(pool);
        RecordVersion version = create("key", Duration.ofHours(1));
        watched.insteadOfAnswers.add(new SQLException("reset while confirming 'secret'", "08006", 7));

        assertThatThrownBy(() -> storeOn(watched).replace(key("key"), version, other))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("the connection was lost (SQLState 08006, vendor code 7)")
                .hasMessageContaining("not known whether it was written")
                .satisfies(failure -> assertThat(trace(failure)).doesNotContain("secret"));
        assertThat(storeOn(pool).find(key("key")).orElseThrow().version()).isNotEqualTo(version);
    }

    @Test
    void aRefusedStatementHasWrittenNothing() throws Exception {
        WatchedDataSource watched = new WatchedDataSource(pool);
        watched.insteadOfStatements.add(new SQLException("permission denied", "42501", 7));

        assertThatThrownBy(() -> storeOn(watched).replace(key("key"), RecordVersion.ABSENT, other))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("SQLState 42501, vendor code 7; it was not written");
    }

    @Test
    void aFailureToCloseDoesNotHideThatTheRecordWasWritten() throws Exception {
        WatchedDataSource watched = new WatchedDataSource(pool);
        watched.whenClosing.add(new SQLException("gone", "08006"));

        assertThat(storeOn(watched).replace(key("key"), RecordVersion.ABSENT, other))
                .isPresent();
        assertThat(watched.whenClosing).isEmpty();
    }

    @Test
    void aDeadlocksVictimTriesAgain() throws Exception {
        WatchedDataSource watched = new WatchedDataSource(pool);
        RecordVersion version = create("key", Duration.ofHours(1));
        watched.insteadOfStatements.add(new SQLException("deadlock", "40001"));

        assertThat(storeOn(watched).replace(key("key"), version, other)).isPresent();
        assertThat(watched.executed).hasSize(2);
    }

    @Test
    void aVictimGivesUpAfterTenTries() throws Exception {
        WatchedDataSource watched = new WatchedDataSource(pool);
        for (int i = 0; i < 10; i++) {
            watched.insteadOfStatements.add(new SQLException("deadlock", "40001"));
        }

        assertThatThrownBy(() -> storeOn(watched).replace(key("key"), RecordVersion.ABSENT, other))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("SQLState 40001")
                .hasMessageContaining("it was not written");
        assertThat(watched.executed).hasSize(10);
    }

    @Test
    void aStatementThatTakesTooLongIsGivenUp() throws Exception {
        RecordVersion version = create("key", Duration.ofHours(1));
        JdbcTokenStore hasty = JdbcTokenStore.builder(pool)
                .clock(clock)
                .queryTimeout(Duration.ofMillis(200))
                .build();
        try (Connection holder = pool.getConnection()) {
            holder.setAutoCommit(false);
            execute(holder, "UPDATE latchkey_records SET usable_until = usable_until + 1");

            assertThatThrownBy(() -> hasty.replace(key("key"), version, other))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageContaining("no answer in time")
                    .hasMessageContaining("given up after 1 s");

            holder.rollback();
            holder.setAutoCommit(true);
        }
        assertThat(hasty.replace(key("key"), version, other)).isPresent();
    }

    @Test
    void closingTheStoreLeavesTheDataSourceOpen() throws Exception {
        storeOn(pool).close();

        assertThat(pool.isClosed()).isFalse();
        assertThat(storeOn(pool).find(key("key"))).isEmpty();
    }

    @Test
    void noConnectionIsAnErrorThatNamesTheTable() throws Exception {
        HikariDataSource closed = pooled(database(), 1, true);
        closed.close();

        assertThatThrownBy(() -> storeOn(closed).find(key("key")))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("Cannot find a record in latchkey_records: no connection");
    }

    private JdbcDialect dialect() {
        try (Connection connection = pool.getConnection()) {
            return JdbcDialect.of(connection.getMetaData().getDatabaseProductName())
                    .orElseThrow();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
