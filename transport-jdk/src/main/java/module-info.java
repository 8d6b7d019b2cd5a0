/** The HTTP transport over {@code java.net.http}, the client that comes with Java. */
module dev.latchkey.transport.jdk {
    requires transitive dev.latchkey.auth.spi;
    requires static transitive org.jspecify;
    requires transitive java.net.http;

    exports dev.latchkey.transport.jdk;
}
