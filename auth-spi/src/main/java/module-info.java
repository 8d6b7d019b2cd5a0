/**
 * The ports: an HTTP transport, a token store, a signer and session keys.
 *
 * <p>A third-party transport or store needs this module alone. It deals in bytes, opaque records and signatures, and has
 * never heard of OAuth.
 */
module dev.latchkey.auth.spi {
    requires static transitive org.jspecify;

    exports dev.latchkey.auth.spi;
    exports dev.latchkey.auth.spi.exchange;
}
