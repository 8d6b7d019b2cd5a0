/** The token store over {@code java.sql}: one table in the database that the application has anyway. */
module dev.latchkey.store.jdbc {
    requires transitive dev.latchkey.auth.spi;
    requires static transitive org.jspecify;
    requires transitive java.sql;

    exports dev.latchkey.store.jdbc;
}
