/** The token store in a directory, which any number of processes use at once. */
module dev.latchkey.store.file {
    requires transitive dev.latchkey.auth.spi;
    requires static transitive org.jspecify;

    exports dev.latchkey.store.file;
}
