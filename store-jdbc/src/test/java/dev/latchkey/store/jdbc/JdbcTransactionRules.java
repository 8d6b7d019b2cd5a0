package dev.latchkey.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.TokenStoreException;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The store keeps out of the application's transactions, and makes none that outlasts a statement. */
abstract class JdbcTransactionRules extends JdbcListingRules {

    @Test
    void aCallersTransactionIsRefusedAndLeftAlone() throws Exception {
        RecordVersion version = create("key", Duration.ofHours(1));
        try (Connection outer = pool.getConnection()) {
            outer.setAutoCommit(false);
            execute(outer, "UPDATE latchkey_records SET record_version = 'outer'");
            JdbcTokenStore inside = storeOn((PlainDataSource) () -> PlainDataSource.neverClosed(outer));

            List<ThrowingCallable> operations = List.of(
                    () -> inside.find(key("key")),
                    () -> inside.replace(key("key"), version, record("inside")),
                    () -> inside.replace(key("new"), RecordVersion.ABSENT, record("inside")),
                    () -> inside.remove(key("key"), version),
                    () -> inside.keys(PARTITION, "", 10),
                    inside::sweep,
                    inside::createTable);
            for (ThrowingCallable operation : operations) {
                assertThatThrownBy(operation)
                        .isInstanceOf(TokenStoreException.class)
                        .hasMessageContaining("auto-commit off")
                        .hasMessageContaining("a DataSource of its own");
            }
            assertThat(outer.getAutoCommit()).isFalse();
            outer.rollback();
            outer.setAutoCommit(true);
        }
        assertThat(storeOn(pool).find(key("key")).orElseThrow().version()).isEqualTo(version);
        assertThat(rows()).isEqualTo(1);
    }

    /** What a data source that knows of transactions hands out changes from one call to the next. */
    @Test
    void aStoreThatHasWorkedBeforeRefusesATransactionAsWell() throws Exception {
        AtomicReference<DataSource> source = new AtomicReference<>(pool);
        JdbcTokenStore store = storeOn((PlainDataSource) () -> source.get().getConnection());
        RecordVersion version =
                store.replace(key("key"), RecordVersion.ABSENT, record("alone")).orElseThrow();
        try (Connection outer = pool.getConnection()) {
            outer.setAutoCommit(false);
            source.set((PlainDataSource) () -> PlainDataSource.neverClosed(outer));

            assertThatThrownBy(() -> store.replace(key("key"), version, record("inside")))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageContaining("auto-commit off");
            outer.rollback();
            outer.setAutoCommit(true);
        }
        source.set(pool);
        assertThat(store.find(key("key")).orElseThrow().version()).isEqualTo(version);
    }

    @Test
    void aPoolWithoutAutoCommitIsRefused() throws Exception {
        try (HikariDataSource manual = pooled(database(), 1, false)) {
            assertThatThrownBy(() -> storeOn(manual).find(key("key")))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageContaining("by the pool's default");
        }
    }

    /** A transaction of the application's on another connection, as with Spring's and a plain DataSource. */
    @Test
    void whatWasWrittenStaysWhenTheApplicationRollsBack() throws Exception {
        try (Connection applications = pool.getConnection()) {
            applications.setAutoCommit(false);
            create("key", Duration.ofHours(1));
            applications.rollback();
            applications.setAutoCommit(true);
        }

        assertThat(storeOn(pool).find(key("key"))).isPresent();
    }

    /** A creation is what every sign-in begins with. */
    @Test
    void eachOperationIsOneStatement() throws Exception {
        WatchedDataSource watched = new WatchedDataSource(pool);
        JdbcTokenStore store = storeOn(watched);

        RecordVersion first =
                store.replace(key("key"), RecordVersion.ABSENT, record("first")).orElseThrow();
        RecordVersion second =
                store.replace(key("key"), first, record("second")).orElseThrow();
        store.find(key("key"));
        store.keys(PARTITION, "", 10);
        store.remove(key("key"), second);

        assertThat(watched.executed).hasSize(5);
    }

    /** An error would be written to the server's log, and would abort a transaction. */
    @Test
    void aRefusalIsNoErrorOfTheDatabase() throws Exception {
        WatchedDataSource watched = new WatchedDataSource(pool);
        JdbcTokenStore store = storeOn(watched);
        create("key", Duration.ofHours(1));

        assertThat(store.replace(key("key"), RecordVersion.ABSENT, record("again")))
                .isEmpty();
        assertThat(store.replace(key("key"), RecordVersion.of("1" + "0".repeat(32)), record("again")))
                .isEmpty();
        assertThat(store.remove(key("key"), RecordVersion.of("1" + "0".repeat(32))))
                .isFalse();
        assertThat(watched.thrown).isEmpty();
    }

    /** Between an insert that met a record whose time has passed and its replacement, somebody may sweep it away. */
    @Test
    void aRecordIsCreatedThoughThePastIsSweptMeanwhile() throws Exception {
        create("key", Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(2));
        WatchedDataSource watched = new WatchedDataSource(pool);
        watched.afterStatements.add(() -> run("DELETE FROM latchkey_records"));

        assertThat(storeOn(watched).replace(key("key"), RecordVersion.ABSENT, record("new")))
                .isPresent();
    }
}
