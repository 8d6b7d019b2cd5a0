package dev.latchkey.store.jdbc;

import java.util.Properties;
import javax.sql.DataSource;
import org.h2.Driver;

final class H2TokenStoreTest extends JdbcFailureRules {

    @Override
    DataSource database() {
        return (PlainDataSource) () -> new Driver().connect("jdbc:h2:mem:contract;DB_CLOSE_DELAY=-1", new Properties());
    }
}
