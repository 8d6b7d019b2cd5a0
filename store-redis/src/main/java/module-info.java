/** The token store on Redis. */
module dev.latchkey.store.redis {
    requires transitive dev.latchkey.auth.spi;
    requires static transitive org.jspecify;
    requires transitive redis.clients.jedis;

    exports dev.latchkey.store.redis;
}
