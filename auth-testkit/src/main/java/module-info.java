/**
 * For tests: the contracts that every adapter of a port proves itself by, a transport that answers from a script, and a
 * clock that moves when it is told to.
 */
module dev.latchkey.auth.testkit {
    requires transitive dev.latchkey.auth.spi;
    requires static transitive org.jspecify;
    requires transitive org.junit.jupiter.api;

    exports dev.latchkey.auth.testkit;

    opens dev.latchkey.auth.testkit;
}
