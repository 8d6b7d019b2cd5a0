package dev.latchkey.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Order, pages and sweeping, which each database must be told in its own words. */
abstract class JdbcListingRules extends JdbcStoreFixture {

    private static final String LETTERS = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

    @Test
    void namesAreListedInTheOrderOfTheirBytes() throws Exception {
        List<String> names = LETTERS.chars()
                .mapToObj(letter -> "a" + (char) letter)
                .collect(Collectors.toCollection(ArrayList::new));
        names.addAll(List.of("a", "A", "aA-", "aA_", "AA", "Z", "z", "-", "_"));
        Collections.shuffle(names, new Random(7));
        for (String name : names) {
            create(name, Duration.ofHours(1));
        }
        Collections.sort(names);

        for (int limit : new int[] {1, 2, 7, 1_000}) {
            assertThat(listed(limit)).isEqualTo(names);
        }
    }

    @Test
    void aPageHoldsAThousandKeys() throws Exception {
        insert(2_001, now().plusSeconds(60));

        KeyPage first = storeOn(pool).keys(PARTITION, "", 1_000);
        assertThat(first.keys()).hasSize(1_000);
        assertThat(listed(1_000)).hasSize(2_001).isSorted().doesNotHaveDuplicates();
        assertThat(listed(667)).hasSize(2_001).isSorted().doesNotHaveDuplicates();
    }

    /** Otherwise whoever lists would ask once more than there are pages. */
    @Test
    void aFullPageThatIsTheLastSaysSo() throws Exception {
        insert(3, now().plusSeconds(60));

        assertThat(storeOn(pool).keys(PARTITION, "", 3).next()).isEmpty();
        assertThat(storeOn(pool).keys(PARTITION, "", 2).next()).contains("00001");
    }

    @Test
    void sweepingDeletesWhatHasPassedAndNothingElse() throws Exception {
        for (int i = 0; i < 7; i++) {
            create("passing-" + i, Duration.ofSeconds(i));
        }
        create("staying", Duration.ofDays(1));
        clock.advance(Duration.ofSeconds(3));

        assertThat(storeOn(pool).sweep()).isEqualTo(3);
        assertThat(rows()).isEqualTo(5);
        assertThat(storeOn(pool).sweep()).isZero();
    }

    @Test
    void sweepingGoesOnBatchByBatch() throws Exception {
        insert(1_001, now().minusSeconds(1));
        WatchedDataSource watched = new WatchedDataSource(pool);

        assertThat(storeOn(watched).sweep()).isEqualTo(1_001);
        assertThat(rows()).isZero();
        assertThat(watched.executed).hasSize(3);
    }

    /** Otherwise sign-ins that nobody finished would fill the table. */
    @Test
    void writersSweepNowAndThen() throws Exception {
        JdbcTokenStore store = storeOn(pool);
        for (int i = 0; i < 150; i++) {
            store.replace(key("abandoned-" + i), RecordVersion.ABSENT, record("abandoned", Duration.ofSeconds(1)));
        }
        clock.advance(Duration.ofSeconds(2));
        for (int i = 0; i < 50; i++) {
            store.replace(key("new-" + i), RecordVersion.ABSENT, record("new"));
        }

        assertThat(rows()).isEqualTo(50);
    }

    @Test
    void aWriteSucceedsThoughTheSweepAfterItFails() throws Exception {
        WatchedDataSource watched = new WatchedDataSource(pool);
        JdbcTokenStore sweeping = storeOn(watched);
        for (int i = 0; i < 99; i++) {
            sweeping.replace(key("newer-" + i), RecordVersion.ABSENT, record("newer"));
        }
        watched.afterStatements.add(() -> watched.insteadOfStatements.add(new SQLException("sweeping", "57014")));

        assertThat(sweeping.replace(key("last"), RecordVersion.ABSENT, record("last")))
                .isPresent();
        assertThat(watched.executed).hasSize(101).last().asString().contains("DELETE");
        assertThat(watched.insteadOfStatements).isEmpty();
    }

    /** Each statement has a comparison of its own, and the rows are deleted by yet another one. */
    @Test
    void aRecordIsThereAtItsInstantAndGoneAMillisecondLater() throws Exception {
        JdbcTokenStore store = storeOn(pool);
        RecordVersion first = create("key", Duration.ofSeconds(1));
        RecordVersion removed = create("removed", Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1));

        assertThat(store.replace(key("key"), RecordVersion.ABSENT, record("too early")))
                .isEmpty();
        assertThat(store.sweep()).isZero();
        assertThat(store.find(key("key")).orElseThrow().version()).isEqualTo(first);
        assertThat(store.keys(PARTITION, "", 10).keys()).containsExactly(key("key"), key("removed"));
        assertThat(store.remove(key("removed"), removed)).isTrue();
        RecordVersion second = store.replace(key("key"), first, record("second", Duration.ZERO))
                .orElseThrow();

        clock.advance(Duration.ofMillis(1));
        assertThat(store.find(key("key"))).isEmpty();
        assertThat(store.keys(PARTITION, "", 10).keys()).isEmpty();
        assertThat(store.replace(key("key"), second, record("too late"))).isEmpty();
        assertThat(store.remove(key("key"), second)).isFalse();
        assertThat(store.replace(key("key"), RecordVersion.ABSENT, record("third", Duration.ZERO)))
                .isPresent();
        clock.advance(Duration.ofMillis(1));
        assertThat(store.sweep()).isEqualTo(1);
    }

    @Test
    void instantsAreRoundedUpToMilliseconds() throws Exception {
        StoreRecord record = StoreRecord.of(new byte[0], now().plusNanos(1_000_001));
        storeOn(pool).replace(key("rounded"), RecordVersion.ABSENT, record);

        assertThat(storeOn(pool).find(key("rounded")).orElseThrow().record().usableUntil())
                .isEqualTo(now().plusMillis(2));
    }

    @Test
    void aRecordFromBeforeAllTimeIsAbsent() throws Exception {
        JdbcTokenStore store = storeOn(pool);
        StoreRecord ancient = StoreRecord.of(new byte[0], Instant.MIN);
        assertThat(store.replace(key("ancient"), RecordVersion.ABSENT, ancient)).isPresent();

        assertThat(store.find(key("ancient"))).isEmpty();
        assertThat(store.replace(key("ancient"), RecordVersion.ABSENT, ancient)).isPresent();
    }

    private List<String> listed(int limit) throws Exception {
        List<String> names = new ArrayList<>();
        Optional<String> cursor = Optional.of("");
        while (cursor.isPresent()) {
            KeyPage page = storeOn(pool).keys(PARTITION, cursor.get(), limit);
            page.keys().forEach(key -> names.add(key.name()));
            assertThat(names).as("pages that never end").hasSizeLessThan(10_000);
            cursor = page.next();
        }
        return names;
    }

    private void insert(int count, Instant usableUntil) throws Exception {
        try (Connection connection = pool.getConnection()) {
            String product = connection.getMetaData().getDatabaseProductName();
            Sql sql = new Sql(JdbcDialect.of(product).orElseThrow(), TableName.of(TableName.DEFAULT));
            OneConnection rows = new OneConnection(connection, sql, 60);
            // One transaction, for the sake of speed.
            connection.setAutoCommit(false);
            for (int i = 0; i < count; i++) {
                rows.insert(Arguments.at(key(String.format("%05d", i)))
                        .with("now", 0)
                        .with("version", "1")
                        .with("content", new byte[] {1})
                        .with("usable_until", usableUntil.toEpochMilli()));
            }
            connection.commit();
            connection.setAutoCommit(true);
        }
    }
}
