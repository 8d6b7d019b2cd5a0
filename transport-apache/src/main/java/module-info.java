/** The HTTP transport over Apache HttpClient 5. */
module dev.latchkey.transport.apache {
    requires transitive dev.latchkey.auth.spi;
    requires static transitive org.jspecify;
    requires transitive org.apache.httpcomponents.client5.httpclient5;
    requires org.apache.httpcomponents.core5.httpcore5;

    exports dev.latchkey.transport.apache;
}
