package dev.latchkey.it.nodes;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.store.file.FileTokenStore;
import dev.latchkey.store.jdbc.JdbcTokenStore;
import dev.latchkey.store.redis.RedisTokenStore;
import java.nio.file.Path;
import javax.sql.DataSource;
import redis.clients.jedis.RedisClient;

/** A store that several processes share, opened by each of them at the same place. */
public enum StoreKind {
    FILE("alice") {
        @Override
        public Opened open(String place) throws TokenStoreException {
            return new Opened(FileTokenStore.open(Path.of(place)), () -> {});
        }
    },
    REDIS("bob") {
        @Override
        public Opened open(String place) {
            RedisClient client = RedisProcess.client(Integer.parseInt(place));
            return new Opened(RedisTokenStore.over(client), client::close);
        }
    },
    POSTGRES("carol") {
        @Override
        public Opened open(String place) {
            HikariDataSource pool = pool(place);
            return new Opened(JdbcTokenStore.over(pool), pool::close);
        }
    };

    private final String user;

    StoreKind(String user) {
        this.user = user;
    }

    /** Opens it at a place. */
    public abstract Opened open(String place) throws TokenStoreException;

    /** Makes an empty table where there is none. */
    static void createTable(DataSource database) throws TokenStoreException {
        JdbcTokenStore.over(database).createTable();
    }

    /** Whose session it keeps in these tests: a name and a subject that no other store's session has. */
    String user() {
        return user;
    }

    private static HikariDataSource pool(String url) {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(url);
        settings.setMaximumPoolSize(4);
        settings.setMinimumIdle(1);
        return new HikariDataSource(settings);
    }

    /** One user of the store, and what it stands on. */
    public static final class Opened implements AutoCloseable {

        private final TokenStore store;
        private final Runnable below;

        Opened(TokenStore store, Runnable below) {
            this.store = store;
            this.below = below;
        }

        /** The store. */
        public TokenStore store() {
            return store;
        }

        @Override
        public void close() {
            store.close();
            below.run();
        }
    }
}
