/** An embedded authorization server and a small Graph, for demonstrations and tests. */
module dev.latchkey.platform {
    requires com.google.gson;
    requires com.nimbusds.jose.jwt;
    requires java.net.http;
    requires static transitive org.jspecify;

    exports dev.latchkey.platform;
    exports dev.latchkey.platform.directory;
    exports dev.latchkey.platform.exchange;
    exports dev.latchkey.platform.fault;
}
