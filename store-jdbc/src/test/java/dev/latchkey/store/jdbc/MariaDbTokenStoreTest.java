package dev.latchkey.store.jdbc;

import javax.sql.DataSource;
import org.junit.jupiter.api.extension.RegisterExtension;

final class MariaDbTokenStoreTest extends JdbcFailureRules {

    @RegisterExtension
    static final MariaDb MARIADB = new MariaDb();

    @Override
    DataSource database() throws Exception {
        return MARIADB.dataSource();
    }
}
