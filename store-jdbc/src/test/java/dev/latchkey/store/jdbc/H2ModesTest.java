package dev.latchkey.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.testkit.MutableClock;
import java.sql.Connection;
import java.time.Duration;
import java.util.Properties;
import org.h2.Driver;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** H2 that pretends to be another database, or to see no difference between letters, keeps keys apart all the same. */
final class H2ModesTest {

    private final MutableClock clock = MutableClock.create();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MODE=MySQL;IGNORECASE=TRUE",
                "MODE=MariaDB;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE",
                "MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH",
                "MODE=MSSQLServer",
                "MODE=Oracle",
                "MODE=STRICT"
            })
    void keepsKeysApart(String mode) throws Exception {
        String url = "jdbc:h2:mem:mode;" + mode;
        // The database ends with its last connection.
        try (Connection open = new Driver().connect(url, new Properties())) {
            assertThat(open.isClosed()).isFalse();
            PlainDataSource database = () -> new Driver().connect(url, new Properties());
            JdbcTokenStore store = JdbcTokenStore.builder(database).clock(clock).build();
            store.createTable();
            StoreRecord record = StoreRecord.of(new byte[] {1}, clock.instant().plusSeconds(1));
            for (String name : new String[] {"b", "A", "a", "B"}) {
                assertThat(store.replace(StoreKey.of("p", name), RecordVersion.ABSENT, record))
                        .isPresent();
            }

            assertThat(store.keys("p", "", 10).keys())
                    .extracting(StoreKey::name)
                    .containsExactly("A", "B", "a", "b");
            assertThat(store.keys("p", "B", 1).keys())
                    .extracting(StoreKey::name)
                    .containsExactly("a");
            clock.advance(Duration.ofSeconds(2));
            RecordVersion version = store.replace(
                            StoreKey.of("p", "a"),
                            RecordVersion.ABSENT,
                            StoreRecord.of(new byte[] {2}, clock.instant().plusSeconds(1)))
                    .orElseThrow();
            assertThat(store.sweep()).isEqualTo(3);
            assertThat(store.remove(StoreKey.of("p", "a"), version)).isTrue();
        }
    }
}
