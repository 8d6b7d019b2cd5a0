package dev.latchkey.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStoreException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and texts, those of the databases that are not at hand included. */
final class JdbcDialectTest {

    static List<JdbcDialect> dialects() {
        return List.of(
                JdbcDialect.POSTGRESQL, JdbcDialect.MYSQL, JdbcDialect.H2, JdbcDialect.SQL_SERVER, JdbcDialect.ORACLE);
    }

    @ParameterizedTest
    @CsvSource({
        "PostgreSQL, postgresql",
        "EnterpriseDB, postgresql",
        "MySQL, mysql",
        "MariaDB, mysql",
        "H2, h2",
        "Microsoft SQL Server, sqlserver",
        "Oracle, oracle"
    })
    void knowsADatabaseByItsName(String product, String dialect) {
        assertThat(JdbcDialect.of(product)).map(JdbcDialect::toString).contains(dialect);
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void definesATableAndItsIndexByTheChosenName(JdbcDialect dialect) {
        String definition = String.join("\n", dialect.tableDefinition("my_tokens"));

        assertThat(definition)
                .contains("TABLE", "my_tokens (", "my_tokens_expiry", "PRIMARY KEY (partition_name, record_name)")
                .doesNotContain("latchkey", ";", "--");
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void bindsEveryParameterOfEveryStatement(JdbcDialect dialect) {
        Sql sql = new Sql(dialect, TableName.of("my_tokens").inSchema("app"));

        assertThat(List.of(sql.find, sql.insert, sql.replace, sql.replaceThePast, sql.remove, sql.keys, sql.sweep))
                .extracting(SqlText::toString)
                .allSatisfy(text ->
                        assertThat(text).contains("app.my_tokens").doesNotContain("latchkey_records", ":", "$"));
    }

    /** Said in each language: a database may hand out rows in the order of the key until it has many, or an older one. */
    @ParameterizedTest
    @MethodSource("dialects")
    void ordersAPageByNameAndBoundsIt(JdbcDialect dialect) {
        String text = new Sql(dialect, TableName.of("my_tokens")).keys.toString();

        assertThat(text).containsPattern("usable_until >= \\? ORDER BY (NLSSORT\\()?record_name");
        assertThat(text).containsPattern("(LIMIT|FIRST|NEXT) \\?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1a", "_a", "a-b", "a b", "a;b", "a.b", "a\"b", "ä", "a\n"})
    void takesOnlyIdentifiersForNames(String name) {
        JdbcTokenStoreBuilder builder = JdbcTokenStore.builder(database("H2"));

        assertThatThrownBy(() -> builder.table(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.schema(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JdbcDialect.H2.tableDefinition(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesOnlyATimeoutThatMeansSomething() {
        JdbcTokenStoreBuilder builder = JdbcTokenStore.builder(database("H2"));

        for (Duration refused : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofHours(2))) {
            assertThatThrownBy(() -> builder.queryTimeout(refused)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anUnknownDatabaseIsAnErrorThatSaysHowToNameItsLanguage() {
        JdbcTokenStore store = JdbcTokenStore.over(database("Mystery"));

        assertThatThrownBy(() -> store.find(StoreKey.of("p", "n")))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("Mystery")
                .hasMessageContaining("JdbcTokenStoreBuilder.dialect");
    }

    @Test
    void theBuilderSendsNothing() {
        PlainDataSource none = () -> {
            throw new AssertionError("asked for a connection");
        };

        JdbcTokenStore.over(none).close();
    }

    private static PlainDataSource database(String product) {
        DatabaseMetaData metaData = proxy(DatabaseMetaData.class, product);
        return () -> proxy(Connection.class, metaData);
    }

    /** Answers true where a boolean is asked for, and otherwise always the same. */
    private static <T> T proxy(Class<T> type, Object answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> method.getReturnType() == boolean.class ? (Object) true : answer));
    }
}
