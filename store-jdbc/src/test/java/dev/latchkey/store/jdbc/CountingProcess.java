package dev.latchkey.store.jdbc;

import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.Properties;
import org.postgresql.Driver;

/** A node of its own that counts a record up: its arguments are the database's URL, the table, and how often. */
final class CountingProcess {

    static final StoreKey KEY = StoreKey.of("processes", "counter");

    private CountingProcess() {}

    public static void main(String[] arguments) throws Exception {
        try (Connection connection = new Driver().connect(arguments[0], new Properties())) {
            // One connection for all, which nobody closes in between: the fork of a server's process takes longest.
            PlainDataSource database = () -> PlainDataSource.neverClosed(connection);
            JdbcTokenStore store =
                    JdbcTokenStore.builder(database).table(arguments[1]).build();
            int left = Integer.parseInt(arguments[2]);
            // Waits for the others, so that all of them write at once.
            System.out.println("ready");
            if (System.in.read() < 0) {
                throw new IllegalStateException("Nobody said go");
            }
            while (left > 0) {
                StoreEntry entry = store.find(KEY).orElseThrow();
                int count = Integer.parseInt(new String(entry.record().content(), StandardCharsets.UTF_8));
                StoreRecord next = record(count + 1);
                if (store.replace(KEY, entry.version(), next).isPresent()) {
                    left--;
                }
            }
        }
    }

    static StoreRecord record(int count) {
        return StoreRecord.of(Integer.toString(count).getBytes(StandardCharsets.UTF_8), StoreRecord.FOREVER);
    }
}
