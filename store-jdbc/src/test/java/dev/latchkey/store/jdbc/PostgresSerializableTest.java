package dev.latchkey.store.jdbc;

import java.util.Properties;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.Driver;

/** Where the strictest isolation is the default, the database rolls back what meets another writer. */
final class PostgresSerializableTest extends JdbcStoreFixture {

    @RegisterExtension
    static final Postgres POSTGRES = new Postgres();

    @Override
    DataSource database() {
        Properties properties = new Properties();
        properties.setProperty("options", "-c default_transaction_isolation=serializable");
        return (PlainDataSource) () -> new Driver().connect(POSTGRES.url(), properties);
    }

    @Override
    protected int rounds() {
        return 100;
    }
}
