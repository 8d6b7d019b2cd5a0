package dev.latchkey.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.store.jdbc.JdbcTokenStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The store in PostgreSQL, beside the same statements by hand on a connection of the same pool, in the same table: to find is
 * a SELECT, to replace an UPDATE that compares the version.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init")
public class JdbcStore {

    private static final String FIND = "SELECT record_version, content, usable_until FROM latchkey_records"
            + " WHERE partition_name = ? AND record_name = ? AND usable_until >= ?";
    private static final String REPLACE =
            "UPDATE latchkey_records SET record_version = ?, content = ?, usable_until = ?"
                    + " WHERE partition_name = ? AND record_name = ? AND record_version = ? AND usable_until >= ?";

    private final StoreKey key = StoreKey.of("accounts", Users.subject(1));
    private final StoreKey keyByHand = StoreKey.of("accounts", Users.subject(2));
    private final StoreRecord record = StoreRecord.of(new byte[4_000], StoreRecord.FOREVER);
    private final SecureRandom random = new SecureRandom();
    private EmbeddedPostgres server;
    private HikariDataSource pool;
    private TokenStore store;
    private RecordVersion version;
    private String versionByHand;

    /**
     * Starts a server and writes one record each way.
     *
     * @throws IOException if the server does not start, or does not take them
     */
    @Setup
    public void start() throws IOException {
        server = EmbeddedPostgres.builder().start();
        HikariConfig config = new HikariConfig();
        config.setDataSource(server.getPostgresDatabase());
        config.setMaximumPoolSize(2);
        pool = new HikariDataSource(config);
        JdbcTokenStore created = JdbcTokenStore.over(pool);
        created.createTable();
        store = created;
        version = store.replace(key, RecordVersion.ABSENT, record).orElseThrow();
        versionByHand = store.replace(keyByHand, RecordVersion.ABSENT, record)
                .orElseThrow()
                .value();
    }

    /**
     * Ends the server.
     *
     * @throws IOException if it does not end
     */
    @TearDown
    public void stop() throws IOException {
        pool.close();
        server.close();
    }

    /**
     * Finds the record.
     *
     * @return the record
     * @throws IOException if it cannot be read
     */
    @Benchmark
    public Object find() throws IOException {
        return store.find(key).orElseThrow();
    }

    /**
     * Selects the row.
     *
     * @return its bytes
     * @throws SQLException if it cannot be read
     */
    @Benchmark
    public Object findByHand() throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setQueryTimeout(5);
            statement.setString(1, keyByHand.partition());
            statement.setString(2, keyByHand.name());
            statement.setLong(3, System.currentTimeMillis());
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next() || rows.getString(1).isEmpty() || rows.getLong(3) < 0) {
                    throw new IllegalStateException("not found");
                }
                return rows.getBytes(2);
            }
        }
    }

    /**
     * Replaces the record.
     *
     * @return the new version
     * @throws IOException if it cannot be written
     */
    @Benchmark
    public Object replace() throws IOException {
        version = store.replace(key, version, record).orElseThrow();
        return version;
    }

    /**
     * Updates the row.
     *
     * @return the new version
     * @throws SQLException if it cannot be written
     */
    @Benchmark
    public Object replaceByHand() throws SQLException {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        String next = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(REPLACE)) {
            statement.setQueryTimeout(5);
            statement.setString(1, next);
            statement.setBytes(2, record.content());
            statement.setLong(3, record.usableUntil().toEpochMilli());
            statement.setString(4, keyByHand.partition());
            statement.setString(5, keyByHand.name());
            statement.setString(6, versionByHand);
            statement.setLong(7, System.currentTimeMillis());
            if (statement.executeUpdate() != 1) {
                throw new IllegalStateException("another version is there");
            }
        }
        versionByHand = next;
        return next;
    }
}
