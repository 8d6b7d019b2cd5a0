package dev.latchkey.store.jdbc;

import javax.sql.DataSource;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresTokenStoreTest extends JdbcFailureRules {

    @RegisterExtension
    static final Postgres POSTGRES = new Postgres();

    @Override
    DataSource database() {
        return POSTGRES.dataSource();
    }
}
