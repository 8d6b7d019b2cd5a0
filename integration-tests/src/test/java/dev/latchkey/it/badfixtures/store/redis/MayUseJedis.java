package dev.latchkey.it.badfixtures.store.redis;

import redis.clients.jedis.UnifiedJedis;

/** The adapter of this technology. */
final class MayUseJedis {

    private final UnifiedJedis used;

    MayUseJedis(UnifiedJedis used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
